"""The values of the slot engine: what it reads of an instructor, what is asked, what is told. Pure.

The rules are in `closures`, the engine itself in `slots`.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from booking.availability.engine.hours import Hours
from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import EVERY_DAY, DaySpan, Limits
from booking.availability.engine.travel import Place
from booking.instructors.engine.vocabulary import Format

LONGEST_HORIZON = timedelta(days=365)
"""How far ahead an instructor can take bookings at most."""


@dataclass(frozen=True, slots=True)
class BookingRules:
    """How an instructor takes bookings."""

    step_minutes: int = 30
    """Slots start at multiples of this from the start of an opening."""
    notice_days: int = 3
    """Working days between the request and the lecture (domain rule 4)."""
    horizon_days: int = 90
    """Calendar days ahead that can be booked, the last one included."""
    buffer_minutes: int = 0
    """Minimum minutes kept free between two lectures; travel may need more."""
    shortest_minutes: int = 5
    longest_minutes: int = 480

    def allow(self, minutes: int) -> bool:
        """Whether a lecture may be this long."""
        return self.shortest_minutes <= minutes <= self.longest_minutes


DEFAULT_RULES = BookingRules()
NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Availability:
    """Everything about one instructor's time except holds."""

    hours: Hours
    rules: BookingRules = DEFAULT_RULES
    limits: Limits = NO_LIMITS
    external_busy: Sequence[Interval] = ()
    """Busy times of external calendars. They close exactly their own time: no buffer or travel time
    is added, because their owner has already included what they need."""
    external_unknown: Sequence[Interval] = ()
    """Days on which an external calendar has an entry that could not be read: neither free nor
    known to be busy. Nothing new is booked on them until their owner says that they are free."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A hold: [start, end), its place (None: online), its organisation and its lecture.

    A lecture that is being moved has two holds, its time and the proposed one. Each closes time,
    but caps count the lecture once.
    """

    start: datetime
    end: datetime
    place: Place | None = None
    organisation_id: int | None = None
    lecture_id: int = field(kw_only=True)
    """Opaque: which holds are of the same lecture."""


@dataclass(frozen=True, slots=True)
class SlotRequest:
    """What a slot is requested for. Without an organisation its cap is not checked."""

    minutes: int
    place: Place | None = None
    """None is online: no travel time."""
    organisation_id: int | None = None
    topic: DaySpan = field(default=EVERY_DAY)
    """The days on which the topic is offered."""
    lecture_id: int | None = None
    """The lecture for which another time is requested: its own holds neither close time nor count
    against caps. None is a new lecture."""
    urgent: bool = False
    """Whether the lead time does not hold: the instructor proposes the time, or is asked whether to
    take another's lecture."""


class Teachable(Protocol):
    """The attributes of a topic that determine its slots; table rows and plain values have them."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def minutes(self) -> int:
        """Its length in minutes."""

    @property
    def formats(self) -> Sequence[Format]:
        """The formats in which it can be taught."""

    @property
    def valid_from(self) -> date | None:
        """The first day on which it is offered; None: no limit."""

    @property
    def valid_to(self) -> date | None:
        """The last day on which it is offered, inclusive; None: no limit."""


def slot_request_for(
    topic: Teachable,
    region_code: str,
    organisation_id: int | None = None,
    format: str | None = None,
) -> SlotRequest:
    """The slot request of a topic that is taught in a region.

    It has no place, hence no travel time, if the topic can only be taught online, or if online is
    the requested format and possible.
    """
    formats = list(topic.formats)
    online = formats == [Format.ONLINE] or (format == Format.ONLINE and Format.ONLINE in formats)
    return SlotRequest(
        minutes=topic.minutes,
        place=None if online else Place(region_code),
        organisation_id=organisation_id,
        topic=DaySpan(topic.valid_from, topic.valid_to),
    )


class WhyNot(enum.StrEnum):
    """The rule that closes a time."""

    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    LENGTH = "length"
    TAKEN = "taken"
    BUFFER = "buffer"
    TRAVEL = "travel"
    HOLIDAY = "holiday"
    CLOSED_DAY = "closed_day"
    OUTSIDE_HOURS = "outside_hours"
    EXTERNAL_BUSY = "external_busy"
    EXTERNAL_UNKNOWN = "external_unknown"
    OFF_GRID = "off_grid"
    OUTSIDE_TERM = "outside_term"
    SUSPENDED = "suspended"
    TOPIC_NOT_VALID = "topic_not_valid"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"
    MONTH_FULL = "month_full"
    YEAR_FULL = "year_full"
    BRANCH_QUARTER_FULL = "branch_quarter_full"


@dataclass(frozen=True, slots=True)
class Refused:
    """The rule that closes a time, with details that help to choose another."""

    why: WhyNot
    beside: Booked | None = None
    """The conflicting hold, if there is one."""
    day: date | None = None
    """The first day that satisfies the notice, the last of the horizon, or the day off."""
    fits: datetime | None = None
    """Where travel takes too long: the first offered start after the requested one on the same day.
    It reveals no more than the list of slots does."""
