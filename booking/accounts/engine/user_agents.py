"""Classifies the User-Agent header (RFC 9110 section 10.1.5) by browser and system. Pure.

For display in the list of sign-ins only: no decision depends on it. Unrecognised text is `OTHER`;
the header itself is not stored.
"""

from __future__ import annotations

import enum


class Browser(enum.StrEnum):
    """The browser."""

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
    """The operating system or device."""

    HARMONY = "harmony"
    ANDROID = "android"
    IPHONE = "iphone"
    IPAD = "ipad"
    WINDOWS = "windows"
    MAC = "mac"
    LINUX = "linux"
    OTHER = "other"


BROWSERS: tuple[tuple[str, Browser], ...] = (
    # More specific ones first: they also contain the names of the browsers they derive from.
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
    # HarmonyOS also contains "Android", Android contains "Linux", and an iPhone "Mac".
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
    """The browser and the system of a User-Agent header."""
    lower = text.lower()
    browser = next((name for mark, name in BROWSERS if mark in lower), Browser.OTHER)
    system = next((name for mark, name in SYSTEMS if mark in lower), System.OTHER)
    return browser, system
