"""The permissions of the product as one readable table of pure predicates.

Every route names one of these. A predicate sees the person (`Actor`) and the
thing (`Subject`: whose organisation, instructor and region it is; empty for pages
that concern no single thing).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from booking.accounts.engine.roles import Actor, Role


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose the thing is. None means that it has no owner of this kind."""

    organisation_id: int | None = None
    instructor_id: int | None = None
    region_codes: frozenset[str] = frozenset()


NOTHING = Subject()
Predicate = Callable[[Actor, Subject], bool]


def anybody(_actor: Actor, _subject: Subject) -> bool:
    """Open to the public."""
    return True


def signed_in(actor: Actor, _subject: Subject) -> bool:
    """Anybody who is signed in."""
    return actor.signed_in


def books(actor: Actor, subject: Subject) -> bool:
    """A branch contact; of this organisation where one is named."""
    if subject.organisation_id is None:
        return actor.has(Role.BRANCH)
    return subject.organisation_id in actor.organisation_ids


def teaches(actor: Actor, subject: Subject) -> bool:
    """An instructor; this one where one is named."""
    if subject.instructor_id is None:
        return actor.has(Role.INSTRUCTOR)
    return subject.instructor_id in actor.instructor_ids


def coordinates(actor: Actor, subject: Subject) -> bool:
    """A coordinator in scope of one of the thing's regions, or an administrator."""
    if not subject.region_codes:
        return actor.has(Role.COORDINATOR) or actor.has(Role.ADMIN)
    return any(actor.coordinates(code) for code in subject.region_codes)


def administers(actor: Actor, _subject: Subject) -> bool:
    """An administrator of the installation."""
    return actor.has(Role.ADMIN)


def either(*predicates: Predicate) -> Predicate:
    """Allowed where one of the predicates allows it."""
    return lambda actor, subject: any(allows(actor, subject) for allows in predicates)


PERMISSIONS: dict[str, Predicate] = {
    "public": anybody,
    "account.use": signed_in,
    "directory.search": anybody,
    "instructor.read": anybody,
    "availability.edit": either(teaches, coordinates),
    "term.edit": coordinates,
    "half_days.edit": coordinates,
    "lecture.request": books,
    "lecture.list": books,
    "lecture.read": either(books, teaches, coordinates),
    "lecture.change": either(books, teaches, coordinates),
    "lecture.inbox": teaches,
    "lecture.board": coordinates,
    "lecture.expire": administers,
    "quota.edit": coordinates,
    "feed.manage": either(books, teaches),
    "feed.read": anybody,  # The secret address is the key; the view checks it.
    "answer.link": anybody,  # The signed link is the key; the view checks it.
    "register.import": coordinates,
    "audit.read": administers,
    "mail.read": administers,  # Mail holds links that sign people in.
}


def allowed(name: str, actor: Actor, subject: Subject = NOTHING) -> bool:
    """Whether the permission `name` is given; an unknown name is a KeyError."""
    return PERMISSIONS[name](actor, subject)
