"""Rules that close whole days regardless of the hours: terms, suspensions, caps. Pure.

All spans of days have both ends inclusive (domain rule 3). Weeks begin on Monday.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


class DayClosed(enum.StrEnum):
    """The rule that closes a whole day to a slot request."""

    OUTSIDE_TERM = "outside_term"
    SUSPENDED = "suspended"
    TOPIC_NOT_VALID = "topic_not_valid"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"
    MONTH_FULL = "month_full"
    YEAR_FULL = "year_full"
    BRANCH_QUARTER_FULL = "branch_quarter_full"


@dataclass(frozen=True, slots=True)
class DaySpan:
    """From a day to a day, both inclusive; None means no limit."""

    first: date | None = None
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        """Whether a day lies in the span."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def touches(self, first: date, last: date) -> bool:
        """Whether any day from `first` to `last`, both inclusive, lies in the span."""
        return (self.first is None or self.first <= last) and (
            self.last is None or first <= self.last
        )


ALWAYS = DaySpan()


@dataclass(frozen=True, slots=True)
class Caps:
    """Maximum numbers of lectures; None means no limit."""

    day: int | None = None
    week: int | None = None
    month: int | None = None
    year: int | None = None
    branch_quarter: int | None = None
    """Lectures for one organisation within a quarter of the year."""

    @property
    def any(self) -> bool:
        """Whether any cap is set."""
        return self is not NO_CAPS and self != NO_CAPS


NO_CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Limits:
    """What closes whole days of one instructor."""

    terms: tuple[DaySpan, ...] = ()
    """Terms of appointment; without any, every day is allowed."""
    suspensions: tuple[DaySpan, ...] = ()
    caps: Caps = NO_CAPS

    def appointed(self, first: date, last: date) -> bool:
        """Whether any day `first` to `last`, both inclusive, is in a term; true without terms."""
        return not self.terms or any(term.touches(first, last) for term in self.terms)


def week_key(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def month_key(day: date) -> tuple[int, int]:
    """Year and month."""
    return day.year, day.month


def year_key(day: date) -> int:
    """The year."""
    return day.year


def quarter_key(day: date) -> tuple[int, int]:
    """Year and quarter."""
    return day.year, (day.month - 1) // 3


def counted_days(first: date, last: date) -> DaySpan:
    """The span of days whose lectures count against a cap of any day `first` to `last`."""
    begin = min(date(first.year, 1, 1), week_key(first))
    end = max(date(last.year, 12, 31), week_key(last) + timedelta(days=6))
    return DaySpan(begin, end)


class DayGate:
    """Decides for a day whether it is closed to a slot request, and by which rule.

    `taken` are the local dates of all the instructor's lectures within `counted_days`, `branch`
    those for the requesting organisation (none if it is not given).
    """

    def __init__(
        self,
        limits: Limits,
        *,
        topic: DaySpan = ALWAYS,
        taken: Sequence[date] = (),
        branch: Sequence[date] = (),
    ) -> None:
        self._limits = limits
        self._topic = topic
        caps = limits.caps
        self._caps: list[tuple[DayClosed, Callable[[date], object], int, Counter[object]]] = [
            (reason, key, cap, _counted(days, key))
            for reason, key, cap, days in (
                (DayClosed.DAY_FULL, _day_key, caps.day, taken),
                (DayClosed.WEEK_FULL, week_key, caps.week, taken),
                (DayClosed.MONTH_FULL, month_key, caps.month, taken),
                (DayClosed.YEAR_FULL, year_key, caps.year, taken),
                (DayClosed.BRANCH_QUARTER_FULL, quarter_key, caps.branch_quarter, branch),
            )
            if cap is not None
        ]

    def closed(self, day: date) -> DayClosed | None:
        """The rule that closes a day; None if it is open."""
        if self._limits.terms and not any(day in term for term in self._limits.terms):
            return DayClosed.OUTSIDE_TERM
        if any(day in span for span in self._limits.suspensions):
            return DayClosed.SUSPENDED
        if day not in self._topic:
            return DayClosed.TOPIC_NOT_VALID
        for reason, key, cap, counts in self._caps:
            if counts[key(day)] >= cap:
                return reason
        return None


def _counted(days: Iterable[date], key: Callable[[date], object]) -> Counter[object]:
    return Counter(key(day) for day in days)


def _day_key(day: date) -> date:
    return day
