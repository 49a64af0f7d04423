"""Store each part of an instructor's schedule as it was before a change, and restore it.

A part is compared as a whole: an undo is refused unless the part still is as the change left it, so
that no later edit is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.audit import Action
from booking.availability import queries, service
from booking.availability.engine.errors import ChangedSince, UndoneAlready
from booking.availability.engine.hours import HolidayPolicy, MakeupRule, OverrideKind
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import Part, RuleSet
from booking.availability.engine.timetables import Timetable as Hours
from booking.availability.engine.timetables import Validity
from booking.availability.guards import record_on_behalf
from booking.availability.models import BookingRule, DateOverride, ScheduleChange, Timetable
from booking.errors import Conflict
from booking.instructors.models import Instructor

KEPT = 20
"""Number of changes per instructor that are stored and can be undone, newest first."""

Plain = Any
"""A part of a schedule as values that JSON can represent."""


@contextmanager
def recorded(
    session: Session, *, instructor_id: int, part: Part, user_id: int | None, now: datetime
) -> Iterator[None]:
    """Context manager within a unit of work: store what its block changes in one part.

    The instructor row is locked, so that concurrent changes are serialised. A block that changes
    nothing stores nothing.
    """
    _lock(session, instructor_id)
    before = _read(session, instructor_id, part)
    yield
    session.flush()
    session.expire_all()
    after = _read(session, instructor_id, part)
    if after == before:
        return
    session.add(
        ScheduleChange(
            instructor_id=instructor_id,
            user_id=user_id,
            part=part,
            before=before,
            after=after,
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
    if _read(session, instructor_id, change.part) != change.after:
        raise ChangedSince()
    _WRITERS[change.part](session, instructor_id, change.before, now)
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


def _read(session: Session, instructor_id: int, part: Part) -> Plain:
    return _READERS[part](session, instructor_id)


def _read_week(session: Session, instructor_id: int) -> Plain:
    blocks = queries.blocks_of(session, instructor_id)
    return sorted([block.weekday, block.start_minute, block.end_minute] for block in blocks)


def _write_week(session: Session, instructor_id: int, plain: Plain, _now: datetime) -> None:
    service.set_week(session, instructor_id=instructor_id, week=_week(plain))


def _week(blocks: list[list[int]]) -> dict[int, list[tuple[int, int]]]:
    week: dict[int, list[tuple[int, int]]] = {}
    for weekday, start, end in blocks:
        week.setdefault(weekday, []).append((start, end))
    return week


def _read_timetables(session: Session, instructor_id: int) -> Plain:
    return [
        {
            "title": row.title,
            "first": _iso_date(row.valid_from),
            "last": _iso_date(row.valid_to),
            "weeks": row.every_weeks,
            "week_of": _iso_date(row.week_of),
            "replaces": row.replaces,
            "blocks": sorted(
                [block.weekday, block.start_minute, block.end_minute] for block in row.blocks
            ),
        }
        for row in sorted(queries.timetables_of(session, instructor_id), key=lambda row: row.id)
    ]


def _write_timetables(session: Session, instructor_id: int, plain: Plain, _now: datetime) -> None:
    session.execute(delete(Timetable).where(Timetable.instructor_id == instructor_id))
    session.expire_all()
    for entry in plain:
        validity = Validity(
            _day(entry["first"]), _day(entry["last"]), entry["weeks"], _day(entry["week_of"])
        )
        hours = Hours(entry["title"], _week(entry["blocks"]), validity, entry["replaces"])
        service.save_timetable(session, instructor_id=instructor_id, hours=hours)


def _read_overrides(session: Session, instructor_id: int) -> Plain:
    rows = queries.overrides_of(session, instructor_id, date.min)
    return sorted(
        [
            row.kind.value,
            row.first.isoformat(),
            row.last.isoformat(),
            row.start_minute,
            row.end_minute,
            row.note,
        ]
        for row in rows
    )


def _write_overrides(session: Session, instructor_id: int, plain: Plain, _now: datetime) -> None:
    session.execute(delete(DateOverride).where(DateOverride.instructor_id == instructor_id))
    for kind, first, last, start, end, note in plain:
        service.add_override(
            session,
            instructor_id=instructor_id,
            kind=OverrideKind(kind),
            first=date.fromisoformat(first),
            last=date.fromisoformat(last),
            start_minute=start,
            end_minute=end,
            note=note,
        )


def _read_rules(session: Session, instructor_id: int) -> Plain:
    if session.get(BookingRule, instructor_id) is None:
        return None
    rules = queries.rules_of(session, instructor_id)
    holidays = asdict(rules.holidays) | {"makeup": rules.holidays.makeup.value}
    return {"booking": asdict(rules.booking), "holidays": holidays, "caps": asdict(rules.caps)}


def _write_rules(session: Session, instructor_id: int, plain: Plain, now: datetime) -> None:
    if plain is None:
        session.execute(delete(BookingRule).where(BookingRule.instructor_id == instructor_id))
        return
    holidays = plain["holidays"] | {"makeup": MakeupRule(plain["holidays"]["makeup"])}
    rules = RuleSet(
        BookingRules(**plain["booking"]), HolidayPolicy(**holidays), Caps(**plain["caps"])
    )
    service.set_rules(session, instructor_id=instructor_id, rules=rules, now=now)


def _iso_date(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


_READERS: dict[Part, Callable[[Session, int], Plain]] = {
    Part.WEEK: _read_week,
    Part.TIMETABLES: _read_timetables,
    Part.OVERRIDES: _read_overrides,
    Part.RULES: _read_rules,
}
_WRITERS: dict[Part, Callable[[Session, int, Plain, datetime], None]] = {
    Part.WEEK: _write_week,
    Part.TIMETABLES: _write_timetables,
    Part.OVERRIDES: _write_overrides,
    Part.RULES: _write_rules,
}
