"""The table of permissions, as pure predicates.

Every route declares one of these. A predicate takes the user (`Actor`) and the object (`Subject`:
its organisation, instructor and regions; empty for pages that concern no single object).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from booking.accounts.engine.roles import Actor, Role


@dataclass(frozen=True, slots=True)
class Subject:
    """The owners of an object. None means that it has no owner of this kind."""

    organisation_id: int | None = None
    instructor_id: int | None = None
    region_codes: frozenset[str] = frozenset()


NOTHING = Subject()
Predicate = Callable[[Actor, Subject], bool]


def anybody(_actor: Actor, _subject: Subject) -> bool:
    """Open to the public."""
    return True


def signed_in(actor: Actor, _subject: Subject) -> bool:
    """Any signed-in user."""
    return actor.signed_in


def books(actor: Actor, subject: Subject) -> bool:
    """A branch contact; of the subject's organisation, if it has one."""
    if subject.organisation_id is None:
        return actor.has(Role.BRANCH)
    return subject.organisation_id in actor.organisation_ids


def teaches(actor: Actor, subject: Subject) -> bool:
    """An instructor; the subject's instructor, if it has one."""
    if subject.instructor_id is None:
        return actor.has(Role.INSTRUCTOR)
    return subject.instructor_id in actor.instructor_ids


def coordinates(actor: Actor, subject: Subject) -> bool:
    """A coordinator of one of the subject's regions or a region above, or an administrator."""
    if not subject.region_codes:
        return actor.has(Role.COORDINATOR) or actor.has(Role.ADMIN)
    return any(actor.coordinates(code) for code in subject.region_codes)


def administers(actor: Actor, _subject: Subject) -> bool:
    """An administrator of the installation."""
    return actor.has(Role.ADMIN)


def either(*predicates: Predicate) -> Predicate:
    """A predicate that is true if any of the predicates is."""
    return lambda actor, subject: any(allows(actor, subject) for allows in predicates)


PERMISSIONS: dict[str, Predicate] = {
    "public": anybody,
    "account.use": signed_in,
    "directory.search": anybody,
    "instructor.read": anybody,
    "availability.edit": either(teaches, coordinates),
    "term.edit": coordinates,
    "half_days.edit": coordinates,
    "lecture.request": either(books, coordinates),  # A coordinator books on behalf.
    "review.edit": coordinates,
    "lecture.list": books,
    "lecture.read": either(books, teaches, coordinates),
    "lecture.change": either(books, teaches, coordinates),
    "lecture.listen": either(books, coordinates),  # Of a branch that takes part.
    "lecture.inbox": teaches,
    "attendee.edit": either(books, coordinates),  # Of the branch, not of the instructor.
    "attendee.link": anybody,  # Authorised by the signed link, which the view checks.
    "link.edit": either(books, teaches, coordinates),  # The view asks for a party of the lecture.
    "listener.link": anybody,  # Authorised by the token of the hall, which the view checks.
    "attendance.keep": either(books, coordinates),  # Of the branch, not of the instructor.
    "attendance.link": anybody,  # Authorised by the token of the hall, which the view checks.
    "follow_up.answer": books,
    "follow_up.document": either(books, coordinates),  # Of the branch, not of the instructor.
    "follow_up.overview": coordinates,
    "outcome.edit": administers,
    "lecture.board": coordinates,
    "lecture.expire": administers,
    "order.place": books,
    "order.list": books,
    "order.read": either(books, coordinates),
    "order.cancel": books,
    "order.take": either(books, coordinates),
    "order.dispatch": coordinates,
    "order.claim": teaches,
    "quota.edit": coordinates,
    "dossier.read": either(books, teaches, coordinates),  # The views ask for the object.
    "dossier.branch": either(books, coordinates),
    "dossier.instructor": either(teaches, coordinates),
    "dossier.region": coordinates,
    "feed.manage": signed_in,
    "feed.owner": either(books, teaches),
    "feed.region": coordinates,
    "feed.read": anybody,  # Authorised by the secret in the address, which the view checks.
    "answer.link": anybody,  # Authorised by the signed link, which the view checks.
    "unsubscribe.link": anybody,  # Authorised by the signed link, which the view checks.
    "manage.open": coordinates,
    "entry.edit": either(teaches, coordinates),
    "entry.keep": coordinates,
    "register.import": coordinates,
    "register.export": coordinates,
    "export.read": coordinates,  # The view finds the own files only, and asks their permission.
    "hours.default": coordinates,
    "synonyms.edit": coordinates,
    "organisation.edit": coordinates,
    "region.read": coordinates,
    "region.edit": administers,
    "field.read": coordinates,
    "field.edit": coordinates,  # The views hand in the top regions: everybody uses the fields.
    "member.invite": coordinates,
    "member.manage": coordinates,
    "join.decide": coordinates,
    "join.ask": anybody,
    "invitation.accept": anybody,  # Authorised by the secret link, which the view checks.
    "reset.link": anybody,  # Authorised by the secret link, which the view checks.
    "nomination.make": anybody,  # Counted by client; nothing is shown to others before a review.
    "nomination.own": signed_in,  # The view finds the own ones only.
    "nomination.link": anybody,  # Authorised by the signed link, which the view checks.
    "nomination.review": coordinates,
    "departure.edit": coordinates,
    "contact.own": either(books, teaches, coordinates),
    "contact.ask": books,
    "contact.request": either(books, teaches, coordinates),  # The view finds the own ones only.
    "contact.message": either(books, teaches),  # The view finds the own ones only.
    "contact.case": coordinates,
    "contact.log": coordinates,
    "delivery.read": coordinates,
    "robot.edit": coordinates,
    "statistics.read": coordinates,
    "days_off.edit": administers,
    "operations.run": administers,
    "audit.read": administers,
    "retention.read": administers,
    "settings.edit": administers,
    "setup.use": anybody,  # Authorised by the one-time link, which the view checks.
    "mail.read": administers,  # Mail holds links that sign people in.
}


def allowed(name: str, actor: Actor, subject: Subject = NOTHING) -> bool:
    """Whether the actor has the permission `name` for the subject; KeyError for unknown names."""
    return PERMISSIONS[name](actor, subject)
