"""Fills in default hours, confirms them, and takes them back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor
from booking.accounts.service import known_region
from booking.availability.defaults import queries
from booking.availability.defaults.models import DefaultHours, DefaultWeek
from booking.availability.engine.timetables import Week
from booking.availability.models import WeeklyBlock
from booking.db import id_lists
from booking.errors import Invalid
from booking.instructors import editable_entry
from booking.sentences import N_

_DIRECT = {"synchronize_session": False}


def set_default_week(session: Session, *, region_code: str, week: Week, now: datetime) -> None:
    """Save the default week of a region. Raises `Invalid` (422) for an empty week."""
    known_region(session, region_code)
    row = session.get(DefaultWeek, region_code) or DefaultWeek(region_code=region_code)
    row.week, row.changed_at = _blocks(week), now
    session.add(row)
    session.flush()


def _blocks(week: Week) -> list[list[int]]:
    blocks = sorted([day, *block] for day, of_day in week.items() for block in of_day)
    if not blocks:
        raise Invalid(N_("The week needs hours on one day at least."), field="day0")
    return blocks


def fill_in(
    session: Session, *, ids: Collection[int], week: Week, actor: Actor, now: datetime
) -> int:
    """Give the week to those of these people who have no hours; returns to how many.

    Raises `Invalid` (422) for an empty week, and `Forbidden` (403) for people of another region.
    """
    blocks = _blocks(week)
    entries = editable_entry.editable_many(
        session, ids=ids, actor=actor, permission="hours.default"
    )
    locked = [entry.id for entry in entries]
    without = set(queries.ids_where(session, queries.ids_among(locked), queries.HAS_NO_HOURS))
    if not without:
        return 0
    session.execute(
        insert(WeeklyBlock),
        [
            {"instructor_id": one, "weekday": day, "start_minute": start, "end_minute": end}
            for one in sorted(without)
            for day, start, end in blocks
        ],
    )
    marks = [
        {"instructor_id": one, "user_id": actor.user_id, "week": blocks, "filled_at": now}
        for one in sorted(without)
    ]
    # A row of `default_hours` may be left of hours that were emptied since.
    _forget(session, without)
    session.execute(insert(DefaultHours), marks)
    return len(without)


def confirm(session: Session, *, instructor_id: int) -> bool:
    """The person keeps the hours as they are; False if there was nothing to confirm."""
    unconfirmed = queries.is_unconfirmed(session, instructor_id)
    _forget(session, [instructor_id])
    return unconfirmed


def take_back(session: Session, *, ids: Collection[int], actor: Actor) -> int:
    """Remove hours that were filled in and neither confirmed nor changed; returns of how many.

    Lectures that were booked in them stay as they are.
    """
    entries = editable_entry.editable_many(
        session, ids=ids, actor=actor, permission="hours.default"
    )
    unchanged = queries.unchanged_since(session, [entry.id for entry in entries])
    session.execute(
        delete(WeeklyBlock).where(id_lists.among(WeeklyBlock.instructor_id, True)),
        id_lists.names(unchanged),
        execution_options=_DIRECT,
    )
    _forget(session, unchanged)
    return len(unchanged)


def _forget(session: Session, ids: Collection[int]) -> None:
    session.execute(
        delete(DefaultHours).where(id_lists.among(DefaultHours.instructor_id, True)),
        id_lists.names(ids),
        execution_options=_DIRECT,
    )
    session.expire_all()


def record(session: Session, region_code: str, change: str, people: int) -> None:
    """Record a change of many people's hours in the audit log."""
    audit.record(
        session,
        audit.Action.DEFAULT_HOURS,
        region_code=region_code,
        detail={"change": change, "rows": people},
    )
