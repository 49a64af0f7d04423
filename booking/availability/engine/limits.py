"""What closes whole days regardless of the hours: terms, suspensions, caps. Pure.

The rules themselves are in `closures`. All spans of days have both ends inclusive (domain
rule 3). Weeks begin on Monday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


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


EVERY_DAY = DaySpan()


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
