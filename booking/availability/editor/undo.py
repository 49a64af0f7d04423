"""Store each part of an instructor's schedule as it was before a change, and restore it.

A part is compared as a whole: an undo is refused unless the part still is as the change left it, so
that no later edit is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking import json_values
from booking.audit import Action
from booking.availability import queries, service
from booking.availability.editor.engine.stored_parts import (
    StoredOverrides,
    StoredTimetable,
    StoredTimetables,
    StoredWeek,
    week_of,
)
from booking.availability.engine.errors import ChangedSince, UndoneAlready
from booking.availability.engine.rules import Part, RuleSet
from booking.availability.guards import record_on_behalf
from booking.availability.models import (
    BookingRule,
    DateOverride,
    ScheduleChange,
    Timetable,
    TimetableBlock,
    WeeklyBlock,
)
from booking.errors import Conflict
from booking.instructors.models import Instructor

KEPT = 20
"""Number of changes per instructor that are stored and can be undone, newest first."""


@contextmanager
def recorded(
    session: Session, *, instructor_id: int, part: Part, user_id: int | None, now: datetime
) -> Iterator[None]:
    """Context manager within a unit of work: store what its block changes in one part.

    The instructor row is locked, so that concurrent changes are serialised. A block that changes
    nothing stores nothing.
    """
    _lock(session, instructor_id)
    read = _PARTS[part].read
    before = read(session, instructor_id)
    yield
    session.flush()
    session.expire_all()
    after = read(session, instructor_id)
    if after == before:
        return
    session.add(
        ScheduleChange(
            instructor_id=instructor_id,
            user_id=user_id,
            part=part,
            before=json_values.write(before),
            after=json_values.write(after),
            changed_at=now,
        )
    )
    session.flush()
    _prune_old(session, instructor_id)
    record_on_behalf(session, instructor_id, Action.SCHEDULE_CHANGED, part=part.value)


def last_change(session: Session, instructor_id: int) -> ScheduleChange | None:
    """The newest change that can still be undone; None if there is none."""
    query = select(ScheduleChange).where(ScheduleChange.instructor_id == instructor_id)
    return session.scalars(query.order_by(ScheduleChange.id.desc()).limit(1)).first()


def undo(session: Session, *, instructor_id: int, change_id: int, now: datetime) -> Part:
    """Restore a part as it was before a change, and delete the change; returns the part.

    Raises `ChangedSince` (409) if the part no longer is as the change left it, and `UndoneAlready`
    (409) if the change has been undone.
    """
    _lock(session, instructor_id)
    change = session.get(ScheduleChange, change_id)
    if change is None or change.instructor_id != instructor_id:
        raise _missing_change(session, instructor_id, change_id)
    _PARTS[change.part].restore(session, change, now)
    session.delete(change)
    session.flush()
    record_on_behalf(
        session, instructor_id, Action.SCHEDULE_CHANGED, part=change.part.value, undone=True
    )
    return change.part


def _missing_change(session: Session, instructor_id: int, change_id: int) -> Conflict:
    """The error for a change that is not stored: pruned as too old, or already undone."""
    ids = select(ScheduleChange.id).where(ScheduleChange.instructor_id == instructor_id)
    kept_ids = session.scalars(ids).all()
    pruned = len(kept_ids) == KEPT and change_id < min(kept_ids)
    return ChangedSince() if pruned else UndoneAlready()


def _lock(session: Session, instructor_id: int) -> None:
    query = select(Instructor.id).where(Instructor.id == instructor_id)
    session.execute(query.with_for_update(of=Instructor))


def _prune_old(session: Session, instructor_id: int) -> None:
    newest = select(ScheduleChange.id).where(ScheduleChange.instructor_id == instructor_id)
    kept_ids = session.scalars(newest.order_by(ScheduleChange.id.desc()).limit(KEPT)).all()
    session.execute(
        delete(ScheduleChange).where(
            ScheduleChange.instructor_id == instructor_id, ScheduleChange.id < kept_ids[-1]
        )
    )


def _read_week(session: Session, instructor_id: int) -> StoredWeek:
    return _blocks(queries.blocks_of(session, instructor_id))


def _blocks(rows: Iterable[WeeklyBlock | TimetableBlock]) -> StoredWeek:
    return tuple(sorted((row.weekday, row.start_minute, row.end_minute) for row in rows))


def _write_week(session: Session, instructor_id: int, week: StoredWeek, _now: datetime) -> None:
    service.set_week(session, instructor_id=instructor_id, week=week_of(week))


def _read_timetables(session: Session, instructor_id: int) -> StoredTimetables:
    return tuple(
        StoredTimetable(
            title=row.title,
            first=row.valid_from,
            last=row.valid_to,
            weeks=row.every_weeks,
            week_of=row.week_of,
            replaces=row.replaces,
            blocks=_blocks(row.blocks),
        )
        for row in sorted(queries.timetables_of(session, instructor_id), key=lambda row: row.id)
    )


def _write_timetables(
    session: Session, instructor_id: int, timetables: StoredTimetables, _now: datetime
) -> None:
    session.execute(delete(Timetable).where(Timetable.instructor_id == instructor_id))
    session.expire_all()
    for stored in timetables:
        service.save_timetable(session, instructor_id=instructor_id, timetable=stored.timetable())


def _read_overrides(session: Session, instructor_id: int) -> StoredOverrides:
    rows = queries.overrides_of(session, instructor_id, date.min)
    return tuple(
        sorted(
            (row.kind, row.first, row.last, row.start_minute, row.end_minute, row.note)
            for row in rows
        )
    )


def _write_overrides(
    session: Session, instructor_id: int, overrides: StoredOverrides, _now: datetime
) -> None:
    session.execute(delete(DateOverride).where(DateOverride.instructor_id == instructor_id))
    for kind, first, last, start, end, note in overrides:
        service.add_override(
            session,
            instructor_id=instructor_id,
            kind=kind,
            first=first,
            last=last,
            start_minute=start,
            end_minute=end,
            note=note,
        )


def _read_rules(session: Session, instructor_id: int) -> RuleSet | None:
    if session.get(BookingRule, instructor_id) is None:
        return None
    return queries.rules_of(session, instructor_id)


def _write_rules(
    session: Session, instructor_id: int, rules: RuleSet | None, now: datetime
) -> None:
    if rules is None:
        session.execute(delete(BookingRule).where(BookingRule.instructor_id == instructor_id))
        return
    service.set_rules(session, instructor_id=instructor_id, rules=rules, now=now)


def _load_rules(values: object) -> RuleSet | None:
    return None if values is None else json_values.read(values, RuleSet)


V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _PartStore(Generic[V]):
    """How one part is read, restored, and converted from what was stored."""

    read: Callable[[Session, int], V]
    write: Callable[[Session, int, V, datetime], None]
    load: Callable[[object], V]

    def restore(self, session: Session, change: ScheduleChange, now: datetime) -> None:
        """Write the part as it was before; raises `ChangedSince` unless it is as it was after.

        It is refused as well if another release stored it in a form that cannot be read.
        """
        try:
            before, after = self.load(change.before), self.load(change.after)
        except json_values.Unreadable:
            raise ChangedSince() from None
        if self.read(session, change.instructor_id) != after:
            raise ChangedSince()
        self.write(session, change.instructor_id, before, now)


_PARTS: dict[Part, _PartStore[Any]] = {
    Part.WEEK: _PartStore(_read_week, _write_week, partial(json_values.read, kind=StoredWeek)),
    Part.TIMETABLES: _PartStore(
        _read_timetables, _write_timetables, partial(json_values.read, kind=StoredTimetables)
    ),
    Part.OVERRIDES: _PartStore(
        _read_overrides, _write_overrides, partial(json_values.read, kind=StoredOverrides)
    ),
    Part.RULES: _PartStore(_read_rules, _write_rules, _load_rules),
}
