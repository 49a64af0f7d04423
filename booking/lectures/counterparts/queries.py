"""Who stands on the other side of a lecture for a reader, and what can be shown of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts.engine.permissions import books, teaches
from booking.accounts.engine.roles import Actor
from booking.contacts.engine.owners import Owner
from booking.contacts.engine.reveals import Basis, Through, is_over, lecture_until
from booking.contacts.queries import members_of, showable
from booking.contacts.threads.engine.events import ThreadSide
from booking.contacts.threads.service import Parts
from booking.instructors.engine.vocabulary import Channel
from booking.lectures import queries
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.visibility.engine.readers import Reader

STANDS = frozenset({State.CONFIRMED, State.DELIVERED})
"""The states in which the two sides of a lecture reach each other."""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """One person of the other side, and the channels that this person has released."""

    owner: Owner
    name: str
    channels: tuple[Channel, ...]


def side_of(who: Actor, lecture: Lecture) -> ThreadSide | None:
    """The side on which somebody is in person; None for coordinators and guests."""
    subject = queries.subject(lecture)
    if teaches(who, subject):
        return ThreadSide.INSTRUCTOR
    return ThreadSide.BRANCH if books(who, subject) else None


def until(lecture: Lecture, days: int) -> datetime:
    """The first instant at which the sides of a lecture are shown nothing any more."""
    return lecture_until(lecture.ends_at, days)


def stands(lecture: Lecture, now: datetime, days: int) -> bool:
    """Whether the sides of a lecture can be shown something now."""
    return lecture.state in STANDS and not is_over(until(lecture, days), now)


def basis(lecture: Lecture, days: int) -> Basis:
    """On which basis one side of a lecture is shown contacts of the other."""
    return Basis(
        readers=frozenset({Reader.PUBLIC, Reader.MEMBER, Reader.COUNTERPART}),
        through=Through.LECTURE,
        reason=lecture.title,
        reference=lecture.number,
        until=until(lecture, days),
    )


def parts(lecture: Lecture) -> Parts:
    """The sides of the messages about a lecture."""
    return Parts(lecture.number, lecture.instructor_id, lecture.organisation_id)


def others(
    session: Session, lecture: Lecture, side: ThreadSide, days: int
) -> Sequence[Counterpart]:
    """The people of the other side.

    Of a branch this is the contact who requested the lecture; where that one has left, or a
    coordinator booked for the branch, all its contacts.
    """
    people = _people(session, lecture, side)
    shown = showable(session, [owner for owner, _name in people], basis(lecture, days))
    return [
        Counterpart(owner, name, tuple(dict.fromkeys(one.channel for one in shown[owner])))
        for owner, name in people
    ]


def _people(session: Session, lecture: Lecture, side: ThreadSide) -> list[tuple[Owner, str]]:
    if side is ThreadSide.BRANCH:
        return [(Owner(instructor_id=lecture.instructor_id), lecture.instructor.name)]
    members = members_of(session, lecture.organisation_id)
    asked = [user for user in members if user.id == lecture.requested_by]
    return [(Owner(user_id=user.id), user.label) for user in asked or members]
