"""The need of a branch as a value, and its limits. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.errors import Invalid
from booking.instructors.engine.vocabulary import Audience, Format
from booking.lectures.engine import policy
from booking.orders.engine.windows import MOST_WINDOWS, Window
from booking.sentences import N_
from booking.text import is_blank

LONGEST_WISH = 100
"""As many characters as a search takes: the wish is searched for."""

LONGEST_EQUIPMENT = 200
LONGEST_REMARKS = 500

FURTHEST = timedelta(days=184)
"""How far ahead a window may lie. Our own choice: half a year."""

WISH_TOO_LONG = N_("This is too long: at most %(max)s characters.", max=LONGEST_WISH)
EQUIPMENT_TOO_LONG = N_("This is too long: at most %(max)s characters.", max=LONGEST_EQUIPMENT)
REMARKS_TOO_LONG = N_("This is too long: at most %(max)s characters.", max=LONGEST_REMARKS)
NO_SUBJECT = N_("Say in a few words what the lecture should be about, or choose a field.")
NO_WINDOW = N_("Choose at least one day on which the lecture may take place.")
NO_ATTENDEES = policy.WRONG_ATTENDEES


class UnmetReason(enum.StrEnum):
    """Why a need was not met; kept with field and region, for statistics and recruiting."""

    NOBODY = "nobody"
    """Nobody was asked: no candidate, or none was dispatched in time."""
    REFUSED = "refused"
    """Everybody who was asked declined or did not answer."""
    REJECTED = "rejected"
    """The coordinator rejected it."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a branch asks for. Instants are aware; empty values are no condition."""

    organisation_id: int
    windows: tuple[Window, ...]
    region_code: str
    place: str
    wish: str = ""
    topic_id: int | None = None
    field_id: int | None = None
    audience: Audience | None = None
    format: Format | None = None
    attendees: int | None = None
    equipment: str = ""
    remarks: str = ""
    accepts_another_time: bool = False
    instructor_id: int | None = None
    """Only this instructor: the order waits until there is a time."""


def check_need(need: Need, *, now: datetime) -> None:
    """Raise `Invalid` for a value out of range, `WindowPassed` for windows that are over."""
    if is_blank(need.wish) and need.topic_id is None and need.field_id is None:
        raise Invalid(NO_SUBJECT, field="wish")
    for field, text, longest, sentence in (
        ("wish", need.wish, LONGEST_WISH, WISH_TOO_LONG),
        ("equipment", need.equipment, LONGEST_EQUIPMENT, EQUIPMENT_TOO_LONG),
        ("remarks", need.remarks, LONGEST_REMARKS, REMARKS_TOO_LONG),
        ("place", need.place, policy.LONGEST_PLACE, policy.PLACE_TOO_LONG),
    ):
        if len(text) > longest:
            raise Invalid(sentence, field=field)
    if is_blank(need.place):
        raise Invalid(N_("Say where the lecture takes place."), field="place")
    if need.attendees is not None and not 0 < need.attendees <= policy.MOST_ATTENDEES:
        raise Invalid(policy.WRONG_ATTENDEES, field="attendees")
    check_windows(need.windows, now=now)


def check_windows(windows: tuple[Window, ...], *, now: datetime) -> None:
    """Raise `Invalid` unless there are one to three windows to come, none too far ahead."""
    if not windows:
        raise Invalid(NO_WINDOW, field="day_1")
    if len(windows) > MOST_WINDOWS:
        raise Invalid(N_("At most %(max)s times can be given.", max=MOST_WINDOWS), field="day_3")
    for number, window in enumerate(windows, 1):
        if window.ends_at <= window.starts_at:
            raise Invalid(N_("The end lies before the beginning. Exchange them."), f"to_{number}")
        if window.ends_at <= now:
            raise Invalid(N_("This time has passed. Choose a time in the future."), f"day_{number}")
        if window.starts_at > now + FURTHEST:
            raise Invalid(
                N_("This is too far ahead: at most %(days)s days.", days=FURTHEST.days),
                f"day_{number}",
            )


def quarter_bounds(day: date) -> tuple[date, date]:
    """The first day of the quarter of a day, and of the next one."""
    month = (day.month - 1) // 3 * 3 + 1
    first = date(day.year, month, 1)
    following = date(day.year + 1, 1, 1) if month == 10 else date(day.year, month + 3, 1)
    return first, following
