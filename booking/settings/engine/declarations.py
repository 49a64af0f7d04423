"""Every setting that an administrator changes on a page, in groups. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from booking.errors import Text
from booking.sentences import N_
from booking.settings.engine.contact_declarations import CONTACT_SETTINGS
from booking.settings.engine.follow_up_declarations import FOLLOW_UP_SETTINGS
from booking.settings.engine.kinds import (
    LONGEST_WORD,
    Choice,
    Line,
    Number,
    Setting,
    Several,
    Word,
    Zone,
)
from booking.settings.engine.mail_declarations import (
    MAIL_FROM,
    MAIL_PASSWORD,
    MAIL_PORT,
    MAIL_SECURITY,
    MAIL_SERVER,
    MAIL_USER,
)
from booking.settings.engine.notification_declarations import NOTIFICATION_SETTINGS
from booking.settings.engine.reply_declarations import MAILBOX_SETTINGS
from booking.settings.engine.retention import RETENTION
from booking.settings.engine.robot_declarations import ROBOT_ORIGINS
from booking.settings.engine.text_declarations import TEXT_SETTINGS

AUDIT_KEPT_AT_LEAST = 180
"""Days for which no entry of the audit log can be deleted (Cybersecurity Law, article 21)."""


INSTRUCTOR, ACCEPT = "讲师", "接单"
"""The words of the Chinese catalogue that an installation may replace."""


class PublicRegister(enum.StrEnum):
    """Who sees the entries of the register without signing in."""

    EVERYBODY = "everybody"
    MEMBERS = "members"
    """Nobody: only who is signed in and has a membership."""
    PER_PERSON = "per_person"
    """Those entries whose people have agreed to it."""


SITE_NAME = Setting(
    "site_name",
    Line(40),
    "",
    N_("Name of this installation"),
    N_("Stands in the title of every page and as the sender of mail. Empty: Yueke."),
)
SITE_NAME_EN = Setting(
    "site_name_en",
    Line(60),
    "",
    N_("Name on English pages"),
    N_("Empty: the same name as on Chinese pages."),
)
CONTACT_LINE = Setting(
    "contact_line",
    Line(200),
    "",
    N_("Contact line"),
    N_("Whom to ask for help: a name, a telephone number, an office. At the foot of every page."),
)
LANGUAGES = Setting(
    "languages",
    Choice(
        (
            ("zh_Hans_CN,en", N_("Chinese first, English as well")),
            ("en,zh_Hans_CN", N_("English first, Chinese as well")),
            ("zh_Hans_CN", N_("Chinese only")),
            ("en", N_("English only")),
        )
    ),
    "zh_Hans_CN,en",
    N_("Languages of the pages"),
    N_("Who has chosen nothing sees the first one; everybody can switch to the other."),
    variable="LANGUAGES",
)
TIMEZONE = Setting(
    "timezone",
    Zone(),
    "Asia/Shanghai",
    N_("Time zone"),
    N_(
        "Chosen at the first start. Hours and lectures are kept by it, so it cannot be changed "
        "afterwards."
    ),
    variable="TIMEZONE",
    fixed_later=True,
)
INSTRUCTOR_WORD = Setting(
    "instructor_word",
    Word(),
    INSTRUCTOR,
    N_("What Chinese pages call a person of the register"),
    N_("Teacher or expert, for example: one to %(count)s Chinese characters.", count=LONGEST_WORD),
    variable="INSTRUCTOR_WORD",
)
ACCEPT_WORD = Setting(
    "accept_word",
    Word(),
    ACCEPT,
    N_("What Chinese pages call the acceptance of a request"),
    N_(
        "Acceptance of a booking, for example: one to %(count)s Chinese characters.",
        count=LONGEST_WORD,
    ),
    variable="ACCEPT_WORD",
)
NOTICE_DAYS = Setting(
    "notice_days",
    Number(0, 60),
    3,
    N_("Working days between a request and the lecture"),
    N_("For instructors who have not set rules of their own."),
)
HORIZON_DAYS = Setting(
    "horizon_days",
    Number(1, 365),
    90,
    N_("Days ahead that can be booked"),
    N_("For instructors who have not set rules of their own."),
)
ATTENDEES_MOST = Setting(
    "attendees_per_lecture",
    Number(0, 30),
    5,
    N_("People of the branch who can be named for a lecture"),
    N_("They get the lecture by mail. Nobody can be named where it is zero."),
)
REPLY_DAYS = Setting(
    "reply_days",
    Number(1, 30),
    3,
    N_("Days to answer a request"),
    N_(
        "A reply is due at 18:00 of that day, and at 18:00 on the day before the lecture at the "
        "latest. Requests that wait already keep their day."
    ),
)
CREDIT_HOUR_MINUTES = Setting(
    "credit_hour_minutes",
    Number(15, 240),
    45,
    N_("Minutes of a credit hour"),
    N_("For records that are filed from now on."),
    variable="CREDIT_HOUR_MINUTES",
)
OPEN_LIMIT = Setting(
    "open_limit",
    Number(1, 1000),
    20,
    N_("Requests of a branch that may wait at once"),
    N_("For branches without a limit of their own."),
)
DAILY_LIMIT = Setting(
    "daily_limit",
    Number(1, 1000),
    30,
    N_("Requests that a branch may send in a day"),
    N_("For branches without a limit of their own."),
)
QUARTER_LIMIT = Setting(
    "quarter_limit",
    Number(1, 1000),
    20,
    N_("Orders that a branch may place in a quarter"),
    N_("For branches without a limit of their own."),
)
SIGN_IN_DAYS = Setting(
    "sign_in_days",
    Number(1, 3650),
    30,
    N_("Days after which an unused sign-in ends"),
    N_("Who comes back within this time stays signed in."),
    variable="SIGN_IN_DAYS",
)
TWO_FACTOR_ROLES: Setting[tuple[str, ...]] = Setting(
    "two_factor_roles",
    Several(
        (
            ("admin", N_("Administrators")),
            ("coordinator", N_("Coordinators")),
            ("branch", N_("Branch contacts")),
            ("instructor", N_("Instructors")),
        )
    ),
    (),
    N_("Who needs a second step to sign in"),
    N_("They are led to set up a passkey or an authenticator app at their next page."),
    variable="TWO_FACTOR_ROLES",
)
AUDIT_DAYS = Setting(
    "audit_days",
    Number(AUDIT_KEPT_AT_LEAST, 36500),
    1095,
    N_("Days for which the audit log is kept"),
    N_(
        "Older entries are deleted by themselves. The law asks for %(days)s days at least.",
        days=AUDIT_KEPT_AT_LEAST,
    ),
    variable="AUDIT_DAYS",
)
PUBLIC_REGISTER = Setting(
    "public_register",
    Choice(
        (
            (PublicRegister.EVERYBODY.value, N_("Everybody, also without signing in")),
            (PublicRegister.MEMBERS.value, N_("Only who is signed in")),
            (
                PublicRegister.PER_PERSON.value,
                N_("Everybody, of those who agreed; others only who is signed in"),
            ),
        )
    ),
    PublicRegister.EVERYBODY.value,
    N_("Who sees the register"),
    N_(
        "Names, fields, topics, districts and free times. Contacts are another matter: each person "
        "decides. It holds for pages, searches and programs from the next page on."
    ),
)
LEAVING_DAYS = Setting(
    "leaving_days",
    Number(1, 90),
    7,
    N_("Days until somebody who leaves is erased"),
    N_(
        "Until then the person can take it back. Afterwards names, contacts and texts are erased, "
        "as the Personal Information Protection Law wants, when no lecture is promised any more."
    ),
)
SET_UP_AT = Setting(
    "set_up_at",
    Line(),
    "",
    N_("First administrator"),
    N_("When the first administrator was made. From then on the page of the first start is gone."),
)
"""Kept by the program itself: it stands in no group."""


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that are changed together on one page."""

    name: str
    title: Text
    settings: tuple[Setting[Any], ...]


GROUPS: tuple[Group, ...] = (
    Group("site", N_("Name and contact"), (SITE_NAME, SITE_NAME_EN, CONTACT_LINE)),
    Group(
        "language",
        N_("Languages and words"),
        (LANGUAGES, TIMEZONE, INSTRUCTOR_WORD, ACCEPT_WORD),
    ),
    Group(
        "booking",
        N_("Booking"),
        (NOTICE_DAYS, HORIZON_DAYS, REPLY_DAYS, CREDIT_HOUR_MINUTES, ATTENDEES_MOST),
    ),
    Group("limits", N_("Limits of branches"), (OPEN_LIMIT, DAILY_LIMIT, QUARTER_LIMIT)),
    Group("publicity", N_("Public register"), (PUBLIC_REGISTER,)),
    Group("contacts", N_("Showing of contacts"), CONTACT_SETTINGS),
    Group("notifications", N_("Notifications"), NOTIFICATION_SETTINGS),
    Group("security", N_("Sign-in and log"), (SIGN_IN_DAYS, TWO_FACTOR_ROLES, AUDIT_DAYS)),
    Group("retention", N_("How long data are kept"), RETENTION),
    Group("privacy", N_("Personal data"), (LEAVING_DAYS,)),
    Group("robots", N_("Robots of groups"), (ROBOT_ORIGINS,)),
    Group("follow_ups", N_("Effect of lectures"), FOLLOW_UP_SETTINGS),
)

MAIL = Group(
    "mail",
    N_("Mail server"),
    (MAIL_SERVER, MAIL_SECURITY, MAIL_PORT, MAIL_USER, MAIL_PASSWORD, MAIL_FROM),
)
MAILBOX = Group("mailbox", N_("Mailbox for answers"), MAILBOX_SETTINGS)

TEXT_MESSAGES = Group("text_messages", N_("Text messages"), TEXT_SETTINGS)

ALL: dict[str, Setting[Any]] = {
    setting.name: setting
    for setting in (
        *(
            setting
            for group in (*GROUPS, MAIL, MAILBOX, TEXT_MESSAGES)
            for setting in group.settings
        ),
        SET_UP_AT,
    )
}
