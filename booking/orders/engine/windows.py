"""The times that a branch prefers: one to three windows, each on one local day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from booking.availability.engine.day_parts import HalfDay, SlotTemplate
from booking.availability.engine.intervals import Interval
from booking.availability.engine.zones import DAY_MINUTES, local_date, local_instant

MOST_WINDOWS = 3


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch [starts_at, ends_at) in which the lecture must lie, start and end included.

    `part` is the part of the day that was chosen, or empty for the whole day or for given hours.
    """

    starts_at: datetime
    ends_at: datetime
    part: str = ""

    def contains(self, slot: Interval) -> bool:
        """Whether the whole slot lies within."""
        return self.starts_at <= slot[0] and slot[1] <= self.ends_at


def window_of(day: date, part: HalfDay | None, template: SlotTemplate, zone: ZoneInfo) -> Window:
    """The window of a day, or of a part of it."""
    noon, dusk = template.limits
    first, last = {
        None: (0, DAY_MINUTES),
        HalfDay.MORNING: (0, noon),
        HalfDay.AFTERNOON: (noon, dusk),
        HalfDay.EVENING: (dusk, DAY_MINUTES),
    }[part]
    return window_between(day, first, last, zone, part=part.value if part else "")


def window_between(
    day: date, first_minute: int, last_minute: int, zone: ZoneInfo, *, part: str = ""
) -> Window:
    """The window from one minute of a local day to another one."""
    return Window(
        local_instant(day, first_minute, zone), local_instant(day, last_minute, zone), part
    )


def whole_day(window: Window, zone: ZoneInfo) -> bool:
    """Whether the window is a whole local day."""
    day = local_date(window.starts_at, zone)
    return window.starts_at == local_instant(day, 0, zone) and window.ends_at == local_instant(
        day, DAY_MINUTES, zone
    )


def expires_at(windows: Iterable[Window]) -> datetime:
    """The end of the last window; there is at least one."""
    return max(window.ends_at for window in windows)


def still_to_come(windows: Iterable[Window], now: datetime) -> list[Window]:
    """The windows that have not passed."""
    return [window for window in windows if now < window.ends_at]


def days_of(windows: Sequence[Window], zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last local day of the windows."""
    days = [local_date(window.starts_at, zone) for window in windows]
    return min(days), max(days)


def within(slots: Iterable[Interval], windows: Sequence[Window]) -> list[Interval]:
    """The slots that lie within one of the windows, in their order."""
    return [slot for slot in slots if any(window.contains(slot) for window in windows)]


def overlap(some: Iterable[Window], others: Sequence[Window]) -> bool:
    """Whether a window of the one overlaps a window of the other."""
    return any(
        one.starts_at < other.ends_at and other.starts_at < one.ends_at
        for one in some
        for other in others
    )
