"""Add an exception so that none stands twice: extra hours that overlap become one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.availability import service
from booking.availability.editor.engine.exceptions import merged, overlap
from booking.availability.engine.errors import ExtraHoursOverlap
from booking.availability.engine.hours import Override, OverrideKind
from booking.availability.engine.hours_text import write_blocks
from booking.availability.models import DateOverride

_AND = " / "
"""Between the notes of exceptions that have become one."""


def add(session: Session, *, instructor_id: int, added: Override, note: str = "") -> None:
    """Add an exception, together with those that become one with it.

    Their notes are joined. Raises `ExtraHoursOverlap` (422) where extra hours overlap but are no
    single exception: other hours on a part of the days.
    """
    rows = {row: _value(row) for row in _on_the_same_days(session, instructor_id, added)}
    notes = [note.strip()]
    while found := next((row for row, value in rows.items() if merged(value, added)), None):
        added = merged(rows.pop(found), added) or added
        notes = [*found.note.split(_AND), *notes]
        session.execute(delete(DateOverride).where(DateOverride.id == found.id))
    standing = next((value for value in rows.values() if overlap(value, added)), None)
    if standing is not None and added.kind is OverrideKind.EXTRA:
        hours = write_blocks([(standing.start, standing.end)])
        raise ExtraHoursOverlap(standing.first, hours)
    service.add_override(
        session,
        instructor_id=instructor_id,
        kind=added.kind,
        first=added.first,
        last=added.last,
        start_minute=added.start,
        end_minute=added.end,
        note=_AND.join(dict.fromkeys(filter(None, notes))),
    )


def _on_the_same_days(
    session: Session, instructor_id: int, added: Override
) -> Sequence[DateOverride]:
    query = select(DateOverride).where(
        DateOverride.instructor_id == instructor_id,
        DateOverride.kind == added.kind,
        DateOverride.first <= added.last,
        DateOverride.last >= added.first,
    )
    return session.scalars(query.order_by(DateOverride.first, DateOverride.id)).all()


def _value(row: DateOverride) -> Override:
    return Override(row.first, row.last, row.kind, row.start_minute, row.end_minute)
