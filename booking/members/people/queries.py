"""Reads people with their memberships, as far as somebody may see them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.engine.sign_in_names import read_phone
from booking.accounts.models import Membership, Organisation, User
from booking.errors import NotFound
from booking.instructors.models import Instructor
from booking.members import targets
from booking.members.engine.grants import Grant, may_give, may_manage
from booking.members.engine.pages import AT_ONCE, Page
from booking.members.scopes import lies_in, may_be_seen
from booking.members.targets import Target


class PeopleFilter(enum.StrEnum):
    """Which accounts are listed."""

    ALL = "all"
    NEVER = "never"
    """Nobody has signed in with it yet."""
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of people; None and empty leave a condition out."""

    words: str = ""
    """A part of the name, or a whole mail address or telephone number."""
    role: Role | None = None
    region_code: str | None = None
    show: PeopleFilter = PeopleFilter.ALL


@dataclass(frozen=True, slots=True)
class Held:
    """One membership of somebody, and whether the reader may end it."""

    id: int
    target: Target
    may_end: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with those memberships that the reader may see."""

    user: User
    held: tuple[Held, ...]
    manageable: bool
    """Whether the reader may suspend the account, sign it out and hand over a reset link."""


def people(session: Session, actor: Actor, wanted: Wanted, *, number: int) -> Page[Person]:
    """A page of people whom the actor may see, by name. A constant number of queries."""
    conditions = _conditions(actor, wanted)
    total = session.scalar(select(func.count(User.id)).where(*conditions))
    query = select(User).where(*conditions).order_by(User.name, User.id).limit(AT_ONCE)
    users = list(session.scalars(query.offset((number - 1) * AT_ONCE)).unique())
    return Page(_persons(session, actor, users), total or 0, number)


def person(session: Session, actor: Actor, user_id: int, *, lock: bool = False) -> Person:
    """One person whom the actor may see; `NotFound` for others. `lock` locks the account."""
    query = select(User).where(User.id == user_id, *_conditions(actor, Wanted()))
    if lock:
        query = query.with_for_update(of=User)
    user = session.scalars(query).unique().one_or_none()
    if user is None:
        raise NotFound()
    return _persons(session, actor, [user])[0]


def _persons(session: Session, actor: Actor, users: list[User]) -> list[Person]:
    memberships = [membership for user in users for membership in user.memberships]
    found = targets.of_memberships(session, memberships)
    return [_person(actor, user, found) for user in users]


def _person(actor: Actor, user: User, found: dict[int, Target]) -> Person:
    held = [
        Held(one.id, found[one.id], may_give(actor, found[one.id].grant))
        for one in user.memberships
    ]
    return Person(
        user,
        tuple(one for one in held if _sees(actor, one.target.grant)),
        may_manage(actor, [one.target.grant for one in held]),
    )


def _sees(actor: Actor, grant: Grant) -> bool:
    return actor.has(Role.ADMIN) or (
        grant.role is not Role.ADMIN and actor.coordinates(grant.region_code)
    )


def _conditions(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    narrowed = wanted.role is not None or wanted.region_code is not None
    if not actor.has(Role.ADMIN) or narrowed:
        conditions.append(User.id.in_(_holders(actor, wanted)))
    if wanted.show is PeopleFilter.NEVER:
        conditions.append(User.signed_in_at.is_(None))
    if wanted.show is PeopleFilter.SUSPENDED:
        conditions.append(~User.active)
    if wanted.words:
        words = wanted.words
        conditions.append(
            or_(
                User.name.contains(words, autoescape=True),
                func.lower(User.email) == words.lower(),
                User.phone == (read_phone(words) or ""),
            )
        )
    return conditions


def _holders(actor: Actor, wanted: Wanted) -> Select[Any]:
    """The ids of users with a membership that the actor may see, of a role, in a region."""
    query = (
        select(Membership.user_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Instructor, Instructor.id == Membership.instructor_id)
        .where(may_be_seen(actor))
    )
    if wanted.role is not None:
        query = query.where(Membership.role == wanted.role)
    if wanted.region_code is not None:
        query = query.where(lies_in(Membership, wanted.region_code))
    return query
