"""The next two weeks as branches see them, of the saved schedule or of unsaved form values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import request
from sqlalchemy import select

from booking import clock, i18n
from booking.availability import queries
from booking.availability.editor.preview import SeenDay, changed, seen_days
from booking.availability.engine.limits import counted_days
from booking.availability.engine.offers import Availability, SlotRequest, slot_request_for
from booking.availability.engine.travel import Place
from booking.availability.ports import lecture_port
from booking.db import db
from booking.instructors.engine.vocabulary import DEFAULT_MINUTES
from booking.instructors.models import Instructor, Topic

PREVIEW_DAYS = 14

Change = Callable[[Availability], Availability]
"""Applies unsaved form values to the saved availability."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Template data of the preview: one entry per day."""

    days: list[SeenDay]
    changed: frozenset[date]
    """The days on which the unsaved values change what branches see."""
    typed: bool
    topics: Sequence[Topic]
    topic: Topic | None
    """The topic whose length the slots have."""
    minutes: int
    calendar_days: Mapping[date, queries.CalendarDayRow]
    estimated: list[int]


def strip(instructor: Instructor, change: Change | None = None) -> Strip:
    """Preview two weeks for one topic in the instructor's own region; nothing is written."""
    session, now, zone = db.session(), clock.now(), i18n.zone()
    first = i18n.today()
    last = first + timedelta(days=PREVIEW_DAYS - 1)
    topics = _topics(instructor.id)
    topic = _selected_topic(topics)
    slot_request = (
        slot_request_for(topic, instructor.region_code)
        if topic
        else SlotRequest(DEFAULT_MINUTES, Place(instructor.region_code))
    )
    # Unsaved values may set caps where the saved rules have none: then all lectures that would
    # count against a cap are needed.
    span = (first, last) if change is None else _counted_span(first, last)
    schedule = lecture_port().schedules(
        session, [instructor.id], first=span[0], last=span[1], now=now, zone=zone
    )
    availability, booked = schedule.known[instructor.id], schedule.taken.get(instructor.id, [])
    saved = seen_days(
        availability, booked, slot_request, first=first, last=last, now=now, zone=zone
    )
    shown = saved
    if change is not None:
        shown = seen_days(
            change(availability), booked, slot_request, first=first, last=last, now=now, zone=zone
        )
    return Strip(
        shown,
        changed(saved, shown),
        change is not None,
        topics,
        topic,
        slot_request.minutes,
        *queries.days_and_estimated_years(session, first, last),
    )


def _counted_span(first: date, last: date) -> tuple[date, date]:
    span = counted_days(first, last)
    return span.first or first, span.last or last


def _topics(instructor_id: int) -> Sequence[Topic]:
    query = select(Topic).where(Topic.instructor_id == instructor_id, Topic.active)
    return db.session().scalars(query.order_by(Topic.id)).all()


def _selected_topic(topics: Sequence[Topic]) -> Topic | None:
    requested = request.values.get("topic", "")
    matching = [topic for topic in topics if str(topic.id) == requested]
    return matching[0] if matching else next(iter(topics), None)
