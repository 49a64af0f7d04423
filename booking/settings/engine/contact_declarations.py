"""The settings of contacts: for how long they are shown, and how often. Pure."""

from __future__ import annotations

from booking.sentences import N_
from booking.settings.engine.kinds import Number, Setting

MOST_GRANT_DAYS = 90

CONTACT_DAYS = Setting(
    "contact_days",
    Number(0, 60),
    7,
    N_("Days after a lecture for which both sides see each other's contact"),
    N_("Only what each side has released, and each look is recorded."),
)
GRANT_DAYS = Setting(
    "grant_days",
    Number(1, MOST_GRANT_DAYS),
    14,
    N_("Days for which a contact is granted at first"),
    N_("What the form proposes where somebody grants a contact to a branch."),
)
MOST_DAYS_OF_GRANT = Setting(
    "most_days_of_grant",
    Number(1, 365),
    MOST_GRANT_DAYS,
    N_("Days for which a contact can be granted at most"),
    N_("Grants that are given already keep their day."),
)
REVEALS_PER_DAY = Setting(
    "reveals_per_day",
    Number(1, 1000),
    20,
    N_("People whose contacts one person can be shown in a day"),
    N_("Above half of it within an hour, the administrators are told."),
)
MESSAGES_PER_DAY = Setting(
    "messages_per_day",
    Number(1, 1000),
    20,
    N_("Messages that one person can send in a day"),
    N_("As many requests for a contact can be sent as well."),
)
CONTACT_SETTINGS = (
    CONTACT_DAYS,
    GRANT_DAYS,
    MOST_DAYS_OF_GRANT,
    REVEALS_PER_DAY,
    MESSAGES_PER_DAY,
)
