"""What a lecture's page says of the other side, and what can be done to reach it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from booking.accounts.engine.roles import Actor
from booking.contacts.engine.reveals import ShownContact
from booking.contacts.requests.models import ContactRequest
from booking.contacts.requests.queries import open_request
from booking.contacts.threads.engine.events import ThreadSide
from booking.contacts.threads.models import MessageThread
from booking.contacts.threads.queries import thread_about
from booking.contacts.threads.service import reached
from booking.db import db
from booking.lectures.counterparts import queries
from booking.lectures.counterparts.forms import LectureMessageForm
from booking.lectures.counterparts.queries import Counterpart
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.settings.engine.contact_declarations import CONTACT_DAYS
from booking.settings.queries import in_force


@dataclass(frozen=True, slots=True)
class Shown:
    """Contacts of one person, shown in this response only."""

    name: str
    contacts: Sequence[ShownContact]


@dataclass(frozen=True, slots=True)
class Reaching:
    """What was asked for on the page: contacts that are shown now, a message that comes back."""

    shown: Sequence[Shown] = ()
    message: LectureMessageForm | None = None


@dataclass(frozen=True, slots=True)
class CounterpartSection:
    """Template data of `lectures/_counterpart.html`."""

    side: ThreadSide | None
    open: bool
    """Whether the sides can reach each other now."""
    until: datetime
    people: Sequence[Counterpart] = ()
    shown: Sequence[Shown] = ()
    thread: MessageThread | None = None
    reached: bool = False
    """Whether a message would reach anybody."""
    request: ContactRequest | None = None
    message: LectureMessageForm | None = None
    cases: frozenset[Party] = field(default_factory=frozenset)
    """For which side a coordinator may be shown a contact for a case."""


def counterpart_section(
    lecture: Lecture,
    who: Actor,
    parties: frozenset[Party],
    reaching: Reaching,
    *,
    now: datetime,
) -> CounterpartSection:
    """What this reader sees at an instant."""
    session, days = db.session(), in_force(CONTACT_DAYS)
    side = queries.side_of(who, lecture)
    cases = parties & {Party.COORDINATOR, Party.BRANCH_COORDINATOR}
    until = queries.until(lecture, days)
    if side is None:
        return CounterpartSection(None, False, until, cases=cases)
    parts = queries.parts(lecture)
    thread = thread_about(session, parts.reference, parts.instructor_id, parts.organisation_id)
    if not queries.stands(lecture, now, days):
        return CounterpartSection(side, False, until, thread=thread, cases=cases)
    asks = side is ThreadSide.BRANCH
    return CounterpartSection(
        side,
        True,
        until,
        people=queries.others(session, lecture, side, days),
        shown=reaching.shown,
        thread=thread,
        reached=reached(session, parts, side.other),
        request=open_request(session, who, lecture.instructor_id, now) if asks else None,
        message=reaching.message or LectureMessageForm(formdata=None),
        cases=cases,
    )
