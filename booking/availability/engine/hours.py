"""From local opening hours to UTC instants.

An instructor enters "Mondays 08:30 to 12:00", not instants. ``openings`` turns such hours, their
exceptions and the statutory days off into half-open UTC intervals. The wall clock alone decides
what is open: a UTC instant with the local date D and the local minute m in the zone is open iff

    (a weekly rule applies on D and contains m, and D is not a closed holiday,
     or an EXTRA exception of D contains m)
    and no CLOSED exception of D contains m.

So CLOSED takes precedence over EXTRA, and EXTRA over a holiday. Where clocks go back, both passes
of the repeated hour count; where they go forward, the skipped hour yields nothing.

Days and minutes are local, and dates limited, as in ``zones``, which converts them.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.intervals import Interval, subtract
from booking.availability.engine.zones import (
    DAY_MINUTES,
    Wall,
    local_date,
    spans_around,
    wall_midnight,
    wall_to_utc,
)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Open from ``start`` to ``end`` (minutes from local midnight) on one day of the week.

    ``weekday`` is 0 for Monday. ``valid_from`` and ``valid_to`` are both inclusive; None means no
    limit. ``weeks`` is 1 for every week and 2 for every other one, counted from the week (Monday to
    Sunday) that contains the day ``week_of``. Raises ``ValueError`` for values outside their range.
    """

    weekday: int
    start: int
    end: int
    valid_from: date | None = None
    valid_to: date | None = None
    weeks: int = 1
    week_of: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError("weekday is 0 (Monday) to 6 (Sunday)")
        _check_minutes(self.start, self.end)
        if self.weeks < 1 or (self.weeks > 1 and self.week_of is None):
            raise ValueError("hours of every other week need a day in a week that counts")

    @property
    def always(self) -> bool:
        """Whether these hours apply on every such weekday, the most common case."""
        return self.weeks == 1 and self.valid_from is None and self.valid_to is None

    def applies_in_week_and_term(self, day: date) -> bool:
        """Whether ``day`` is in the validity and in an active week; its weekday is not checked."""
        if self.valid_from is not None and day < self.valid_from:
            return False
        if self.valid_to is not None and day > self.valid_to:
            return False
        if self.weeks == 1 or self.week_of is None:
            return True
        return (_monday(day) - _monday(self.week_of)) // 7 % self.weeks == 0


class OverrideKind(enum.StrEnum):
    """What an exception does to its dates."""

    EXTRA = "extra"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Override:
    """Open (EXTRA) or closed (CLOSED) on every date from ``first`` to ``last``, both inclusive.

    ``start`` and ``end`` are minutes from local midnight and apply to each of these dates; the
    default is the whole day. Raises ``ValueError`` for reversed dates or minutes.
    """

    first: date
    last: date
    kind: OverrideKind
    start: int = 0
    end: int = DAY_MINUTES

    def __post_init__(self) -> None:
        _check_minutes(self.start, self.end)
        if self.last < self.first:
            raise ValueError("an exception ends on or after the day on which it begins")


class DayKind(enum.StrEnum):
    """How a date differs from its weekday in the official calendar."""

    OFF = "off"
    """A statutory day off (休); a plain weekend is not one."""
    WORK = "work"
    """A Saturday or Sunday that is worked in exchange for a day off (班, 调休)."""


class MakeupRule(enum.StrEnum):
    """The weekday whose hours a make-up workday follows."""

    OWN = "own"
    """Its own weekday: a Saturday stays a Saturday."""
    WEEKDAY = "weekday"
    """The weekday that the policy names."""
    NONE = "none"
    """None: only EXTRA overrides open it."""


@dataclass(frozen=True, slots=True)
class HolidayPolicy:
    """What statutory days off and make-up workdays do to weekly hours.

    ``makeup_weekday`` (0 is Monday) is set if and only if ``makeup`` is ``WEEKDAY``; otherwise
    ``ValueError``.
    """

    closed_on_holidays: bool = True
    makeup: MakeupRule = MakeupRule.OWN
    makeup_weekday: int | None = None

    def __post_init__(self) -> None:
        if (self.makeup == MakeupRule.WEEKDAY) != (self.makeup_weekday is not None):
            raise ValueError("makeup_weekday goes with MakeupRule.WEEKDAY, and only with it")
        if self.makeup_weekday is not None and not 0 <= self.makeup_weekday <= 6:
            raise ValueError("makeup_weekday is 0 (Monday) to 6 (Sunday)")


@dataclass(frozen=True, slots=True)
class Hours:
    """Everything that decides when one instructor is open; ``days`` is the official calendar."""

    weekly: tuple[WeeklyHours, ...]
    overrides: tuple[Override, ...] = ()
    policy: HolidayPolicy = HolidayPolicy()
    days: Mapping[date, DayKind] = field(default_factory=dict)

    @property
    def none_given(self) -> bool:
        """Whether nothing opens any time: the instructor is not open for booking yet."""
        return not self.weekly and all(one.kind is OverrideKind.CLOSED for one in self.overrides)


class ClosedBecause(enum.StrEnum):
    """The first reason why an interval is not wholly open."""

    HOLIDAY = "holiday"
    CLOSED_OVERRIDE = "closed_override"
    OUTSIDE_HOURS = "outside_hours"


def openings(hours: Hours, first: date, last: date, zone: ZoneInfo) -> list[Interval]:
    """The UTC intervals that are open on the local dates ``first`` to ``last``, both inclusive.

    Sorted, disjoint and merged, also across midnight. Empty if ``last`` is before ``first``.
    """
    if last < first:
        return []
    opened = _weekly_walls(hours, first, last)
    closed: list[Wall] = []
    if hours.overrides:
        opened += _override_walls(hours.overrides, OverrideKind.EXTRA, first, last)
        closed = _override_walls(hours.overrides, OverrideKind.CLOSED, first, last)
    return wall_to_utc(subtract(opened, closed), spans_around(zone, first, last))


def why_closed(
    hours: Hours, start: datetime, end: datetime, zone: ZoneInfo
) -> ClosedBecause | None:
    """Why the first closed instant of ``[start, end)`` is closed; None if all of it is open.

    A holiday takes precedence over a CLOSED exception, as it reveals nothing about the instructor,
    unless an EXTRA exception had opened that instant. Raises ``ValueError`` if the interval is
    empty or naive.
    """
    if start >= end:
        raise ValueError("an empty stretch is neither open nor closed")
    # In some zones midnight occurred twice, so dates within can lie outside those of the ends.
    first, last = local_date(start, zone) - _DAY, local_date(end, zone) + _DAY
    closed = subtract([(start, end)], openings(hours, first, last, zone))
    return _reason(hours, closed[0][0].astimezone(zone)) if closed else None


def _check_minutes(start: int, end: int) -> None:
    if not 0 <= start < end <= DAY_MINUTES:
        raise ValueError("hours lie within one day: 0 <= start < end <= 1440")


def _monday(day: date) -> int:
    """The ordinal of the Monday on or before ``day``; ordinal 1 is a Monday."""
    ordinal = day.toordinal()
    return ordinal - (ordinal - 1) % 7


def _weekday_followed(policy: HolidayPolicy, kind: DayKind, weekday: int) -> int | None:
    """The weekday whose hours a date of this kind and weekday follows; None if none."""
    if kind == DayKind.OFF and policy.closed_on_holidays:
        return None
    if kind != DayKind.WORK or weekday < 5 or policy.makeup == MakeupRule.OWN:
        return weekday
    return policy.makeup_weekday


def _weekly_walls(hours: Hours, first: date, last: date) -> list[Wall]:
    """Wall-clock intervals opened by weekly hours on ``first`` to ``last``; they may overlap."""
    by_weekday: dict[int | None, list[WeeklyHours]] = {}
    for rule in hours.weekly:
        by_weekday.setdefault(rule.weekday, []).append(rule)
    walls: list[Wall] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        weekday: int | None = day.weekday()
        kind = hours.days.get(day)
        if kind is not None:
            weekday = _weekday_followed(hours.policy, kind, day.weekday())
        midnight = wall_midnight(day) * DAY_MINUTES
        walls += [
            (midnight + rule.start, midnight + rule.end)
            for rule in by_weekday.get(weekday, ())
            if rule.always or rule.applies_in_week_and_term(day)
        ]
    return walls


def _override_walls(
    overrides: Iterable[Override], kind: OverrideKind, first: date, last: date
) -> list[Wall]:
    """Wall-clock intervals covered by overrides of one kind on ``first`` to ``last``."""
    walls: list[Wall] = []
    for override in overrides:
        if override.kind != kind:
            continue
        days = range(
            wall_midnight(max(first, override.first)),
            wall_midnight(min(last, override.last)) + 1,
        )
        walls += [(d * DAY_MINUTES + override.start, d * DAY_MINUTES + override.end) for d in days]
    return walls


def _reason(hours: Hours, local: datetime) -> ClosedBecause:
    """Why the instant with this local date and time is closed."""
    day, minute = local.date(), local.hour * 60 + local.minute
    kinds = {
        override.kind
        for override in hours.overrides
        if override.first <= day <= override.last and override.start <= minute < override.end
    }
    is_off = hours.policy.closed_on_holidays and hours.days.get(day) == DayKind.OFF
    if is_off and OverrideKind.EXTRA not in kinds:
        return ClosedBecause.HOLIDAY
    if OverrideKind.CLOSED in kinds:
        return ClosedBecause.CLOSED_OVERRIDE
    return ClosedBecause.OUTSIDE_HOURS
