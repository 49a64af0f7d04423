"""The busy times that are read equal those of an expansion written for this test alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.availability.engine.intervals import Interval, union
from booking.availability.external.engine.occurrences import busy_spans
from booking.availability.external.engine.text import busy_lines
from tests.availability.external_files import NOW, calendar, event
from tests.extent import examples

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC")
OWNER = ZoneInfo("Asia/Shanghai")
SINCE, UNTIL = NOW - timedelta(days=1), NOW + timedelta(days=120)


class Series:
    """An event that repeats every so many days, so many times, with some left out."""

    def __init__(
        self, zone: str | None, day: date, minute: int | None, length: int, every: int, count: int,
        left_out: set[int], free: bool,
    ) -> None:  # fmt: skip
        self.zone, self.day, self.minute, self.length = zone, day, minute, length
        self.every, self.count, self.left_out, self.free = every, count, left_out, free

    def _starts(self) -> list[date | datetime]:
        days = [self.day + timedelta(days=self.every * n) for n in range(self.count)]
        if self.minute is None:
            return list(days)
        clock = time(self.minute // 60, self.minute % 60)
        return [datetime.combine(day, clock) for day in days]

    def lines(self, uid: int) -> str:
        """As iCalendar text."""
        whole = self.minute is None
        form = "%Y%m%d" if whole else "%Y%m%dT%H%M%S"
        kind = ";VALUE=DATE" if whole else f";TZID={self.zone}" if self.zone else ""
        starts = self._starts()
        length = f"P{self.length}D" if whole else f"PT{self.length}M"
        lines = [
            f"DTSTART{kind}:{starts[0].strftime(form)}",
            f"DURATION:{length}",
            f"RRULE:FREQ=DAILY;INTERVAL={self.every};COUNT={self.count}",
            *(f"EXDATE{kind}:{starts[n].strftime(form)}" for n in sorted(self.left_out)),
            *(["TRANSP:TRANSPARENT"] if self.free else []),
        ]
        return event(*lines, uid=str(uid))

    def spans(self, all_day_busy: bool) -> list[Interval]:
        """By reckoning on the wall clock, day by day."""
        if self.free or (self.minute is None and not all_day_busy):
            return []
        zone = ZoneInfo(self.zone) if self.zone and self.minute is not None else OWNER
        found = []
        for number, start in enumerate(self._starts()):
            if number in self.left_out:
                continue
            if not isinstance(start, datetime):
                begin = datetime.combine(start, time(), zone)
                end = datetime.combine(start + timedelta(days=self.length), time(), zone)
            else:
                begin = start.replace(tzinfo=zone)
                end = (start + timedelta(minutes=self.length)).replace(tzinfo=zone)
            found.append((begin.astimezone(UTC), end.astimezone(UTC)))
        return found


@st.composite
def series(draw: st.DrawFn) -> Series:
    """Hours lie between 4 and 22, where no clock changes; and some whole days."""
    count = draw(st.integers(1, 40))
    whole = draw(st.booleans())
    return Series(
        zone=draw(st.sampled_from([*ZONES, None])),
        day=date(2026, 10, 1) + timedelta(days=draw(st.integers(0, 150))),
        minute=None if whole else draw(st.integers(4 * 60, 20 * 60)),
        length=draw(st.integers(1, 3) if whole else st.integers(1, 120)),
        every=draw(st.integers(1, 9)),
        count=count,
        left_out=draw(st.sets(st.integers(0, count - 1), max_size=3)),
        free=draw(st.sampled_from([False, False, False, True])),
    )


@given(found=st.lists(series(), min_size=1, max_size=5), all_day_busy=st.booleans())
@settings(max_examples=examples(120), deadline=None)
def test_the_spans_read_are_those_reckoned_by_hand(found: list[Series], all_day_busy: bool) -> None:
    text = calendar(*(one.lines(uid) for uid, one in enumerate(found)))

    read = busy_spans(
        busy_lines(text.encode()).text,
        zone=OWNER,
        all_day_busy=all_day_busy,
        since=SINCE,
        until=UNTIL,
    )

    expected = [
        (max(start, SINCE), min(end, UNTIL))
        for one in found
        for start, end in one.spans(all_day_busy)
    ]
    assert union(read.spans) == union(expected)
    assert read.until == UNTIL
