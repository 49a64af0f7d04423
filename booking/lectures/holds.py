"""Read when instructors are taken, many at once; statements are written once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from booking import many
from booking.availability.offers import Booked
from booking.availability.queries import capped
from booking.availability.travel import Place
from booking.lectures.models import Hold


def booked(
    session: Session,
    instructor_ids: Collection[int],
    since: datetime,
    until: datetime,
    *,
    counted: tuple[datetime, datetime] | None = None,
) -> dict[int, list[Booked]]:
    """The holds of each instructor that touch [since, until), in order.

    Of instructors with a cap also those that touch `counted`, if it is given.
    """
    named = many.few(instructor_ids)
    values: dict[str, object] = many.names(instructor_ids) if named else {}
    values |= {"since": since, "until": until}
    if counted is not None:
        values |= {"counted_since": counted[0], "counted_until": counted[1]}
    rows = session.connection().execute(_holds(named, counted is not None), values).all()
    found: dict[int, list[Booked]] = defaultdict(list)
    for owner, starts_at, ends_at, region_code, place, organisation_id in rows:
        where = Place(region_code, place) if region_code else None
        found[owner].append(Booked(starts_at, ends_at, where, organisation_id))
    return found


@cache
def _holds(
    named: bool, counted: bool
) -> Select[int, datetime, datetime, str | None, str, int | None]:
    wanted = _touches("since", "until")
    if counted:
        whole = _touches("counted_since", "counted_until")
        # The wider span holds the narrower one: said first, it lets an index find each person.
        wanted = and_(whole, or_(wanted, Hold.instructor_id.in_(capped(named))))
    return (
        select(
            Hold.instructor_id,
            Hold.starts_at,
            Hold.ends_at,
            Hold.region_code,
            Hold.place,
            Hold.organisation_id,
        )
        .where(many.among(Hold.instructor_id, named), wanted)
        .order_by(Hold.starts_at)
    )


def _touches(since: str, until: str) -> ColumnElement[bool]:
    return and_(Hold.starts_at < bindparam(until), Hold.ends_at > bindparam(since))
