"""Generates the lectures of a register with holds that do not overlap. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.bulk.rows import Rows
from booking.availability.engine.day_parts import HalfDay
from booking.availability.engine.intervals import Interval
from booking.availability.engine.zones import local_instant
from booking.demo.engine import data, demand
from booking.demo.engine.people import DemoBranch, DemoPerson, Hours
from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine.states import State

PER_INSTRUCTOR = 10
"""Lectures within `PAST` and `FUTURE`, as in the largest demonstration province."""
PAST, FUTURE = timedelta(days=300), timedelta(days=60)
GONE = (State.CANCELLED, State.DECLINED, State.WITHDRAWN)
GONE_SHARE = 0.08
WAITING_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Added:
    """Database ids of the generated rows, by their index."""

    instructors: Sequence[int]
    topics: Sequence[dict[int, int]]
    """For each instructor: topic id by index into the catalogue."""
    organisations: Sequence[int]


def add_lectures(
    rows: Rows,
    rng: random.Random,
    cast: Sequence[DemoPerson],
    units: Sequence[DemoBranch],
    added: Added,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Add lectures of the branches `units` with the instructors `cast`, around `now`."""
    today = now.astimezone(zone).date()
    taken: set[tuple[int, date, int]] = set()
    requests = demand.demand(
        rng, len(cast) * PER_INSTRUCTOR, today - PAST, today + FUTURE, cast, units
    )
    for request in requests:
        block = _block(
            cast[request.person], request.day, request.half_day, data.TOPICS[request.topic].minutes
        )
        if block is None or (request.person, request.day, block[1]) in taken:
            continue
        taken.add((request.person, request.day, block[1]))
        start = local_instant(request.day, block[1], zone)
        span = start, start + timedelta(minutes=data.TOPICS[request.topic].minutes)
        _add(rows, rng, request, units[request.branch].region, added, span, now, zone.key)


def _block(person: DemoPerson, day: date, half: HalfDay, minutes: int) -> Hours | None:
    """The weekly hours in that half-day into which the lecture fits, if any."""
    beginning = {HalfDay.MORNING: 0, HalfDay.AFTERNOON: 720}.get(half, 1080)
    return next(
        (
            hours
            for hours in person.hours
            if hours[0] == day.weekday()
            and beginning <= hours[1] < beginning + 720
            and hours[1] + minutes <= hours[2]
        ),
        None,
    )


def _add(
    rows: Rows,
    rng: random.Random,
    request: demand.Wanted,
    region_code: str,
    added: Added,
    span: Interval,
    now: datetime,
    time_zone: str,
) -> None:
    topic = data.TOPICS[request.topic]
    online = topic.formats == (Format.ONLINE,)
    state = _state(rng, span, now)
    asked_at = min(now, span[0] - timedelta(days=14))
    instructor_id = added.instructors[request.person]
    organisation_id = added.organisations[request.branch]
    number = len(rows.tables["lecture"]) + 1
    lecture_id = rows.add_with_id(
        "lecture",
        uid=f"bulk-{number}@example.org",
        number=f"YK-{span[0].year}-{number:06d}",
        state=state,
        sequence=0,
        instructor_id=instructor_id,
        organisation_id=organisation_id,
        topic_id=added.topics[request.person][request.topic],
        title=topic.title,
        starts_at=span[0],
        ends_at=span[1],
        time_zone=time_zone,
        region_code=region_code,
        place=request.place,
        format=topic.formats[0] if topic.formats else Format.LECTURE,
        attendees=request.attendees,
        note="",
        reply_due_at=asked_at,
        created_at=asked_at,
        changed_at=asked_at,
    )
    if state not in GONE:
        rows.add_with_id(
            "hold",
            instructor_id=instructor_id,
            lecture_id=lecture_id,
            starts_at=span[0],
            ends_at=span[1],
            region_code=None if online else region_code,
            place=request.place,
            organisation_id=organisation_id,
        )


def _state(rng: random.Random, span: Interval, now: datetime) -> State:
    if rng.random() < GONE_SHARE:
        return rng.choice(GONE)
    if span[1] < now:
        return State.DELIVERED
    return State.REQUESTED if rng.random() < WAITING_SHARE else State.CONFIRMED
