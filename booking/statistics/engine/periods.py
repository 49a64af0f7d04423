"""The period of a statistic: whole local days. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

LONGEST_DAYS = 731
"""Two years: a period has at most 25 months."""

FIRST_YEAR, LAST_YEAR = 2000, 2200


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From a day to a day, both inclusive."""

    first: date
    last: date

    def query(self) -> dict[str, str]:
        """The parameters of an address that `read_period` reads back."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    @property
    def end(self) -> date:
        """The day after the last one."""
        return self.last + timedelta(days=1)

    def months(self) -> list[Period]:
        """The calendar months of the period in order; the first and last may be parts of one."""
        starts = [self.first]
        while (after := month_after(starts[-1])) <= self.last:
            starts.append(after)
        bounds = [*starts, self.end]
        return [Period(first, end - timedelta(days=1)) for first, end in pairwise(bounds)]


def month_after(day: date) -> date:
    """The first day of the next month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def year_of(year: int) -> Period:
    """A calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def read_period(parameters: Mapping[str, str], today: date) -> tuple[Period, bool]:
    """The period of an address, and whether it could be read.

    Without `from` and `to` it is the calendar year of `today`. Days that are none, in the wrong
    order or more than `LONGEST_DAYS` apart give that year, too.
    """
    texts = [parameters.get(name, "") for name in ("from", "to")]
    if not any(texts):
        return year_of(today.year), True
    first, last = map(_day, texts)
    if first is None or last is None or not 0 <= (last - first).days < LONGEST_DAYS:
        return year_of(today.year), False
    return Period(first, last), True


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None
