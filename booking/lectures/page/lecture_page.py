"""What the page of a lecture shows: facts, history, and what its reader can do now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from flask import render_template
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.guards import actor, may
from booking.db import db
from booking.errors import DomainError, NotFound
from booking.lectures import days_around, queries, service
from booking.lectures.attendees.forms import AttendeeForm
from booking.lectures.attendees.section import attendee_section
from booking.lectures.counterparts.section import Reaching, counterpart_section
from booking.lectures.engine.errors import TakenBack
from booking.lectures.engine.readers import Reads, is_of_review, reached_instructor, reads
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.forms import ReasonForm
from booking.lectures.models import HistoryEntry, Lecture
from booking.lectures.page.sections import sections_of
from booking.lectures.parties import parties, possible
from booking.lectures.proposals.access import may_read
from booking.lectures.records.engine.policy import can_file
from booking.lectures.records.forms import NotHeldForm, RecordForm
from booking.lectures.records.queries import record_of
from booking.lectures.reviews.queries import reviewing_region
from booking.lectures.undo.queries import can_undo

ANSWERS = frozenset({Command.CONFIRM, Command.DECLINE})


@dataclass(frozen=True, slots=True)
class Line:
    """A change of the history as its reader may see it."""

    entry: HistoryEntry
    reason: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Forms of the page that come back, and why."""

    command: Command | None = None
    """The command to which the reason belongs."""
    reason: ReasonForm = field(default_factory=lambda: ReasonForm(formdata=None))
    record: RecordForm | None = None
    not_held: NotHeldForm | None = None
    attendee: AttendeeForm | None = None
    refusal: DomainError | None = None
    reaching: Reaching = field(default_factory=Reaching)


def readable(number: str) -> tuple[Lecture, frozenset[Party]]:
    """The lecture, and the capacities of who asks; raises `NotFound`.

    An instructor finds no request that was never passed on, and of one that was passed on by
    mistake only that (`TakenBack`). Who is asked to take the lecture over
    may read it in no capacity.
    """
    lecture = queries.by_number(db.session(), number, whole=True)
    if not may_read(db.session(), actor(), lecture):
        raise NotFound()
    who = parties(actor(), lecture)
    reached = reached_instructor(entry.target for entry in lecture.history)
    if not who and may("lecture.read", queries.subject(lecture)):
        raise TakenBack() if reached else NotFound()
    if who == {Party.INSTRUCTOR} and not reached:
        raise NotFound()
    return lecture, who


def lecture_page(number: str, sent: Sent, status: int = 200) -> ResponseReturnValue:
    """The page of a lecture, after a command perhaps with what was refused."""
    lecture, who = readable(number)
    session, now = db.session(), clock.now()
    transitions = [
        row for row in possible(lecture, who, now=now) if row.command is not Command.DELIVER
    ]
    commands = {row.command for row in transitions}
    record = record_of(session, lecture.id)
    forms = _record_forms(lecture, who, sent)
    reviews = lecture.state is State.SUBMITTED
    last = lecture.history[-1]
    page = render_template(
        "lectures/show.html",
        lecture=lecture,
        transitions=transitions,
        around=_around(lecture) if commands & ANSWERS else None,
        waiting=_waiting(actor().instructor_ids, number) if Party.INSTRUCTOR in who else None,
        parties=who,
        sent=sent,
        form=sent.reason,
        refusal=sent.refusal,
        history=_lines(lecture, who),
        remarks=_remarks(last, who),
        can_undo=can_undo(last, user_id=actor().user_id, now=now),
        late=Command.CANCEL in commands and service.is_late(session, lecture, now),
        record=record,
        reviewer=reviewing_region(session, lecture.organisation.region_code) if reviews else None,
        over=lecture.ends_at <= now,
        counterpart=counterpart_section(lecture, actor(), who, sent.reaching, now=now),
        attendees=attendee_section(lecture, who, sent.attendee, now=now),
        sections=sections_of(lecture, who, now),
        **forms,
    )
    return page, status


def _lines(lecture: Lecture, who: frozenset[Party]) -> list[Line]:
    """The changes that these parties may read, in order."""
    found = []
    for entry in lecture.history:
        allowed = reads(who, entry.command, entry.target)
        if allowed is not Reads.NOTHING:
            found.append(Line(entry, entry.reason if allowed is Reads.WHOLE else ""))
    return found


def _remarks(last: HistoryEntry, who: frozenset[Party]) -> str:
    """What the reviewer wrote, while the request is returned or rejected."""
    whole = reads(who, last.command, last.target) is Reads.WHOLE
    return last.reason if whole and is_of_review(last.command, last.target) else ""


def _record_forms(
    lecture: Lecture, who: frozenset[Party], sent: Sent
) -> dict[str, RecordForm | NotHeldForm | None]:
    """The forms of the record, where these parties may file it now."""
    now = clock.now()
    allowed = can_file(who, ends_at=lecture.ends_at, now=now)
    stands = lecture.state in (State.CONFIRMED, State.DELIVERED)
    forms: dict[str, RecordForm | NotHeldForm | None] = {"record_form": None, "not_held_form": None}
    if allowed and stands and lecture.ends_at <= now:
        form = sent.record
        if form is None:
            form = RecordForm(formdata=None)
            form.show(lecture, record_of(db.session(), lecture.id), i18n.zone())
        forms["record_form"] = form
    if allowed and stands and lecture.starts_at <= now:
        forms["not_held_form"] = sent.not_held or NotHeldForm(formdata=None)
    return forms


def _around(lecture: Lecture) -> days_around.DayAround:
    return days_around.days_around(db.session(), [lecture], i18n.zone())[lecture.id]


def _waiting(instructor_ids: Collection[int], number: str) -> days_around.Waiting:
    return days_around.waiting(db.session(), instructor_ids, besides=number)
