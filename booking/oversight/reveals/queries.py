"""Reads of the record of contacts that were shown, in the scope of its reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Membership, Organisation, User
from booking.accounts.queries import lies_under
from booking.contacts.models import Reveal
from booking.contacts.queries import in_scope_of
from booking.instructors.models import Instructor
from booking.oversight.reveals.engine.unusual import DAY, USUAL_DAYS, Seen, Unusual, unusual

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class RevealFilter:
    """Reveals in `[start, end)`, by a reader or of a person (parts of names)."""

    start: datetime | None = None
    end: datetime | None = None
    reader: str = ""
    person: str = ""


class RevealLine(NamedTuple):
    """A row of the record with the name of the person, as it is now; empty: gone."""

    reveal: Reveal
    person: str


class UnusualLine(NamedTuple):
    """A reader with unusual numbers."""

    reader_id: int
    name: str
    unit: str
    found: Unusual


def lines(
    session: Session,
    who: Actor,
    wanted: RevealFilter,
    *,
    before: int | None = None,
    at_once: int = AT_ONCE,
) -> tuple[list[RevealLine], int | None]:
    """A page of rows with ids below `before`, newest first, and `before` of the next page."""
    owner = aliased(User)
    person = func.coalesce(Instructor.name, owner.name, "")
    query = (
        select(Reveal, person)
        .outerjoin(Instructor, Instructor.id == Reveal.instructor_id)
        .outerjoin(owner, owner.id == Reveal.user_id)
        .where(_in_scope(who), *_conditions(wanted, person))
    )
    if before is not None:
        query = query.where(Reveal.id < before)
    query = query.order_by(Reveal.id.desc()).limit(at_once + 1)
    found = [RevealLine(reveal, name) for reveal, name in session.execute(query)]
    has_more = len(found) > at_once
    return found[:at_once], found[at_once - 1].reveal.id if has_more else None


def _conditions(wanted: RevealFilter, person: ColumnElement[str]) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.start is not None:
        conditions.append(Reveal.shown_at >= wanted.start)
    if wanted.end is not None:
        conditions.append(Reveal.shown_at < wanted.end)
    if wanted.reader:
        name = Reveal.reader_name.contains(wanted.reader, autoescape=True)
        conditions.append(or_(name, Reveal.reader_unit.contains(wanted.reader, autoescape=True)))
    if wanted.person:
        conditions.append(person.contains(wanted.person, autoescape=True))
    return conditions


def _in_scope(who: Actor) -> ColumnElement[bool]:
    """SQL condition: the person, or a branch of the person, is in a region of the actor."""
    if who.has(Role.ADMIN):
        return true()
    scopes = sorted(who.scopes)
    members = (
        select(Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(or_(*(lies_under(Organisation.region_code, scope) for scope in scopes)))
    )
    entries = select(Instructor.id).where(in_scope_of(who))
    return or_(Reveal.instructor_id.in_(entries), Reveal.user_id.in_(members))


def unusual_readers(session: Session, *, now: datetime, limit: int) -> list[UnusualLine]:
    """Everybody whose numbers of the last 24 hours are unusual, most people first."""
    recent = select(Reveal.reader_id).where(
        Reveal.shown_at > now - DAY, Reveal.reader_id.is_not(None)
    )
    since = now - timedelta(days=USUAL_DAYS + 1)
    query = (
        select(
            Reveal.reader_id,
            Reveal.reader_name,
            Reveal.reader_unit,
            Reveal.shown_at,
            Reveal.instructor_id,
            Reveal.user_id,
        )
        .where(and_(Reveal.reader_id.in_(recent), Reveal.shown_at > since))
        .order_by(Reveal.id)
    )
    seen: dict[int, list[Seen]] = defaultdict(list)
    names: dict[int, tuple[str, str]] = {}
    for reader_id, name, unit, at, instructor_id, user_id in session.execute(query):
        assert reader_id is not None
        seen[reader_id].append(Seen(at, (instructor_id, user_id)))
        names[reader_id] = (name, unit)
    found = [
        UnusualLine(reader_id, *names[reader_id], numbers)
        for reader_id, rows in seen.items()
        if (numbers := unusual(rows, now=now, limit=limit)) is not None
    ]
    return sorted(found, key=lambda line: -line.found.in_a_day)
