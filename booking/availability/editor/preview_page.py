"""The next two weeks as branches see them, of what is saved or of what is only typed."""

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
from booking.availability.engine.offers import Availability, SlotRequest
from booking.availability.engine.slot_request import slot_request_for
from booking.availability.engine.travel import Place
from booking.availability.ports import lecture_port
from booking.db import db
from booking.instructors.engine.vocabulary import DEFAULT_MINUTES
from booking.instructors.models import Instructor, Topic

PREVIEW_DAYS = 14

Change = Callable[[Availability], Availability]
"""What is typed but not saved, applied to what is saved."""


@dataclass(frozen=True, slots=True)
class Strip:
    """What the strip of days shows."""

    days: list[SeenDay]
    changed: frozenset[date]
    """The days on which what is typed would change what branches see."""
    typed: bool
    topics: Sequence[Topic]
    topic: Topic | None
    """The topic for whose length the times are."""
    minutes: int
    special: Mapping[date, queries.SpecialDay]
    unofficial: list[int]


def strip(instructor: Instructor, change: Change | None = None) -> Strip:
    """The next two weeks for one topic, in the instructor's own region; nothing is written."""
    session, now, zone = db.session(), clock.now(), i18n.zone()
    first = i18n.today()
    last = first + timedelta(days=PREVIEW_DAYS - 1)
    topics = _topics(instructor.id)
    topic = _chosen(topics)
    slot_request = (
        slot_request_for(topic, instructor.region_code)
        if topic
        else SlotRequest(DEFAULT_MINUTES, Place(instructor.region_code))
    )
    # What is typed may limit lectures where what is saved does not: then all that would count
    # against a limit is needed.
    span = (first, last) if change is None else _counted(first, last)
    schedule = lecture_port().schedules(
        session, [instructor.id], first=span[0], last=span[1], now=now, zone=zone
    )
    known, booked = schedule.known[instructor.id], schedule.taken.get(instructor.id, [])
    saved = seen_days(known, booked, slot_request, first=first, last=last, now=now, zone=zone)
    shown = saved
    if change is not None:
        shown = seen_days(
            change(known), booked, slot_request, first=first, last=last, now=now, zone=zone
        )
    return Strip(
        shown,
        changed(saved, shown),
        change is not None,
        topics,
        topic,
        slot_request.minutes,
        *queries.told_days(session, first, last),
    )


def _counted(first: date, last: date) -> tuple[date, date]:
    span = counted_days(first, last)
    return span.first or first, span.last or last


def _topics(instructor_id: int) -> Sequence[Topic]:
    query = select(Topic).where(Topic.instructor_id == instructor_id, Topic.active)
    return db.session().scalars(query.order_by(Topic.id)).all()


def _chosen(topics: Sequence[Topic]) -> Topic | None:
    wanted = request.values.get("topic", "")
    chosen = [topic for topic in topics if str(topic.id) == wanted]
    return chosen[0] if chosen else next(iter(topics), None)
