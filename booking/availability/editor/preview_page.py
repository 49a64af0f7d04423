"""A month as branches see it, of the saved schedule or of unsaved form values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy import select

from booking import clock, i18n
from booking.availability import queries
from booking.availability.editor.engine.changes import days_opened_or_closed, days_seen_changed
from booking.availability.engine.closures import bookable_window
from booking.availability.engine.hours import Hours
from booking.availability.engine.intervals import Interval, union
from booking.availability.engine.limits import counted_days
from booking.availability.engine.offers import (
    LONGEST_HORIZON,
    Availability,
    Booked,
    SlotRequest,
    slot_request_for,
)
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_date
from booking.availability.month.engine.days import Day, DayFinder
from booking.availability.month.engine.months import (
    first_of_month,
    month_after,
    read_month,
    weeks_of,
)
from booking.availability.ports import PromisedLecture, lecture_port
from booking.db import db
from booking.instructors.engine.vocabulary import DEFAULT_MINUTES
from booking.instructors.models import Instructor, Topic

FURTHEST = timedelta(days=3 * 365)
"""How far ahead changes of the hours are looked for; bookings reach `LONGEST_HORIZON`."""

Change = Callable[[Availability], Availability]
"""Applies unsaved form values to the saved availability."""


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day as a branch sees it, and the lectures that the instructor has promised on it."""

    seen: Day
    lectures: Sequence[PromisedLecture]

    @property
    def stretches(self) -> list[Interval]:
        """When branches can book: the slots of the day, joined."""
        return union(self.seen.slots)


@dataclass(frozen=True, slots=True)
class Changes:
    """Where unsaved values change something."""

    seen: frozenset[date] = frozenset()
    """The days on which a branch would see it."""
    unseen: frozenset[date] = frozenset()
    """If they would see no change: the days whose hours change. Not open yet, too soon, booked."""

    @property
    def first(self) -> date | None:
        """The first day that changes, of those that a branch sees if there are any."""
        return min(self.seen or self.unseen, default=None)


@dataclass(frozen=True, slots=True)
class Preview:
    """Template data of the preview: a month in whole weeks."""

    month: date
    """Its first day."""
    weeks: list[list[ShownDay]]
    earlier: date | None
    later: date | None
    """The months before and after that can be shown."""
    typed: bool
    changes: Changes
    topics: Sequence[Topic]
    topic: Topic | None
    """The topic whose length the slots have."""
    minutes: int
    calendar_days: Mapping[date, queries.CalendarDayRow]
    estimated: list[int]

    @property
    def shown(self) -> date | None:
        """The day whose times a narrow page shows at first."""
        days = [one.seen.day for week in self.weeks for one in week if one.seen.free]
        in_month = [day for day in days if first_of_month(day) == self.month]
        first = self.changes.first
        shows_first = first is not None and first_of_month(first) == self.month
        return first if shows_first else next(iter(in_month or days), None)


@dataclass(frozen=True, slots=True)
class _Look:
    """What was read for a preview."""

    saved: Availability
    after: Availability
    booked: Sequence[Booked]
    slot_request: SlotRequest
    today: date
    now: datetime
    zone: ZoneInfo
    changes: Changes = field(default=Changes())

    def days(self, first: date, last: date) -> list[Day]:
        """The days as branches would see them."""
        finder = DayFinder(self.after, self.booked, self.slot_request, now=self.now, zone=self.zone)
        return finder.days(first, last)

    def last_month(self) -> date:
        """The last month to show: that of the last day that can be booked or that changes."""
        days = [
            self.today + timedelta(days=one.rules.horizon_days) for one in (self.saved, self.after)
        ]
        return first_of_month(max([*days, *self.changes.seen, *self.changes.unseen]))

    def first_shown(self) -> date:
        """The first day of interest: that changes, else the first that can be booked."""
        window = bookable_window(
            self.after.rules, now=self.now, zone=self.zone, days=self.after.hours.days
        )
        return self.changes.first or local_date(window[0], self.zone)


def is_wanted() -> bool:
    """Whether the button of a submitted form asks for the preview, or for another month of it."""
    return request.form.get("action") == "preview" or "month" in request.form


def preview(
    instructor: Instructor, lectures: Sequence[PromisedLecture], change: Change | None = None
) -> Preview:
    """Preview a month for one topic in the instructor's own region; nothing is written."""
    topics = _topics(instructor.id)
    topic = _selected_topic(topics)
    slot_request = (
        slot_request_for(topic, instructor.region_code)
        if topic
        else SlotRequest(DEFAULT_MINUTES, Place(instructor.region_code))
    )
    look = _look(instructor.id, slot_request, change)
    last_month = look.last_month()
    month = read_month(request.values.get("month", "")) or first_of_month(look.first_shown())
    month = min(max(month, first_of_month(look.today)), last_month)
    weeks = weeks_of(month, look.today)
    first, last = weeks[0][0], weeks[-1][-1]
    seen = {one.day: one for one in look.days(first, last)}
    promised: dict[date, list[PromisedLecture]] = defaultdict(list)
    for lecture in lectures:
        promised[local_date(lecture.starts_at, look.zone)].append(lecture)
    calendar_days, estimated = queries.days_and_estimated_years(db.session(), first, last)
    return Preview(
        month,
        [[ShownDay(seen[day], promised.get(day, ())) for day in week] for week in weeks],
        month_after(month, -1) if month > first_of_month(look.today) else None,
        month_after(month) if month < last_month else None,
        change is not None,
        look.changes,
        topics,
        topic,
        slot_request.minutes,
        calendar_days,
        [year for year in estimated if year == month.year],
    )


def _look(instructor_id: int, slot_request: SlotRequest, change: Change | None) -> _Look:
    now, zone, today = clock.now(), i18n.zone(), i18n.today()
    # Any month up to the horizon may be shown. Unsaved values may set caps where the saved rules
    # have none: then all lectures that would count against a cap are needed.
    last = today + LONGEST_HORIZON
    span = counted_days(today, last) if change else None
    schedule = lecture_port().schedules(
        db.session(),
        [instructor_id],
        first=(span.first if span else None) or today,
        last=(span.last if span else None) or last,
        now=now,
        zone=zone,
    )
    saved = schedule.known[instructor_id]
    booked = schedule.taken.get(instructor_id, [])
    if change is None:
        return _Look(saved, saved, booked, slot_request, today, now, zone)
    after = change(saved)
    seen = days_seen_changed(
        saved, after, booked, slot_request, first=today, last=last, now=now, zone=zone
    )
    return _Look(
        saved,
        after,
        booked,
        slot_request,
        today,
        now,
        zone,
        Changes(seen, frozenset() if seen else _unseen(saved.hours, after.hours, today, zone)),
    )


def _unseen(before: Hours, after: Hours, today: date, zone: ZoneInfo) -> frozenset[date]:
    """The days whose hours differ, as far ahead as any exception reaches."""
    furthest = max([today + LONGEST_HORIZON, *(one.last for one in after.overrides)])
    last = min(furthest, today + FURTHEST)
    return days_opened_or_closed(before, after, first=today, last=last, zone=zone)


def _topics(instructor_id: int) -> Sequence[Topic]:
    query = select(Topic).where(Topic.instructor_id == instructor_id, Topic.active)
    return db.session().scalars(query.order_by(Topic.id)).all()


def _selected_topic(topics: Sequence[Topic]) -> Topic | None:
    requested = request.values.get("topic", "")
    matching = [topic for topic in topics if str(topic.id) == requested]
    return matching[0] if matching else next(iter(topics), None)
