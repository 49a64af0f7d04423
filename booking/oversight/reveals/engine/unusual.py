"""Whose numbers of contacts are unusual: many within an hour, or many more than usual. Pure.

Two simple rules, so that an administrator can tell why somebody is named. People are counted, not
acts: who looks at one contact again learns nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL_DAYS = 30
"""Days before the last one that tell what is usual; days without a contact do not count."""
TIMES_MEDIAN = 3
FEWEST = 5
"""So many people in a day are not unusual, whatever the median is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody was shown a contact of one person at an instant."""

    at: datetime
    person: tuple[int | None, int | None]
    """The ids of the entry and of the account, one of them None."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """The numbers of the last 24 hours, and by which rule they are unusual."""

    in_a_day: int
    in_an_hour: int
    usual: float
    """The median number of people per day before; 0 without any."""
    much_at_once: bool
    more_than_usual: bool


def unusual(seen: Sequence[Seen], *, now: datetime, limit: int) -> Unusual | None:
    """The numbers of one reader if they are unusual: more than half of `limit` within an hour.

    Or more than `TIMES_MEDIAN` times the own median per day, and more than `FEWEST`.
    """
    recent = sorted((one for one in seen if now - DAY < one.at <= now), key=lambda one: one.at)
    in_a_day = len({one.person for one in recent})
    in_an_hour = max((_within_hour(recent, one.at) for one in recent), default=0)
    earlier = _per_day(seen, now)
    usual = median(earlier) if earlier else 0.0
    much_at_once = in_an_hour > limit / 2
    more = bool(earlier) and in_a_day > FEWEST and in_a_day > TIMES_MEDIAN * usual
    if not much_at_once and not more:
        return None
    return Unusual(in_a_day, in_an_hour, float(usual), much_at_once, more)


def _within_hour(recent: Sequence[Seen], start: datetime) -> int:
    return len({one.person for one in recent if start <= one.at < start + HOUR})


def _per_day(seen: Sequence[Seen], now: datetime) -> list[int]:
    days: dict[int, set[tuple[int | None, int | None]]] = {}
    for one in seen:
        age = (now - one.at) // DAY
        if 1 <= age <= USUAL_DAYS:
            days.setdefault(age, set()).add(one.person)
    return [len(people) for people in days.values()]
