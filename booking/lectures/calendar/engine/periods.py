"""The days that a calendar shows at once, and those before and after them. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

from booking.availability.month.engine.months import first_of_month, month_after

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


class View(enum.StrEnum):
    """How a calendar is arranged."""

    MONTH = "month"
    WEEK = "week"
    LIST = "list"
    """The days of a month on which there is something."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days `first` to `last`, both inclusive; `previous` and `next` lie in the ones around."""

    view: View
    first: date
    last: date
    previous: date
    next: date

    @property
    def days(self) -> list[date]:
        """All its days."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=offset) for offset in range(count)]


def period(view: View, day: date) -> Period:
    """The period with a day: its week from Monday, or its month."""
    if view is View.WEEK:
        first = day - timedelta(days=day.weekday())
        return Period(view, first, first + 6 * _DAY, first - _WEEK, first + _WEEK)
    first, following = first_of_month(day), month_after(day)
    return Period(view, first, following - _DAY, month_after(day, -1), following)
