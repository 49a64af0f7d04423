"""Quiet hours: when nothing is sent that can wait. Pure.

Hours are minutes of the local day. Those that end before they begin go over midnight.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.zones import local_date, local_instant

DAY_MINUTES = 1440
EVENING = timedelta(hours=1)
"""How long before the quiet hours begin a reminder goes out that would be due within them."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begins` until `ends`, minutes of the day from 0 to 1439; never equal."""

    begins: int
    ends: int

    def __post_init__(self) -> None:
        if self.begins == self.ends or not all(
            0 <= one < DAY_MINUTES for one in (self.begins, self.ends)
        ):
            raise ValueError("quiet hours begin and end at different minutes of a day")


def around(
    instant: datetime, quiet: QuietHours, zone: ZoneInfo
) -> tuple[datetime, datetime] | None:
    """Beginning and end of the quiet hours in which an instant lies; None outside them."""
    today = local_date(instant, zone)
    for day in (today, today - _DAY):
        begins = local_instant(day, quiet.begins, zone)
        last = day if quiet.begins < quiet.ends else day + _DAY
        ends = local_instant(last, quiet.ends, zone)
        if begins <= instant < ends:
            return begins, ends
    return None


def after(instant: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> datetime:
    """When a message can go out: at once, or at the end of the quiet hours."""
    found = around(instant, quiet, zone) if quiet is not None else None
    return instant if found is None else found[1]


def ahead_of(instant: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> datetime:
    """When a reminder goes out that is due at an instant: then, or in the evening before.

    It comes before the quiet hours, for after them it may be too late to set out.
    """
    found = around(instant, quiet, zone) if quiet is not None else None
    if quiet is None or found is None:
        return instant
    earlier = found[0] - EVENING
    before = around(earlier, quiet, zone)
    # Where nearly the whole day is quiet: at the end of the quiet hours of the day before.
    return earlier if before is None else before[1]


def minute_of(text: str) -> int:
    """The minute of the day of `HH:MM`."""
    hours, _colon, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def clock_text(minute: int) -> str:
    """A minute of the day as `HH:MM`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
