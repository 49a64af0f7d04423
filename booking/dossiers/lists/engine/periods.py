"""Periods of whole days in an address: 2026, 2026-H1, 2026-Q4, 2026-12, or own days. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

OWN = "own"
"""The value of the choice of own days."""

_CHOICE = re.compile(r"(?a)(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")
_YEARS = range(2000, 2101)

MOST_SHORTER = 12
"""Shorter periods that are offered; of more, the last ones."""


@dataclass(frozen=True, slots=True)
class FiledPeriod:
    """Days from `first` to `last`, inclusive; `choice` is empty for own days."""

    first: date
    last: date
    choice: str = ""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def year(self) -> int | None:
        """The year, where the period is one."""
        return self.first.year if len(self.choice) == len("2026") else None

    def typed(self) -> dict[str, str]:
        """The values for an address."""
        if self.choice:
            return {"period": self.choice}
        return {"period": OWN, "from": self.first.isoformat(), "to": self.last.isoformat()}


@dataclass(frozen=True, slots=True)
class Reading:
    """What an address asks for, and the names of the controls whose values are wrong."""

    period: FiledPeriod
    wrong: frozenset[str] = frozenset()


def this_year(today: date) -> FiledPeriod:
    """The year of a day."""
    return FiledPeriod(date(today.year, 1, 1), date(today.year, 12, 31), str(today.year))


def chosen(choice: str) -> FiledPeriod | None:
    """The period of a choice; None for a text that is none."""
    found = _CHOICE.fullmatch(choice)
    if found is None or int(found[1]) not in _YEARS:
        return None
    year, half, quarter, month = int(found[1]), found[2], found[3], found[4]
    if half:
        first, months = 6 * int(half) - 5, 6
    elif quarter:
        first, months = 3 * int(quarter) - 2, 3
    else:
        first, months = (int(month), 1) if month else (1, 12)
    end = date(year + (first + months - 1) // 12, (first + months - 1) % 12 + 1, 1)
    return FiledPeriod(date(year, first, 1), end - timedelta(days=1), choice)


def read_period(parameters: Mapping[str, str], today: date) -> Reading:
    """The period of an address: this year where nothing or something wrong is asked for."""
    choice = parameters.get("period", "").strip()
    if choice == OWN:
        days = {name: _day(parameters.get(name, "")) for name in ("from", "to")}
        wrong = frozenset(name for name, day in days.items() if day is None)
        first, last = days["from"], days["to"]
        if first is not None and last is not None:
            if first <= last:
                return Reading(FiledPeriod(first, last))
            wrong = frozenset({"to"})
        return Reading(this_year(today), wrong)
    period = chosen(choice)
    if period is None:
        return Reading(this_year(today), frozenset({"period"} if choice else ()))
    return Reading(period)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def choices(today: date) -> list[str]:
    """The choices of this year and the two before: years, halves, quarters, months."""
    found = [str(today.year - back) for back in range(3)]
    for year in (today.year, today.year - 1):
        found += [f"{year}-H{number}" for number in (1, 2)]
        found += [f"{year}-Q{number}" for number in (1, 2, 3, 4)]
        found += [f"{year}-{number:02d}" for number in range(1, 13)]
    return found


def shorter(period: FiledPeriod) -> list[FiledPeriod]:
    """Years, quarters or months that together hold a period, in which it is cut; none of a month.

    Whichever are the longest of these that are shorter than the period.
    """
    years = range(period.first.year, period.last.year + 1)
    for parts in (
        [""],
        [f"-Q{one}" for one in range(1, 5)],
        [f"-{one:02d}" for one in range(1, 13)],
    ):
        known = (chosen(f"{year}{part}") for year in years for part in parts)
        held = [
            one for one in known if one and one.last >= period.first and one.first <= period.last
        ]
        if all(one.days < period.days for one in held):
            return held[-MOST_SHORTER:]
    return []
