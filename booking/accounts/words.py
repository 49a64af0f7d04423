"""The names of browsers and systems, for pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.accounts.user_agents import Browser, System
from booking.errors import Sentence

BROWSERS: dict[Browser, Sentence] = {
    Browser.WECHAT: _("WeChat"),
    Browser.WECOM: _("WeCom"),
    Browser.DINGTALK: _("DingTalk"),
    Browser.QQ: _("QQ Browser"),
    Browser.UC: _("UC Browser"),
    Browser.EDGE: "Edge",
    Browser.FIREFOX: "Firefox",
    Browser.CHROME: "Chrome",
    Browser.SAFARI: "Safari",
    Browser.OTHER: _("Another browser"),
}

SYSTEMS: dict[System, Sentence] = {
    System.HARMONY: _("HarmonyOS"),
    System.ANDROID: _("Android"),
    System.IPHONE: "iPhone",
    System.IPAD: "iPad",
    System.WINDOWS: "Windows",
    System.MAC: "Mac",
    System.LINUX: "Linux",
    System.OTHER: _("another device"),
}
