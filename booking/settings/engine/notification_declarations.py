"""The settings of notifications: what holds for people who have chosen nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from booking.errors import Invalid
from booking.sentences import N_
from booking.settings.engine.kinds import Choice, Setting, Several


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of the day as HH:MM; with `may_lack` also nothing."""

    may_lack: bool = False

    def read(self, raw: object) -> str:
        """The time with two digits each, or an empty text."""
        text = str(raw).strip().replace("：", ":")
        if not text and self.may_lack:
            return ""
        hours, _colon, minutes = text.partition(":")
        digits = hours.isdecimal() and minutes.isdecimal() and text.isascii()
        if digits and len(hours) <= 2 and len(minutes) == 2 and int(hours) < 24 and minutes < "60":
            return f"{int(hours):02d}:{minutes}"
        raise Invalid(N_("Use a time such as 22:00."))


REMINDERS: Setting[tuple[str, ...]] = Setting(
    "reminders",
    Several(
        (
            ("week", N_("A week before")),
            ("day", N_("A day before")),
            ("hours", N_("Two hours before")),
        )
    ),
    ("day",),
    N_("When people are reminded of a confirmed lecture"),
    N_("For those who have chosen nothing. Everybody can change it under “My notifications”."),
)
QUIET_FROM = Setting(
    "quiet_from",
    Hour(may_lack=True),
    "22:00",
    N_("Quiet hours begin"),
    N_("Messages that can wait are sent afterwards. Empty: at any hour."),
)
QUIET_UNTIL = Setting(
    "quiet_until",
    Hour(may_lack=True),
    "07:00",
    N_("Quiet hours end"),
    N_("By the time zone of the installation. Empty: at any hour."),
)
DIGEST = Setting(
    "digest",
    Choice(
        (
            ("never", N_("No digest")),
            ("daily", N_("On workdays")),
            ("weekly", N_("On the first workday of the week")),
        )
    ),
    "never",
    N_("Digest for coordinators"),
    N_("What waits in their regions, in one mail. For those who have chosen nothing."),
)
DIGEST_AT = Setting(
    "digest_at",
    Hour(),
    "08:30",
    N_("Hour of the digest"),
    N_("For coordinators who have chosen nothing."),
)
NOTIFICATION_SETTINGS = (REMINDERS, QUIET_FROM, QUIET_UNTIL, DIGEST, DIGEST_AT)
