"""Who has no hours, whose hours nobody confirmed, and the default week of a region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role, lineage, scope_prefix
from booking.availability import queries as availability
from booking.availability.defaults.models import DefaultHours, DefaultWeek
from booking.availability.engine.hours import OverrideKind
from booking.availability.engine.hours_text import Block
from booking.availability.engine.timetables import Week
from booking.availability.models import DateOverride, Timetable, WeeklyBlock
from booking.db import id_lists
from booking.instructors.models import Instructor

WORKDAYS = range(5)
"""Monday to Friday: without a default week, morning and afternoon of these are proposed."""

HAS_NO_HOURS: ColumnElement[bool] = not_(
    or_(
        exists().where(WeeklyBlock.instructor_id == Instructor.id),
        exists().where(Timetable.instructor_id == Instructor.id),
        exists().where(
            DateOverride.instructor_id == Instructor.id, DateOverride.kind == OverrideKind.EXTRA
        ),
    )
)
"""Whether an instructor has given no hours, so that nobody can book them."""

UNCONFIRMED: ColumnElement[bool] = exists().where(DefaultHours.instructor_id == Instructor.id)
"""Whether the hours were filled in by default and not confirmed since."""


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """The condition that an instructor's region is kept by the actor."""
    if actor.has(Role.ADMIN):
        return Instructor.listed.is_(True)
    prefixes = (Instructor.region_code.startswith(scope_prefix(code)) for code in actor.scopes)
    return Instructor.listed & or_(*prefixes) if actor.scopes else Instructor.id.is_(None)


def under(region_code: str) -> ColumnElement[bool]:
    """The condition that an instructor belongs to a region or one below it."""
    return Instructor.listed & Instructor.region_code.startswith(scope_prefix(region_code))


def ids_among(ids: Collection[int]) -> ColumnElement[bool]:
    """The condition that an instructor is one of these."""
    return Instructor.id.in_(list(ids))


def count(session: Session, *conditions: ColumnElement[bool]) -> int:
    """How many instructors fulfil the conditions."""
    return session.scalar(select(func.count(Instructor.id)).where(*conditions)) or 0


def ids_where(session: Session, *conditions: ColumnElement[bool]) -> list[int]:
    """The ids of instructors who fulfil the conditions."""
    return list(session.scalars(select(Instructor.id).where(*conditions).order_by(Instructor.id)))


def people(session: Session, *conditions: ColumnElement[bool], most: int) -> Sequence[Instructor]:
    """The first instructors who fulfil the conditions, in the order of names."""
    query = select(Instructor).where(*conditions).order_by(Instructor.sort_key, Instructor.id)
    return session.scalars(query.limit(most)).all()


def is_unconfirmed(session: Session, instructor_id: int) -> bool:
    """Whether the person has not confirmed the hours that were filled in."""
    query = select(DefaultHours.instructor_id).where(DefaultHours.instructor_id == instructor_id)
    return session.scalars(query).first() is not None


def first_unconfirmed(session: Session, ids: Collection[int]) -> int | None:
    """The first of these people who has not confirmed hours that were filled in."""
    query = select(DefaultHours.instructor_id).where(DefaultHours.instructor_id.in_(list(ids)))
    return session.scalars(query.order_by(DefaultHours.instructor_id).limit(1)).first()


def unchanged_since(session: Session, ids: Collection[int]) -> list[int]:
    """Those of these people whose week still is what was filled in."""
    marks = session.scalars(
        select(DefaultHours).where(id_lists.among(DefaultHours.instructor_id, True)),
        id_lists.names(ids),
    ).all()
    weeks = weeks_of(session, [mark.instructor_id for mark in marks])
    return [
        mark.instructor_id
        for mark in marks
        if sorted(map(tuple, mark.week)) == weeks.get(mark.instructor_id, [])
    ]


def with_hours_of_their_own(session: Session, ids: Collection[int]) -> list[int]:
    """Those of these people whose everyday week is not, or no longer, what was filled in."""
    owners = set(weeks_of(session, ids))
    return sorted(owners - set(unchanged_since(session, list(owners))))


def weeks_of(session: Session, ids: Collection[int]) -> dict[int, list[tuple[int, int, int]]]:
    """The blocks of people's weeks, sorted: weekday, first and last minute."""
    query = select(
        WeeklyBlock.instructor_id,
        WeeklyBlock.weekday,
        WeeklyBlock.start_minute,
        WeeklyBlock.end_minute,
    ).where(id_lists.among(WeeklyBlock.instructor_id, True))
    found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for owner, weekday, start, end in session.execute(query, id_lists.names(ids)):
        found[owner].append((weekday, start, end))
    return {owner: sorted(blocks) for owner, blocks in found.items()}


def week_for(session: Session, region_code: str) -> Week:
    """The default week of a region: its own, that of a region above, or the usual one."""
    rows = session.scalars(
        select(DefaultWeek).where(DefaultWeek.region_code.in_(lineage(region_code)))
    )
    weeks = {row.region_code: row.week for row in rows}
    for code in lineage(region_code):
        if code in weeks:
            return read_week(weeks[code])
    template = availability.slot_template(session, region_code)
    return {day: [template.morning, template.afternoon] for day in WORKDAYS}


def read_week(blocks: Iterable[Sequence[int]]) -> Week:
    """Blocks (weekday, first and last minute) as a week."""
    week: dict[int, list[Block]] = defaultdict(list)
    for weekday, start, end in blocks:
        week[weekday].append((start, end))
    return week
