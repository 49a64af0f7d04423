"""Find the instants at which a zone's offset from UTC changes.

``zoneinfo`` gives the offset at one instant only and does not expose transitions, so they are
searched for here, once per zone and year. Nothing here converts local time to UTC: ``hours`` does.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class Span(NamedTuple):
    """An interval ``[start, end)`` of UTC in which local time is UTC + ``offset`` throughout."""

    start: datetime
    end: datetime
    offset: timedelta


@lru_cache(maxsize=1024)
def spans_around(zone: ZoneInfo, first: date, last: date) -> tuple[Span, ...]:
    """Adjacent spans, in order, that hold every instant of the local dates ``first`` to ``last``.

    They extend at least one day further on both sides: no zone is, or was ever moved by, more than
    a day from UTC. Raises ``ValueError`` for dates outside the years 2 to 9997.
    """
    if first.year < 2 or last.year > 9997:
        raise ValueError("the date is too near the beginning or the end of the calendar")
    start = datetime.combine(first - 2 * _DAY, time.min, UTC)
    end = datetime.combine(last + 3 * _DAY, time.min, UTC)
    spans = [s for year in range(start.year, end.year + 1) for s in _spans_of_year(zone, year)]
    return tuple(span for span in spans if span.start < end and span.end > start)


@lru_cache(maxsize=1024)
def _spans_of_year(zone: ZoneInfo, year: int) -> tuple[Span, ...]:
    """The spans of one UTC year: one to three in most zones."""
    start, limit = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    spans: list[Span] = []
    for change in _changes(zone, start, limit):
        spans.append(Span(start, change, _offset(zone, start)))
        start = change
    if start < limit:
        spans.append(Span(start, limit, _offset(zone, start)))
    return tuple(spans)


def _changes(zone: ZoneInfo, start: datetime, limit: datetime) -> Iterator[datetime]:
    """The instants in ``(start, limit]`` at which the offset changes, in order.

    The closest two in the tz database are almost four days apart (Freetown, 1939), so probing once
    a day misses none.
    """
    while start < limit:
        end = min(start + _DAY, limit)
        if _offset(zone, start) != _offset(zone, end):
            yield _first_change(zone, start, end)
        start = end


def _first_change(zone: ZoneInfo, start: datetime, end: datetime) -> datetime:
    """The first instant in ``(start, end]`` with another offset than ``start``, by bisection."""
    before = _offset(zone, start)
    # Transitions fall on whole seconds, so the bisection stops at one second.
    while end - start > _SECOND:
        middle = start + (end - start) // (2 * _SECOND) * _SECOND
        if _offset(zone, middle) == before:
            start = middle
        else:
            end = middle
    return end


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).replace(tzinfo=UTC) - instant
