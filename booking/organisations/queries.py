"""Read organisations: those in scope, page by page; one with its contacts and counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from booking.accounts.engine.permissions import Subject, allowed
from booking.accounts.engine.roles import Actor
from booking.accounts.models import Membership, Organisation, Region, User
from booking.accounts.queries import lies_under
from booking.accounts.successors.queries import LIVE
from booking.errors import NotFound
from booking.i18n import data_name
from booking.lectures.models import Lecture
from booking.lectures.overview import organisation_in_scope
from booking.organisations.engine.filters import PAGE, Filters, Openness
from booking.organisations.engine.likeness import alike

MOST_COMPARED, MOST_ALIKE, MOST_FOUND = 2_000, 5, 20
"""Organisations whose names are compared, proposed as doubles, and found by a part of the name."""

PERMISSION = "organisation.edit"


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation of the list."""

    organisation: Organisation
    contacts: int
    lectures: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list, and the number of all that fit."""

    lines: Sequence[Line]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """The number of pages, at least 1."""
        return max(1, -(-self.total // PAGE))


def page_of(session: Session, who: Actor, filters: Filters) -> Found:
    """The page of the organisations in scope that the filters ask for. Four queries."""
    conditions = _conditions(who, filters)
    total = session.scalar(select(func.count(Organisation.id)).where(*conditions)) or 0
    page = min(filters.page, max(1, -(-total // PAGE)))
    query = select(Organisation).where(*conditions)
    query = query.order_by(Organisation.region_code, Organisation.name, Organisation.id)
    rows = session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    ids = [row.id for row in rows]
    contacts = _counts(session, Membership, ids)
    lectures = _counts(session, Lecture, ids)
    lines = [Line(row, contacts.get(row.id, 0), lectures.get(row.id, 0)) for row in rows]
    return Found(lines, total, page)


def every(session: Session, who: Actor, filters: Filters) -> Sequence[Organisation]:
    """All organisations that the filters ask for, in the order of the list. One query."""
    query = select(Organisation).where(*_conditions(who, filters))
    query = query.order_by(Organisation.region_code, Organisation.name, Organisation.id)
    return session.scalars(query).all()


def count(session: Session, who: Actor, filters: Filters) -> int:
    """How many organisations the filters ask for."""
    query = select(func.count(Organisation.id)).where(*_conditions(who, filters))
    return session.scalar(query) or 0


def _conditions(who: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [organisation_in_scope(who), LIVE]
    if filters.name:
        conditions.append(Organisation.name.contains(filters.name, autoescape=True))
    if filters.region:
        conditions.append(lies_under(Organisation.region_code, filters.region))
    if filters.show is Openness.OPEN:
        conditions.append(Organisation.closed_at.is_(None))
    if filters.show is Openness.CLOSED:
        conditions.append(Organisation.closed_at.is_not(None))
    return conditions


def _counts(
    session: Session, table: type[Membership | Lecture], ids: Sequence[int]
) -> dict[int | None, int]:
    query = select(table.organisation_id, func.count()).where(table.organisation_id.in_(ids))
    return dict(session.execute(query.group_by(table.organisation_id)).all())


def seen(session: Session, who: Actor, organisation_id: int) -> Organisation:
    """An organisation in scope, which may be an alias; raises `NotFound`."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or not may_edit(who, organisation.region_code):
        raise NotFound()
    return organisation


def may_edit(who: Actor, region_code: str) -> bool:
    """Whether somebody keeps the organisations of a region."""
    return allowed(PERMISSION, who, Subject(region_codes=frozenset({region_code})))


def counts_of(session: Session, organisation_id: int) -> int:
    """The number of lectures of one organisation."""
    return _counts(session, Lecture, [organisation_id]).get(organisation_id, 0)


def contacts_of(session: Session, organisation_id: int) -> Sequence[Row[int, str, bool]]:
    """Id, name and whether the account is open, of the contacts of an organisation."""
    query = (
        select(User.id, User.name, User.active)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation_id)
    )
    return session.execute(query.order_by(User.name, User.id)).all()


def former_names(session: Session, organisation_id: int) -> Sequence[str]:
    """The names of the organisations that were merged into this one."""
    query = select(Organisation.name).where(Organisation.merged_into_id == organisation_id)
    return session.scalars(query.order_by(Organisation.id)).all()


def region_names(session: Session) -> Sequence[tuple[str, str]]:
    """Code and name of every region in the reader's language."""
    rows = session.execute(select(Region.code, Region.name, Region.name_en))
    return [(code, data_name(name, name_en)) for code, name, name_en in rows]


def others(
    session: Session, who: Actor, organisation: Organisation, name: str
) -> Sequence[Organisation]:
    """What it may be merged with: found by a part of the name; without one, names like its own."""
    besides = [organisation_in_scope(who), LIVE, Organisation.id != organisation.id]
    query = select(Organisation).where(*besides).order_by(Organisation.name, Organisation.id)
    if name:
        part = Organisation.name.contains(name, autoescape=True)
        return session.scalars(query.where(part).limit(MOST_FOUND)).all()
    near = lies_under(Organisation.region_code, _city(organisation.region_code))
    pairs = select(Organisation.id, Organisation.name).where(*besides, near).limit(MOST_COMPARED)
    names = dict(session.execute(pairs).all())
    ids = alike(organisation.name, names, most=MOST_ALIKE)
    found = {one.id: one for one in session.scalars(query.where(Organisation.id.in_(ids)))}
    return [found[key] for key in ids if key in found]


def _city(code: str) -> str:
    return code[:4].ljust(len(code), "0")
