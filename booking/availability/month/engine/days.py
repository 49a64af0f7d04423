"""Days with their slots, or with the rule that closes the whole day. Pure.

The slots and the rules are those of `slots` and `closures`; only which time of a day is asked for
its rule is decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.closures import Closures
from booking.availability.engine.hours import openings
from booking.availability.engine.intervals import Interval, overlaps
from booking.availability.engine.offers import Availability, Booked, Refused, SlotRequest, WhyNot
from booking.availability.engine.slots import SlotFinder
from booking.availability.engine.zones import day_bounds, local_date, local_instant

_NOON = 720
_BY_HOURS = (WhyNot.OUTSIDE_HOURS, WhyNot.OFF_GRID)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Closed:
    """What closes a whole day."""

    refused: Refused
    too_short: bool = False
    """The day has open hours, and none of them is as long as the lecture."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day with the slots that begin on it; without any, with what closes it."""

    day: date
    slots: tuple[Interval, ...]
    closed: Closed | None
    own: tuple[Booked, ...] = ()
    """The holds of the requesting organisation on this day."""

    @property
    def free(self) -> bool:
        """Whether anything can be booked on this day."""
        return self.closed is None


class DayFinder:
    """Finds the days of one instructor for one slot request.

    `booked` are the instructor's holds; if caps are set, those of all `counted_days`.
    """

    def __init__(
        self,
        availability: Availability,
        booked: Sequence[Booked],
        slot_request: SlotRequest,
        *,
        now: datetime,
        zone: ZoneInfo,
    ) -> None:
        self._availability, self._booked, self._slot_request = availability, booked, slot_request
        self._now, self._zone = now, zone

    def days(self, first: date, last: date) -> list[Day]:
        """The days `first` to `last`, both inclusive."""
        finder = SlotFinder(first=first, last=last, now=self._now, zone=self._zone, whole=True)
        slots: dict[date, list[Interval]] = defaultdict(list)
        for slot in finder.each(self._availability, self._booked, self._slot_request):
            slots[local_date(slot[0], self._zone)].append(slot)
        closures = Closures(
            self._availability,
            self._booked,
            self._slot_request,
            finder.window(self._availability, urgent=self._slot_request.urgent),
            self._zone,
        )
        own = self._own()
        return [
            Day(day, tuple(slots[day]), None, tuple(own[day]))
            if day in slots
            else Day(day, (), self._closed(closures, day), tuple(own[day]))
            for day in (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        ]

    def day(self, day: date) -> Day:
        """One day."""
        return self.days(day, day)[0]

    def _own(self) -> dict[date, list[Booked]]:
        own: dict[date, list[Booked]] = defaultdict(list)
        branch = self._slot_request.organisation_id
        for hold in self._booked:
            if hold.organisation_id == branch is not None:
                own[local_date(hold.start, self._zone)].append(hold)
        return own

    def _closed(self, closures: Closures, day: date) -> Closed:
        """The rule that closes the beginning of the day's hours, or its noon if it has none.

        Of several stretches of hours the first that is closed by more than the hours is told. Where
        all of them are over, noon is asked first: a day to come is too soon rather than past.
        """
        opened = [
            stretch
            for stretch in openings(self._availability.hours, day, day, self._zone)
            if stretch[0] < stretch[1]
        ]
        starts = [max(start, self._now) for start, end in opened if end > self._now]
        if not starts:
            starts = [self._noon(day), *(start for start, _end in opened[:1])]
        length = timedelta(minutes=self._slot_request.minutes)
        told = [closures.refusal((start, start + length), self._now) for start in starts]
        refused = next((one for one in told if one.why not in _BY_HOURS), told[0])
        return Closed(refused, bool(opened) and refused.why in _BY_HOURS)

    def _noon(self, day: date) -> datetime:
        """Noon of a day; of today the present minute, so that what is to come is told."""
        noon = local_instant(day, _NOON, self._zone)
        here = overlaps((self._now, self._now + _MINUTE), day_bounds(day, self._zone))
        return max(noon, self._now) if here else noon
