"""Instants as whole seconds since 1970, and the local days on which they lie. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.zones import local_date

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def to_second(instant: datetime) -> int:
    """The first whole second that is not before an instant."""
    return -((_EPOCH - instant) // _SECOND)


def second_of(instant: datetime) -> int:
    """The second within which an instant lies."""
    return (instant - _EPOCH) // _SECOND


def from_second(second: int) -> datetime:
    """The instant of a second."""
    return _EPOCH + second * _SECOND


class LocalDays:
    """The local date of seconds, as an ordinal; cached, as converting is slow."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._days: dict[int, int] = {}

    def day(self, second: int) -> int:
        """The ordinal of the local date at a second."""
        day = self._days.get(second)
        if day is None:
            day = self._days[second] = local_date(from_second(second), self._zone).toordinal()
        return day

    def date(self, second: int) -> date:
        """The local date at a second."""
        return date.fromordinal(self.day(second))
