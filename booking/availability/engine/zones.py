"""Between local time and UTC: offsets of a zone, and the one conversion from local time.

``zoneinfo`` gives the offset at one instant only and does not expose the instants at which it
changes, so they are searched for here, once per zone and year. Everything else of this program
that turns local time into UTC calls this module; only for the times of external calendars RFC 5545
has a rule of its own, which `external.engine.occurrences` applies.

Local days are ``date``, local times are minutes from local midnight (0 to 1440), everything else is
an aware UTC datetime. Dates outside the years 2 to 9997 raise ``ValueError``.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.availability.engine.intervals import Interval, union

DAY_MINUTES = 1440
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.toordinal()

Wall = tuple[int, int]
"""Half-open interval of wall-clock time, in minutes since 1970-01-01 00:00 local time."""


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


def local_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC instant at which clocks in ``zone`` show ``minute`` (0 to 1440) of ``day``.

    In a gap (the clock went forward, or the whole day was skipped): the first instant after it.
    Where the minute occurs twice: the first occurrence. 1440 is midnight at the end of the day.
    """
    if not 0 <= minute <= DAY_MINUTES:
        raise ValueError("a minute of the day is 0 to 1440")
    wall_time = _EPOCH + wall_midnight(day) * _DAY + minute * _MINUTE
    spans = spans_around(zone, day, day)
    # The spans extend days beyond `day`, so the last one always ends after the instant searched.
    return next(max(s.start, wall_time - s.offset) for s in spans if wall_time - s.offset < s.end)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The date that clocks in ``zone`` show at ``instant``. Raises ``ValueError`` if naive."""
    if instant.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return instant.astimezone(zone).date()


def only_date(start: datetime, end: datetime, zone: ZoneInfo) -> date | None:
    """The only local date in ``zone`` throughout ``[start, end)``.

    None if there are several, or may be: if the offset from UTC differs between the ends.
    """
    local_start, local_last = start.astimezone(zone), (end - _MICROSECOND).astimezone(zone)
    same = (
        local_start.date() == local_last.date()
        and local_start.utcoffset() == local_last.utcoffset()
    )
    return local_start.date() if same else None


def day_bounds(day: date, zone: ZoneInfo) -> Interval:
    """From the first midnight that begins ``day`` to the first that ends it.

    The bounds of consecutive days join without gap or overlap. A day that was skipped
    (2011-12-30 in Apia) has empty bounds.
    """
    return local_instant(day, 0, zone), local_instant(day, DAY_MINUTES, zone)


def wall_midnight(day: date) -> int:
    """``day`` as a number of whole days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def wall_to_utc(walls: list[Wall], spans: Iterable[Span]) -> list[Interval]:
    """The UTC intervals in which the wall clock shows a time in ``walls`` (in normal form).

    Within a span a wall time is one instant. Each span is mapped by itself, so repeated hours yield
    two intervals and skipped ones none.
    """
    intervals: list[Interval] = []
    for span in spans:
        origin = _EPOCH - span.offset
        for wall_start, wall_end in walls:
            start, end = origin + wall_start * _MINUTE, origin + wall_end * _MINUTE
            if start < span.end and end > span.start:
                intervals.append((max(start, span.start), min(end, span.end)))
    return union(intervals)
