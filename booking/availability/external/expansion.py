"""Expand recurring events in a child process with limits on memory and time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from booking.availability.engine.intervals import Interval, union
from booking.availability.external.engine import occurrences
from booking.availability.external.engine import text as calendar_text
from booking.availability.external.engine.calendar import (
    AHEAD,
    BACK,
    BusyTimes,
    CannotRead,
    Trouble,
)
from booking.availability.external.engine.flaws import (
    Flaw,
    Flawed,
    Unread,
    bounded,
    in_window,
    whole_days,
)
from booking.process import child
from booking.process.child import ChildEnded, Limits

LIMITS = Limits(memory=512 * 1024 * 1024, cpu_seconds=5, seconds=10)
"""On a busy machine 5 s of computing take longer."""


def read_calendar(
    data: bytes,
    *,
    zone: str,
    all_day_busy: bool,
    now: datetime,
    own: calendar_text.Own = calendar_text.nobodys,
) -> BusyTimes:
    """The busy times of a file, from a day before `now` to 400 days after. Raises `CannotRead`.

    `zone` is the owner's, for times without one; `own` selects the UIDs of our own lectures.
    Memory, time and crashes of the expansion are confined to the child process, which receives only
    the lines with times, and no environment.
    """
    reduced = calendar_text.busy_lines(data, own)
    window = now - BACK, now + AHEAD
    payload = {
        "text": reduced.text,
        "zone": zone,
        "all_day_busy": all_day_busy,
        "since": int(window[0].timestamp()),
        "until": int(window[1].timestamp()),
    }
    try:
        output = child.ask(occurrences.__name__, json.dumps(payload).encode(), LIMITS)
        result: dict[str, Any] = json.loads(output)
    except (ChildEnded, ValueError):
        raise CannotRead(Trouble.TOO_HARD) from None
    if "trouble" in result:
        raise CannotRead(Trouble(result["trouble"]))
    return BusyTimes(
        union(_intervals(result["spans"])),
        _instant(result["until"]),
        bounded(_unread(reduced.flaws, result, window, ZoneInfo(zone))),
    )


def _unread(
    flaws: Sequence[Flawed], result: Mapping[str, Any], window: Interval, zone: ZoneInfo
) -> Iterator[Unread]:
    for number, flawed in enumerate(flaws):
        found = result["doubtful"].get(str(number), [])
        days = _intervals(found) if flawed.expanded else None
        unread = in_window(flawed, days, window, zone)
        if unread is not None:
            yield unread
    for mark, spans, elsewhere in result["failed"]:
        unknown = whole_days(_intervals(spans), zone)
        if unknown or elsewhere:
            day = unknown[0][0].astimezone(zone).date() if unknown else None
            yield Unread(Flaw.UNREADABLE, mark, day, unknown, elsewhere)


def _intervals(seconds: Sequence[Sequence[int]]) -> list[Interval]:
    return [(_instant(start), _instant(end)) for start, end in seconds]


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
