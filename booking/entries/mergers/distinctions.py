"""Pairs of entries that a coordinator has said to be two people. The caller owns the transaction.

A pair is not suggested for merging again, whoever keeps the entries, until somebody takes it back.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor
from booking.entries import changes
from booking.entries.models import DistinctEntries
from booking.errors import Forbidden, Invalid, NotFound
from booking.instructors import editable_entry
from booking.instructors.editable_entry import EditableEntry
from booking.sentences import N_


def note(
    session: Session, *, one_id: int, other_id: int, actor: Actor, now: datetime
) -> DistinctEntries:
    """Remember that two entries are two people; raises `NotFound` unless the actor keeps both."""
    first, second = _locked(session, one_id, other_id, actor)
    known = session.get(DistinctEntries, (first.id, second.id))
    if known is not None:
        return known
    row = DistinctEntries(
        first_id=first.id, second_id=second.id, user_id=actor.user_id, said_at=now
    )
    session.add(row)
    _record(session, first, second, undone=False)
    return row


def take_back(session: Session, *, one_id: int, other_id: int, actor: Actor) -> bool:
    """Forget it, so that the pair may be suggested again; False if nobody had said so."""
    first, second = _locked(session, one_id, other_id, actor)
    row = session.get(DistinctEntries, (first.id, second.id))
    if row is None:
        return False
    session.delete(row)
    _record(session, first, second, undone=True)
    return True


def follow_merger(session: Session, *, kept_id: int, dropped_id: int) -> None:
    """What was said of the entry that goes holds for the one that stays, but not of the two."""
    rows = session.scalars(
        select(DistinctEntries).where(
            or_(DistinctEntries.first_id == dropped_id, DistinctEntries.second_id == dropped_id)
        )
    ).all()
    for row in rows:
        other_id = row.second_id if row.first_id == dropped_id else row.first_id
        pair = (min(kept_id, other_id), max(kept_id, other_id))
        if other_id != kept_id and session.get(DistinctEntries, pair) is None:
            session.add(
                DistinctEntries(
                    first_id=pair[0], second_id=pair[1], user_id=row.user_id, said_at=row.said_at
                )
            )
    session.flush()
    gone = delete(DistinctEntries).where(
        or_(DistinctEntries.first_id == dropped_id, DistinctEntries.second_id == dropped_id)
    )
    session.execute(gone)


def _locked(
    session: Session, one_id: int, other_id: int, actor: Actor
) -> tuple[EditableEntry, EditableEntry]:
    """Both entries, the older first, locked in the order in which mergers lock them."""
    if one_id == other_id:
        raise Invalid(N_("Choose another entry."))
    try:
        first, second = (
            editable_entry.editable(
                session, instructor_id=one, actor=actor, permission="entry.keep"
            )
            for one in sorted((one_id, other_id))
        )
    except Forbidden:
        raise NotFound() from None
    return first, second


def _record(session: Session, first: EditableEntry, second: EditableEntry, *, undone: bool) -> None:
    session.flush()
    audit.record(
        session,
        audit.Action.ENTRIES_DISTINCT,
        about=changes.about(first.instructor),
        region_code=first.instructor.region_code,
        detail={"other": second.id} | ({"undone": True} if undone else {}),
    )
