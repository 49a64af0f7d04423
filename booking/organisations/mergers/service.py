"""Merge organisations. The caller owns the transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from booking import audit
from booking.accounts.engine.roles import Actor
from booking.accounts.models import Organisation
from booking.db import references
from booking.errors import Invalid, NotFound
from booking.organisations.queries import may_edit
from booking.organisations.service import Merged, record
from booking.sentences import N_

TARGET = Organisation.__tablename__


def merge(session: Session, *, gone_id: int, stays_id: int, actor: Actor) -> Organisation:
    """Merge an organisation into another, which is returned.

    The row of the one that goes stays as an alias. Bookings wait for the locks, and follow it.
    Raises `Invalid` for the same one twice, `NotFound` outside the scope, `Merged` for an alias.
    """
    if gone_id == stays_id:
        raise Invalid(N_("A branch cannot be merged into itself. Choose another."), field="into")
    references.lock(session, TARGET, gone_id)
    gone, stays = _both(session, gone_id, stays_id, actor)
    moved = references.move(session, TARGET, gone_id, stays_id)
    gone.merged_into_id = stays_id
    session.flush()
    detail = {
        "into": f"{stays.name} ({stays_id})",
        "moved": [f"{label} {count}" for label, count in moved.items()],
    }
    record(session, audit.Action.ORGANISATION_MERGED, gone, detail)
    return stays


def _both(
    session: Session, gone_id: int, stays_id: int, actor: Actor
) -> tuple[Organisation, Organisation]:
    """The organisations, locked in the order of their ids: no row can name them meanwhile."""
    found = {}
    for key in sorted((gone_id, stays_id)):
        query = select(Organisation).where(Organisation.id == key)
        query = query.options(lazyload(Organisation.region)).with_for_update()
        one = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
        if one is None or not may_edit(actor, one.region_code):
            raise NotFound()
        if one.merged_into_id is not None:
            raise Merged()
        found[key] = one
    return found[gone_id], found[stays_id]


def settle(session: Session, *, now: datetime) -> int:
    """Move what came to merged organisations since; returns the number of rows.

    A request that had one in hand when it was merged may have added rows that its service does
    not lock for.
    """
    del now  # Regions need it, and are settled in the same way.
    query = select(Organisation.id, Organisation.merged_into_id)
    merged = session.execute(query.where(Organisation.merged_into_id.is_not(None))).all()
    return sum(
        sum(references.move(session, TARGET, gone, stays).values())
        for gone, stays in merged
        if stays is not None and references.is_named(session, TARGET, gone)
    )
