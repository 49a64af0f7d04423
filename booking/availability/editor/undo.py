"""Keep what a part of somebody's schedule was before each change, and bring it back.

A part is compared as a whole: an undo is refused when the part is no longer as the change
had left it, so that nobody's later work is lost.
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
"""So many changes of one instructor can be undone, one after the other."""

Plain = Any
"""A part as JSON has it."""


@contextmanager
def recorded(
    session: Session, *, instructor_id: int, part: Part, user_id: int | None, now: datetime
) -> Iterator[None]:
    """Within a unit of work: keep what the block changes in one part of a schedule.

    The instructor is locked, so that two people's changes come one after the other. A block
    that changes nothing leaves nothing to undo.
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
    _forget_old(session, instructor_id)
    record_on_behalf(session, instructor_id, Action.SCHEDULE_CHANGED, part=part.value)


def last_change(session: Session, instructor_id: int) -> ScheduleChange | None:
    """The newest change that can still be undone."""
    query = select(ScheduleChange).where(ScheduleChange.instructor_id == instructor_id)
    return session.scalars(query.order_by(ScheduleChange.id.desc()).limit(1)).first()


def undo(session: Session, *, instructor_id: int, change_id: int, now: datetime) -> Part:
    """Bring back what was before a change, and forget the change; returns what came back.

    Raises `ChangedSince` (409) when the part is not as the change left it, and `UndoneAlready`
    (409) when the change has been undone.
    """
    _lock(session, instructor_id)
    change = session.get(ScheduleChange, change_id)
    if change is None or change.instructor_id != instructor_id:
        raise _gone(session, instructor_id, change_id)
    if _read(session, instructor_id, change.part) != change.after:
        raise ChangedSince()
    _WRITERS[change.part](session, instructor_id, change.before, now)
    session.delete(change)
    session.flush()
    record_on_behalf(
        session, instructor_id, Action.SCHEDULE_CHANGED, part=change.part.value, undone=True
    )
    return change.part


def _gone(session: Session, instructor_id: int, change_id: int) -> Conflict:
    """Why a change is not kept: after many others it was forgotten, otherwise it was undone."""
    ids = select(ScheduleChange.id).where(ScheduleChange.instructor_id == instructor_id)
    kept = session.scalars(ids).all()
    forgotten = len(kept) == KEPT and change_id < min(kept)
    return ChangedSince() if forgotten else UndoneAlready()


def _lock(session: Session, instructor_id: int) -> None:
    query = select(Instructor.id).where(Instructor.id == instructor_id)
    session.execute(query.with_for_update(of=Instructor))


def _forget_old(session: Session, instructor_id: int) -> None:
    newest = select(ScheduleChange.id).where(ScheduleChange.instructor_id == instructor_id)
    kept = session.scalars(newest.order_by(ScheduleChange.id.desc()).limit(KEPT)).all()
    session.execute(
        delete(ScheduleChange).where(
            ScheduleChange.instructor_id == instructor_id, ScheduleChange.id < kept[-1]
        )
    )


def _read(session: Session, instructor_id: int, part: Part) -> Plain:
    return _READERS[part](session, instructor_id)


def _read_week(session: Session, instructor_id: int) -> Plain:
    blocks = queries.blocks_of(session, instructor_id)
    return sorted([one.weekday, one.start_minute, one.end_minute] for one in blocks)


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
            "first": _text(row.valid_from),
            "last": _text(row.valid_to),
            "weeks": row.every_weeks,
            "week_of": _text(row.week_of),
            "replaces": row.replaces,
            "blocks": sorted([one.weekday, one.start_minute, one.end_minute] for one in row.blocks),
        }
        for row in sorted(queries.timetables_of(session, instructor_id), key=lambda row: row.id)
    ]


def _write_timetables(session: Session, instructor_id: int, plain: Plain, _now: datetime) -> None:
    session.execute(delete(Timetable).where(Timetable.instructor_id == instructor_id))
    session.expire_all()
    for one in plain:
        validity = Validity(
            _day(one["first"]), _day(one["last"]), one["weeks"], _day(one["week_of"])
        )
        hours = Hours(one["title"], _week(one["blocks"]), validity, one["replaces"])
        service.save_timetable(session, instructor_id=instructor_id, hours=hours)


def _read_overrides(session: Session, instructor_id: int) -> Plain:
    rows = queries.overrides_of(session, instructor_id, date.min)
    return sorted(
        [
            one.kind.value,
            one.first.isoformat(),
            one.last.isoformat(),
            one.start_minute,
            one.end_minute,
            one.note,
        ]
        for one in rows
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


def _text(day: date | None) -> str | None:
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
