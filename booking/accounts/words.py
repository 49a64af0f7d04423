"""Display labels of browsers and systems, and messages about passwords and factors."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.accounts.engine.passwords import SHORTEST_PASSWORD, Weakness
from booking.accounts.engine.user_agents import Browser, System
from booking.errors import Text
from booking.sentences import N_

BROWSERS: dict[Browser, Text] = {
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

SYSTEMS: dict[System, Text] = {
    System.HARMONY: _("HarmonyOS"),
    System.ANDROID: _("Android"),
    System.IPHONE: "iPhone",
    System.IPAD: "iPad",
    System.WINDOWS: "Windows",
    System.MAC: "Mac",
    System.LINUX: "Linux",
    System.OTHER: _("another device"),
}

PASSWORD_REFUSED: dict[Weakness, Text] = {
    Weakness.SHORT: N_(
        "The password is too short: at least %(min)s characters.", min=SHORTEST_PASSWORD
    ),
    Weakness.OWN_DATA: _(
        "The password is made of your name, your address, your organisation or words of this "
        "site, which others guess first. Choose words that have nothing to do with you."
    ),
    Weakness.COMMON: _(
        "This password is on the list of common passwords. "
        "Choose several words that do not belong together."
    ),
    Weakness.PATTERN: _(
        "The password repeats itself or follows the keyboard, the alphabet or a date. "
        "Choose several words that do not belong together."
    ),
    Weakness.GUESSABLE: _(
        "The password is too easy to guess. "
        "Make it longer, with several words that do not belong together."
    ),
}

CODE_WRONG: Text = _(
    "This code is wrong or was used already. Enter the one that the app shows now."
)
RECOVERY_CODE_WRONG: Text = _(
    "This recovery code is wrong or was used already. Enter another one of your list."
)
FACTOR_UNREADABLE: Text = _(
    "Your authenticator app can no longer be checked here. "
    "Use a recovery code, or ask an administrator to reset it."
)
LAST_PASSKEY: Text = _(
    "Your role needs a second step of sign-in, and this passkey is the only one. Add another "
    "passkey or set up an authenticator app first."
)

SETUP_NEEDED: Text = _(
    "Your role needs a second step of sign-in. Set up an authenticator app or a passkey first."
)
