"""Read the holds of many instructors at once; the SQL statements are built once and cached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Executable,
    bindparam,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from booking.availability.engine.offers import Booked
from booking.availability.engine.travel import Place
from booking.availability.queries import capped
from booking.db import id_lists
from booking.lectures.models import Hold

LONGEST = timedelta(days=1)
"""Upper bound of a hold's length: topics last at most eight hours, by a CHECK constraint too."""


def booked(
    session: Session,
    instructor_ids: Collection[int],
    since: datetime,
    until: datetime,
    *,
    counted: tuple[datetime, datetime] | None = None,
) -> dict[int, list[Booked]]:
    """The holds by instructor id that overlap [since, until), in order of their start.

    For instructors with a cap also those that overlap `counted`, if it is given.
    """
    named = id_lists.few(instructor_ids)
    values: dict[str, object] = id_lists.names(instructor_ids) if named else {}
    values |= _span("", since, until)
    if counted is not None:
        values |= _span("counted_", *counted)
    rows = session.connection().execute(_holds(named, counted is not None), values).all()
    holds: dict[int, list[Booked]] = defaultdict(list)
    for instructor_id, starts_at, ends_at, region_code, place, organisation_id, lecture_id in rows:
        where = Place(region_code, place) if region_code else None
        hold = Booked(starts_at, ends_at, where, organisation_id, lecture_id=lecture_id)
        holds[instructor_id].append(hold)
    return holds


@cache
def _holds(named: bool, counted: bool) -> Executable:
    query = select(
        Hold.instructor_id,
        Hold.starts_at,
        Hold.ends_at,
        Hold.region_code,
        Hold.place,
        Hold.organisation_id,
        # A time without a lecture is like a lecture of its own; the negative is of no lecture.
        func.coalesce(Hold.lecture_id, -Hold.id),
    )
    near = query.where(id_lists.among(Hold.instructor_id, named), *_overlaps(""))
    if not counted:
        return near.order_by(Hold.starts_at)
    # Few instructors have a cap: the far longer `counted` span is read for these only.
    outside = or_(Hold.starts_at >= bindparam("until"), Hold.ends_at <= bindparam("since"))
    counting = query.where(Hold.instructor_id.in_(capped(named)), *_overlaps("counted_"), outside)
    return union_all(near, counting).order_by("starts_at")


def _overlaps(span: str) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: the hold overlaps a span; the third is implied and bounds the index scan."""
    return (
        Hold.starts_at < bindparam(f"{span}until"),
        Hold.ends_at > bindparam(f"{span}since"),
        Hold.starts_at > bindparam(f"{span}not_before"),
    )


def _span(span: str, since: datetime, until: datetime) -> dict[str, object]:
    """The bind parameters of `_overlaps`."""
    return {
        f"{span}since": since,
        f"{span}until": until,
        f"{span}not_before": since - LONGEST,
    }
