"""Names further people of a branch for a lecture, and takes them off.

The caller owns the transaction. The lecture's row is locked first, then the attendee's;
`notifications` writes the mails on the signals, in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blinker import Signal
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.email_addresses import is_address, normalised
from booking.crypto import fingerprint
from booking.errors import Conflict, Invalid, NotFound
from booking.lectures import changes
from booking.lectures.attendees import queries
from booking.lectures.attendees.models import LONGEST_NAME, NamedAttendee
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import EventKind, Party
from booking.lectures.models import Lecture
from booking.sentences import N_
from booking.text import one_line, visible

attendee_named = Signal("attendee_named")
"""Signal sent with `session`, `attendee`, `event` (the lecture as it stands) and `now`."""
attendee_removed = Signal("attendee_removed")
"""Signal with the same values, sent before name and address are gone."""

NOT_OPEN = N_("People can be named until the lecture begins, while it stands or is asked for.")
HAS_LEFT = N_("This person has taken themselves off this lecture and cannot be named again.")
TWICE = N_("This address is named already.")


@dataclass(frozen=True, slots=True)
class Naming:
    """Who names somebody, when, in which language the mails are to be, how many are allowed."""

    user_id: int
    language: str
    now: datetime
    most: int
    """People of one lecture; a setting."""


def name_attendee(
    session: Session, *, number: str, name: str, email: str, naming: Naming
) -> NamedAttendee:
    """Name somebody; raises `Invalid` with the field, `Conflict` if nobody can be named (now)."""
    lecture = changes.locked(session, number)
    if not queries.is_open(lecture, naming.now):
        raise Conflict(NOT_OPEN)
    shown = one_line(visible(name))
    if not shown or len(shown) > LONGEST_NAME:
        raise Invalid(
            N_("Enter a name of at most %(count)s characters.", count=LONGEST_NAME), "name"
        )
    if not is_address(email.strip()):
        raise Invalid(N_("Enter a mail address such as name@example.org."), "email")
    address = normalised(email.strip()).lower()
    digest = address_hash(address)
    known = queries.of_address(session, lecture.id, digest)
    if known is not None:
        raise Invalid(TWICE if known.left_at is None else HAS_LEFT, "email")
    if len(queries.of_lecture(session, lecture.id)) >= naming.most:
        raise Conflict(
            N_(
                "%(count)s people at most can be named for a lecture. Remove somebody first.",
                count=naming.most,
            )
        )
    attendee = NamedAttendee(
        lecture_id=lecture.id,
        name=shown,
        email=address,
        address_hash=digest,
        language=naming.language,
        named_by=naming.user_id,
        named_at=naming.now,
        lecture_as_of=lecture.changed_at,
    )
    session.add(attendee)
    session.flush()
    _record(session, audit.Action.ATTENDEE_NAMED, lecture)
    _send(session, attendee_named, attendee, lecture, naming.now)
    return attendee


def remove(session: Session, *, number: str, attendee_id: int, now: datetime) -> None:
    """Take somebody off for the branch; raises `NotFound`, `Conflict` once it has begun."""
    lecture = changes.locked(session, number)
    attendee = _locked(session, attendee_id)
    if attendee is None or attendee.lecture_id != lecture.id:
        raise NotFound()
    if now >= lecture.starts_at:
        raise Conflict(N_("The lecture has begun. Who is named is deleted by schedule afterwards."))
    _record(session, audit.Action.ATTENDEE_REMOVED, lecture)
    _send(session, attendee_removed, attendee, lecture, now)
    session.delete(attendee)
    session.flush()


def leave(session: Session, *, attendee_id: int, now: datetime) -> bool:
    """Take somebody off by their link, and erase name and address; False if it was done already."""
    found = queries.standing(session, attendee_id)
    if found is None:
        return False
    lecture = changes.locked(session, session.get_one(Lecture, found.lecture_id).number)
    attendee = _locked(session, attendee_id)
    if attendee is None:
        return False
    _record(session, audit.Action.ATTENDEE_LEFT, lecture)
    _send(session, attendee_removed, attendee, lecture, now)
    attendee.name = attendee.email = ""
    attendee.left_at = now
    session.flush()
    return True


def address_hash(address: str) -> str:
    """The keyed hash of an address in lower case."""
    return fingerprint(current_app.config["SECRET_KEY"], address, purpose="named attendee")


def _locked(session: Session, attendee_id: int) -> NamedAttendee | None:
    query = (
        select(NamedAttendee)
        .where(NamedAttendee.id == attendee_id, NamedAttendee.left_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one_or_none()


def _send(
    session: Session, signal: Signal, attendee: NamedAttendee, lecture: Lecture, now: datetime
) -> None:
    signal.send(session, attendee=attendee, event=_as_it_stands(lecture), now=now)


def _as_it_stands(lecture: Lecture) -> LectureEvent:
    """The lecture as an event that was not recorded: nothing about it has changed."""
    change = changes.Change(
        kind=EventKind.CONFIRMED,
        source=lecture.state,
        command=None,
        party=Party.SYSTEM,
        user_id=None,
        now=lecture.changed_at,
    )
    return changes.snapshot(lecture, change)


def _record(session: Session, action: audit.Action, lecture: Lecture) -> None:
    """Record what was done, without name and address."""
    about = audit.About(audit.SubjectKind.LECTURE, lecture.id, lecture.number)
    audit.record(session, action, about=about, region_code=lecture.organisation.region_code)
