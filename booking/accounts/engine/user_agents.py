"""What a browser says of itself (User-Agent, RFC 9110 section 10.1.5) as two words. Pure.

Only for people who look through their sign-ins: nothing is decided by it, and a text that is not
recognised is `OTHER`. The text itself is not kept.
"""

from __future__ import annotations

import enum


class Browser(enum.StrEnum):
    """The program."""

    WECHAT = "wechat"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    QQ = "qq"
    UC = "uc"
    EDGE = "edge"
    FIREFOX = "firefox"
    CHROME = "chrome"
    SAFARI = "safari"
    OTHER = "other"


class System(enum.StrEnum):
    """The system or device it runs on."""

    HARMONY = "harmony"
    ANDROID = "android"
    IPHONE = "iphone"
    IPAD = "ipad"
    WINDOWS = "windows"
    MAC = "mac"
    LINUX = "linux"
    OTHER = "other"


BROWSERS: tuple[tuple[str, Browser], ...] = (
    # The more special ones first: they also name the browsers that they are built from.
    ("wxwork/", Browser.WECOM),
    ("micromessenger/", Browser.WECHAT),
    ("dingtalk", Browser.DINGTALK),
    ("qqbrowser/", Browser.QQ),
    ("ucbrowser/", Browser.UC),
    ("edg/", Browser.EDGE),
    ("edga/", Browser.EDGE),
    ("edgios/", Browser.EDGE),
    ("firefox/", Browser.FIREFOX),
    ("fxios/", Browser.FIREFOX),
    ("chrome/", Browser.CHROME),
    ("crios/", Browser.CHROME),
    ("safari/", Browser.SAFARI),
)

SYSTEMS: tuple[tuple[str, System], ...] = (
    # HarmonyOS names Android as well, Android names Linux, and an iPhone names the Mac.
    ("harmonyos", System.HARMONY),
    ("openharmony", System.HARMONY),
    ("android", System.ANDROID),
    ("iphone", System.IPHONE),
    ("ipad", System.IPAD),
    ("windows", System.WINDOWS),
    ("macintosh", System.MAC),
    ("linux", System.LINUX),
)


def recognise(text: str) -> tuple[Browser, System]:
    """The browser and the system that a User-Agent text names."""
    lower = text.lower()
    browser = next((name for mark, name in BROWSERS if mark in lower), Browser.OTHER)
    system = next((name for mark, name in SYSTEMS if mark in lower), System.OTHER)
    return browser, system
