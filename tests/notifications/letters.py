"""Every mail of templates/email with real data: events are recorded, the worker writes mails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from flask import Flask, template_rendered
from sqlalchemy import select, update

from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.contacts.requests.engine.events import CONTACT_REQUEST_CHANGED, ContactRequestEvent
from booking.contacts.requests.engine.lifecycle import ContactCommand, ContactRequestState
from booking.contacts.threads.engine.events import MESSAGE_SENT, MessageSent, ThreadSide
from booking.contacts.threads.models import MessageThread, RelayedMessage
from booking.db import db, unit_of_work
from booking.entries.confirmations.engine.events import ENTRY_STALE, EntryStale
from booking.entries.engine.parts import EntryPart
from booking.entries.reviews.engine.events import CHANGE_ANSWERED, ChangeAnswered
from booking.follow_ups import tasks as follow_ups
from booking.follow_ups.engine.events import FOLLOW_UP_ASKED, FollowUpAsked
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.closed_days.engine.events import DAY_CLOSED, DayClosed
from booking.lectures.engine.events import OUTBOX_KINDS, LectureEvent
from booking.lectures.engine.states import EventKind, State
from booking.lectures.models import Lecture
from booking.lectures.queries import by_number
from booking.lectures.reminders.engine.events import REPLY_REMINDER
from booking.members.targets import Target
from booking.nominations.engine.application import Origin
from booking.nominations.service import Nominator
from booking.notifications import channels
from booking.notifications.channels import Addressee, Notice
from booking.notifications.choices.engine.preferences import ReminderOffset
from booking.notifications.digests.engine.events import DIGEST_DUE, DigestDue
from booking.notifications.models import Delivery
from booking.notifications.reminders.engine.events import LECTURE_REMINDER, ReminderDue
from booking.orders.engine.events import ORDER_OUTBOX_KINDS, OrderEvent
from booking.orders.engine.lifecycle import OrderEventKind
from booking.outbox import rounds
from booking.outbox import service as outbox
from booking.outbox.models import OutboxEvent
from booking.oversight.reveals.engine.events import UNUSUAL_REVEALS, UnusualReader, UnusualReveals
from booking.replies.engine.events import (
    ADDRESS_RETURNED,
    REPLY_TOLD,
    AddressReturned,
    ReplyNotice,
    ReplyTold,
)
from tests import factories
from tests.factories import COUNTY, NOW, Cast
from tests.follow_ups import asking
from tests.nominations.nominating import nominated
from tests.notifications.choices.choosing import choose
from tests.orders.ordering import placed
from tests.proposals import proposing

REASON = "那天另有任务。"
YEAR = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it was queued, and the folder that it comes from."""

    folder: str
    mail: EmailMessage

    @property
    def text(self) -> str:
        """The part of plain text."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The part of HTML."""
        return self._part("html")

    def _part(self, subtype: str) -> str:
        part = self.mail.get_body((subtype,))
        assert part is not None
        return str(part.get_content())


@contextmanager
def _folders(app: Flask) -> Iterator[list[str]]:
    """The folders whose subjects are rendered meanwhile, in order."""
    found: list[str] = []

    def note(_app: Flask, template: Any, **_more: Any) -> None:
        parts = str(template.name).split("/")
        if parts[0] == "email" and parts[-1] == "subject.txt":
            found.append(parts[1])

    with template_rendered.connected_to(note, app):
        yield found


def _drained(app: Flask) -> list[Letter]:
    """Let the worker write what waits; the mails with their folders."""
    with app.app_context():
        with unit_of_work() as session:
            session.execute(update(Delivery).values(message=None))
        with _folders(app) as folders:
            rounds.handle_waiting(NOW)
        assert db.session.scalar(select(OutboxEvent.last_error).where(_FAILED).limit(1)) is None
        query = select(Delivery.message).where(Delivery.message.is_not(None))
        contents = db.session.scalars(query.order_by(Delivery.id)).all()
    mails = [message_from_bytes(one or b"", policy=policy.default) for one in contents]
    return [Letter(folder, mail) for folder, mail in zip(folders, mails, strict=True)]


_FAILED = OutboxEvent.last_error.is_not(None)


def every_letter(app: Flask, people: Cast, language: str) -> list[Letter]:
    """At least one mail of each folder, to readers of one language."""
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).values(language=language))
        factories.make_user(
            session, "both@example.org", "何宁", Role.COORDINATOR, region_code=COUNTY
        ).language = language
    found = _of_lectures(app, people, language)
    found += _of_orders(app, people)
    found += _of_people(app, people)
    found += _of_answers(app, people)
    found += _of_waiting(app, people)
    found += _of_effect(app, people)
    by_herself = Nominator(Origin.SELF, None, language=language)
    nominated(app, by_herself, email="he@example.org")
    found += _drained(app)
    found += _without_events(app, language)
    return found


def _record(app: Flask, kind: Any, *payloads: Any) -> list[Letter]:
    with app.app_context(), unit_of_work() as session:
        for payload in payloads:
            outbox.record(session, kind, payload, now=NOW)
    return _drained(app)


def _payload(app: Flask, kind: Any) -> Any:
    """The newest event of a kind, as it is stored."""
    with app.app_context():
        query = select(OutboxEvent).where(OutboxEvent.kind == kind.name)
        row = db.session.scalars(query.order_by(OutboxEvent.id.desc()).limit(1)).one()
        return kind.read(row.payload, version=row.version)


def _of_lectures(app: Flask, people: Cast, language: str) -> list[Letter]:
    number = factories.confirmed(app, people, note="请带投影仪。", attendees=40)
    with app.app_context(), unit_of_work() as session:
        session.add(
            NamedAttendee(
                lecture_id=by_number(session, number).id,
                name="何宁",
                email="named@example.org",
                address_hash="0" * 64,
                language=language,
                named_at=NOW,
                lecture_as_of=NOW - YEAR,
            )
        )
    proposing.propose(app, number, [factories.at(9, 14), factories.at(10, 14)])
    found = _drained(app)
    confirmed: LectureEvent = _payload(app, OUTBOX_KINDS[EventKind.CONFIRMED])
    asked: LectureEvent = _payload(app, OUTBOX_KINDS[EventKind.REQUESTED])
    proposed: LectureEvent = _payload(app, OUTBOX_KINDS[EventKind.PROPOSED])
    assert proposed.proposal is not None
    before = proposed.proposal.options[0]
    for event in (
        replace(confirmed, kind=EventKind.DECLINED, reason=REASON),
        replace(confirmed, kind=EventKind.WITHDRAWN),
        replace(asked, kind=EventKind.EXPIRED, source=State.REQUESTED, state=State.EXPIRED),
        replace(confirmed, kind=EventKind.CANCELLED, reason=REASON, cancelled_late=True),
        replace(confirmed, kind=EventKind.NOT_HELD, reason=REASON),
        replace(asked, kind=EventKind.SUBMITTED, state=State.SUBMITTED),
        replace(asked, kind=EventKind.RETURNED, state=State.RETURNED, reason=REASON),
        replace(asked, kind=EventKind.REJECTED, state=State.REJECTED, reason=REASON),
        replace(asked, source=State.SUBMITTED),
        replace(proposed, kind=EventKind.PROPOSAL_LAPSED),
        replace(confirmed, kind=EventKind.MOVED, before=before, source=State.CONFIRMED),
        replace(
            confirmed,
            kind=EventKind.REPLACED,
            before=replace(before, instructor_id=people.zhou.id, instructor="周岚"),
            source=State.CONFIRMED,
        ),
        replace(confirmed, kind=EventKind.UNDONE, source=State.CONFIRMED, state=State.REQUESTED),
    ):
        found += _record(app, OUTBOX_KINDS[event.kind], event)
    waiting = factories.requested(app, people, factories.at(11, 9))
    found += _drained(app)
    latest: LectureEvent = _payload(app, OUTBOX_KINDS[EventKind.REQUESTED])
    assert latest.number == waiting
    found += _record(app, REPLY_REMINDER, latest)
    closed = DayClosed(
        at=NOW,
        lecture_id=latest.lecture_id,
        sequence=0,
        number=number,
        title=latest.title,
        starts_at=latest.starts_at,
        ends_at=latest.ends_at,
        region=latest.region,
        place=latest.place,
        instructor=latest.instructor,
        organisation_id=latest.organisation_id,
        organisation=latest.organisation,
    )
    return found + _record(app, DAY_CLOSED, closed)


def _of_answers(app: Flask, people: Cast) -> list[Letter]:
    """What came back by mail: answers of calendars and people, and mail that is returned."""
    number = factories.confirmed(app, people, factories.at(16, 9))
    found = _drained(app)
    with app.app_context():
        query = select(Lecture.id).where(Lecture.number == number)
        lecture_id = db.session.scalars(query).one()
    # Whoever was told lately is not told again that an answer was not confirmed.
    for notice in sorted(ReplyNotice, key=lambda one: one is not ReplyNotice.UNCONFIRMED):
        told = ReplyTold(NOW, notice, people.chen.user, number, lecture_id, why=REASON)
        found += _record(app, REPLY_TOLD, told)
    return found + _record(app, ADDRESS_RETURNED, AddressReturned(NOW, people.chen.user))


def _of_waiting(app: Flask, people: Cast) -> list[Letter]:
    """A reminder, a digest, and a request that ends for who had it in the calendar."""
    day = factories.at(18, 9)
    number = factories.confirmed(app, people, day)
    found = _drained(app)
    with app.app_context():
        query = select(Lecture.id).where(Lecture.number == number)
        lecture_id = db.session.scalars(query).one()
    due = ReminderDue(lecture_id, people.li.user, ReminderOffset.DAY, day, NOW)
    found += _record(app, LECTURE_REMINDER, due)
    choose(app, people.chen.user, tentative=True)
    factories.requested(app, people, factories.at(17, 9))
    found += _drained(app)
    asked: LectureEvent = _payload(app, OUTBOX_KINDS[EventKind.REQUESTED])
    declined = replace(
        asked, kind=EventKind.DECLINED, source=State.REQUESTED, state=State.DECLINED, reason=REASON
    )
    found += _record(app, OUTBOX_KINDS[EventKind.DECLINED], declined)
    return found + _record(app, DIGEST_DUE, DigestDue(people.wang, NOW))


def _of_effect(app: Flask, people: Cast) -> list[Letter]:
    """The question what a lecture has changed, and its reminder."""
    asking.delivered(app, people)
    with app.app_context():
        assert follow_ups.ask(NOW) == 1
    found = _drained(app)
    asked: FollowUpAsked = _payload(app, FOLLOW_UP_ASKED)
    return found + _record(app, FOLLOW_UP_ASKED, replace(asked, reminder=True))


def _of_orders(app: Flask, people: Cast) -> list[Letter]:
    placed(app, people)
    found = _drained(app)
    order: OrderEvent = _payload(app, ORDER_OUTBOX_KINDS[OrderEventKind.PLACED])
    lecture: LectureEvent = _payload(app, OUTBOX_KINDS[EventKind.REQUESTED])
    booked = replace(
        order,
        instructor=lecture.instructor,
        title=lecture.title,
        starts_at=lecture.starts_at,
        ends_at=lecture.ends_at,
    )
    for event in (
        replace(order, kind=OrderEventKind.CLAIMED),
        replace(order, kind=OrderEventKind.RETURNED, reason=REASON),
        replace(booked, kind=OrderEventKind.TIME_HELD),
        replace(order, kind=OrderEventKind.REJECTED, reason=REASON),
        replace(order, kind=OrderEventKind.EXPIRED),
        replace(booked, kind=OrderEventKind.FULFILLED, guest=True),
        replace(booked, kind=OrderEventKind.REOPENED, guest=True, reason=REASON),
        replace(order, kind=OrderEventKind.CANCELLED, instructor_ids=(people.chen.id,)),
    ):
        found += _record(app, ORDER_OUTBOX_KINDS[event.kind], event)
    return found


def _of_people(app: Flask, people: Cast) -> list[Letter]:
    asked = ContactRequestEvent(
        at=NOW,
        request_id=1,
        number="LX-2026-000001",
        command=ContactCommand.ASK,
        source=None,
        by_user_id=None,
        by_coordinator=True,
        instructor_id=people.chen.id,
        organisation_id=people.li.id,
        region_code=COUNTY,
        instructor="陈明",
        organisation="岫云县第一支部",
        asker="李静",
        reason="商量讲课内容。",
        until=NOW + timedelta(days=14),
    )
    found = []
    for command in ContactCommand:
        source = None if command is ContactCommand.ASK else ContactRequestState.ASKED
        step = replace(asked, command=command, source=source)
        found += _record(app, CONTACT_REQUEST_CHANGED, step)
    found += _record(app, MESSAGE_SENT, _message(app, people))
    found += _record(app, ENTRY_STALE, EntryStale(NOW, people.chen.id, "陈明", NOW - YEAR))
    for approved, remarks in ((True, ""), (False, "请补充工作单位。")):
        answered = ChangeAnswered(
            at=NOW,
            instructor_id=people.chen.id,
            instructor="陈明",
            part=EntryPart.TOPIC,
            topic="家庭急救常识",
            topic_id=people.chen.topic,
            approved=approved,
            remarks=remarks,
            by_user_id=None,
        )
        found += _record(app, CHANGE_ANSWERED, answered)
    reader = UnusualReader("王强", "", 15, 12, 1.5)
    return found + _record(app, UNUSUAL_REVEALS, UnusualReveals(NOW, (reader,)))


def _message(app: Flask, people: Cast) -> MessageSent:
    """A message of Li's branch to Chen."""
    with app.app_context(), unit_of_work() as session:
        thread = MessageThread(
            reference="YK-2026-000001",
            instructor_id=people.chen.id,
            organisation_id=people.li.id,
            created_at=NOW,
            changed_at=NOW,
        )
        session.add(thread)
        session.flush()
        message = RelayedMessage(
            thread_id=thread.id,
            side=ThreadSide.BRANCH,
            sender_id=people.li.user,
            sender_name="李静",
            text="请问需要准备什么？\n谢谢。",
            sent_at=NOW,
        )
        session.add(message)
        session.flush()
        return MessageSent(NOW, thread.id, message.id)


def _without_events(app: Flask, language: str) -> list[Letter]:
    """Mails to people who need not have an account."""
    addressee = Addressee("何宁", "he@example.org", language=language)
    invited = {
        "url": "http://localhost/invitation/x",
        "expires_at": NOW + timedelta(days=7),
        "target": Target(Role.COORDINATOR, region_code=COUNTY),
        "described": lambda _target: "平台管理员" if language == "zh_Hans_CN" else "coordinator",
    }
    declined = {"organisation": "岫云县第一支部", "answer": REASON}
    with app.app_context():
        with _folders(app) as folders, unit_of_work() as session:
            session.execute(update(Delivery).values(message=None))
            for folder, values in (("invitation", invited), ("join_declined", declined)):
                channels.send(session, addressee, Notice(folder, values), now=NOW)
        query = select(Delivery.message).where(Delivery.message.is_not(None))
        contents = db.session.scalars(query.order_by(Delivery.id)).all()
    mails = [message_from_bytes(one or b"", policy=policy.default) for one in contents]
    return [Letter(folder, mail) for folder, mail in zip(folders, mails, strict=True)]
