"""What closes time to a slot request, beside the hours; each rule is written once. Pure.

A rule closes everything outside a window, a span of time, or a whole day. `Closures` has one member
for each of these kinds, which both the list of slots and the reason of a refusal read: a rule that
is added there closes time, and `refusal` tells it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import ClosedBecause, DayKind, Hours, why_closed
from booking.availability.engine.intervals import Interval, overlaps, union
from booking.availability.engine.limits import (
    EVERY_DAY,
    DaySpan,
    Limits,
    month_key,
    quarter_key,
    week_key,
    year_key,
)
from booking.availability.engine.offers import (
    Availability,
    Booked,
    BookingRules,
    Refused,
    SlotRequest,
    WhyNot,
)
from booking.availability.engine.travel import gap_minutes
from booking.availability.engine.workdays import earliest_after_notice
from booking.availability.engine.zones import day_bounds, local_date

LectureDay = tuple[date, int]
"""The local date of a hold, and its lecture."""

_NEAR_HOLDS = (WhyNot.TAKEN, WhyNot.BUFFER, WhyNot.TRAVEL)
"""The reasons of a hold, the first to be told first."""

_WHY_HOURS_CLOSE = {
    ClosedBecause.HOLIDAY: WhyNot.HOLIDAY,
    ClosedBecause.CLOSED_OVERRIDE: WhyNot.CLOSED_DAY,
    ClosedBecause.OUTSIDE_HOURS: WhyNot.OUTSIDE_HOURS,
}


def bookable_window(
    rules: BookingRules, *, now: datetime, zone: ZoneInfo, days: Mapping[date, DayKind]
) -> Interval:
    """The half-open interval in which a lecture requested at `now` may lie.

    It starts with the first day that satisfies the notice (but never before `now`) and ends with
    the last day of the horizon.
    """
    today = local_date(now, zone)
    first = earliest_after_notice(today, rules.notice_days, days)
    last = today + timedelta(days=rules.horizon_days)
    return max(now, day_bounds(first, zone)[0]), day_bounds(last, zone)[1]


class DayGate:
    """Decides for a day whether it is closed to a slot request, and by which rule.

    `taken` are the days of all the instructor's lectures within `counted_days`, `branch` those for
    the requesting organisation (none if it is not given). A lecture counts once for each cap.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        topic: DaySpan = EVERY_DAY,
        taken: Sequence[LectureDay] = (),
        branch: Sequence[LectureDay] = (),
    ) -> None:
        self._limits = limits
        self._topic = topic
        caps = limits.caps
        self._caps: list[tuple[WhyNot, Callable[[date], object], int, Counter[object]]] = [
            (reason, key, cap, _counted(days, key))
            for reason, key, cap, days in (
                (WhyNot.DAY_FULL, _day_key, caps.day, taken),
                (WhyNot.WEEK_FULL, week_key, caps.week, taken),
                (WhyNot.MONTH_FULL, month_key, caps.month, taken),
                (WhyNot.YEAR_FULL, year_key, caps.year, taken),
                (WhyNot.BRANCH_QUARTER_FULL, quarter_key, caps.branch_quarter, branch),
            )
            if cap is not None
        ]

    def closed(self, day: date) -> WhyNot | None:
        """The rule that closes a day; None if it is open."""
        if self._limits.terms and not any(day in term for term in self._limits.terms):
            return WhyNot.OUTSIDE_TERM
        if any(day in span for span in self._limits.suspensions):
            return WhyNot.SUSPENDED
        if day not in self._topic:
            return WhyNot.TOPIC_NOT_VALID
        for reason, key, cap, counts in self._caps:
            if counts[key(day)] >= cap:
                return reason
        return None


def _counted(days: Iterable[LectureDay], key: Callable[[date], object]) -> Counter[object]:
    """The number of lectures by key."""
    return Counter(key for key, _lecture in {(key(day), lecture) for day, lecture in days})


def _day_key(day: date) -> date:
    return day


@dataclass(frozen=True, slots=True)
class Closures:
    """What closes an instructor's time to a slot request.

    `booked` are the instructor's holds; if caps are set, those of all `counted_days`. `window` is
    the `bookable_window`.
    """

    availability: Availability
    booked: Sequence[Booked]
    slot_request: SlotRequest
    window: Interval
    zone: ZoneInfo

    @property
    def wrong_length(self) -> bool:
        """Whether a lecture of this length can be booked at no time."""
        return not self.availability.rules.allow(self.slot_request.minutes)

    def taken(self) -> list[Interval]:
        """The spans that a slot must not overlap, in normal form."""
        kept_free = [span for span, _booking in self._kept_free()]
        known = self.availability
        return union([*kept_free, *known.external_busy, *known.external_unknown])

    def gate(self) -> DayGate:
        """The days on which a slot must not begin."""
        limits, topic = self.availability.limits, self.slot_request.topic
        if not limits.caps.any:
            return DayGate(limits, topic=topic)
        counted = [
            (booking.organisation_id, (local_date(booking.start, self.zone), booking.lecture_id))
            for booking in self._holds_of_others()
        ]
        branch = self.slot_request.organisation_id
        return DayGate(
            limits,
            topic=topic,
            taken=[day for _organisation, day in counted],
            branch=[day for organisation, day in counted if organisation == branch is not None],
        )

    def refusal(self, requested: Interval, now: datetime) -> Refused:
        """The rule that closes a time that is not offered.

        Several may; told is the first of: the window of days and the length, which leave nothing
        to choose at that time; other lectures, taken before buffer before travel; the whole day
        (term, suspension, topic, caps); the hours; busy times of external calendars; the grid.
        """
        return (
            self._by_window(requested, now)
            or self._by_hold(requested)
            or self._by_day(requested)
            or self._by_hours(requested)
        )

    def _holds_of_others(self) -> Sequence[Booked]:
        """The holds but those of the lecture for which another time is requested."""
        own = self.slot_request.lecture_id
        if own is None:
            return self.booked
        return [booking for booking in self.booked if booking.lecture_id != own]

    def _kept_free(self) -> list[tuple[Interval, Booked]]:
        """Each hold, extended on both sides by the larger of travel time and buffer."""
        buffer, place = self.availability.rules.buffer_minutes, self.slot_request.place
        return [
            (_extended(booking, gap_minutes(place, booking.place, buffer)), booking)
            for booking in self._holds_of_others()
        ]

    def _by_window(self, requested: Interval, now: datetime) -> Refused | None:
        if requested[0] < now:
            return Refused(WhyNot.PAST)
        if requested[0] < self.window[0]:
            return Refused(WhyNot.NOTICE, day=local_date(self.window[0], self.zone))
        if requested[1] > self.window[1]:
            last = local_date(self.window[1] - timedelta(microseconds=1), self.zone)
            return Refused(WhyNot.HORIZON, day=last)
        return Refused(WhyNot.LENGTH) if self.wrong_length else None

    def _by_hold(self, requested: Interval) -> Refused | None:
        refusals = (
            Refused(self._why_near(booking, requested), booking)
            for span, booking in self._kept_free()
            if overlaps(requested, span)
        )
        return min(refusals, key=lambda refused: _NEAR_HOLDS.index(refused.why), default=None)

    def _why_near(self, booking: Booked, requested: Interval) -> WhyNot:
        """Why a hold closes a time that is too near to it."""
        if overlaps(requested, (booking.start, booking.end)):
            return WhyNot.TAKEN
        in_buffer = _extended(booking, self.availability.rules.buffer_minutes)
        return WhyNot.BUFFER if overlaps(requested, in_buffer) else WhyNot.TRAVEL

    def _by_day(self, requested: Interval) -> Refused | None:
        why = self.gate().closed(local_date(requested[0], self.zone))
        return None if why is None else Refused(why)

    def _by_hours(self, requested: Interval) -> Refused:
        closed = why_closed(self.availability.hours, *requested, self.zone)
        if closed is ClosedBecause.HOLIDAY:
            return Refused(
                WhyNot.HOLIDAY, day=_day_off(self.availability.hours, requested, self.zone)
            )
        if closed is not None:
            return Refused(_WHY_HOURS_CLOSE[closed])
        # Checked last, so that private busy times outside the offered hours are not revealed.
        if any(overlaps(requested, span) for span in self.availability.external_busy):
            return Refused(WhyNot.EXTERNAL_BUSY)
        if any(overlaps(requested, span) for span in self.availability.external_unknown):
            return Refused(WhyNot.EXTERNAL_UNKNOWN)
        return Refused(WhyNot.OFF_GRID)


def _extended(booking: Booked, minutes: int) -> Interval:
    gap = timedelta(minutes=minutes)
    return booking.start - gap, booking.end + gap


def _day_off(hours: Hours, requested: Interval, zone: ZoneInfo) -> date:
    """The first day of the requested interval that is a statutory day off."""
    day, last = local_date(requested[0], zone), local_date(requested[1], zone)
    while hours.days.get(day) != DayKind.OFF and day < last:
        day += timedelta(days=1)
    return day
