"""Named attendees through a real server: who gets which calendar, in which order, and no more."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select, update

from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.errors import Conflict, Invalid
from booking.lectures.attendees import service
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.attendees.service import Naming
from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture
from booking.notifications.models import Delivery
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, Cast, at
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work
from tests.notifications.test_invitations import Said, do, event_of, said
from tests.proposals import proposing

SENDER, HE = "platform@example.org", "he@example.net"
INVITED = Said("REQUEST", "CONFIRMED", 1, "NEEDS-ACTION", "FALSE")
REMOVED = Said("CANCEL", "CANCELLED", 1, "NEEDS-ACTION", "FALSE")


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url, "MAIL_FROM": SENDER}


def mails(app: Flask, smtp: Mailbox, time: Time) -> dict[str, EmailMessage]:
    """The last mail that the worker sends now, by recipient; the attendee gets one at most."""
    smtp.envelopes.clear()
    time.now += timedelta(seconds=1)
    round_of_work(app, time)
    to = [envelope.rcpt_tos[0] for envelope in smtp.envelopes]
    assert to.count(HE) <= 1
    return dict(zip(to, smtp.messages, strict=True))


def name(app: Flask, people: Cast, number: str, time: Time, email: str = HE, **more: object) -> int:
    """Name somebody for Li's branch; their id."""
    naming = Naming(people.li.user, str(more.get("language", "zh_Hans_CN")), time.now, 2)
    with app.app_context(), unit_of_work() as session:
        found = service.name_attendee(
            session, number=number, name=str(more.get("name", "何宁")), email=email, naming=naming
        )
        return found.id


def remove(app: Flask, number: str, attendee_id: int, time: Time) -> None:
    with app.app_context(), unit_of_work() as session:
        service.remove(session, number=number, attendee_id=attendee_id, now=time.now)


def to_he(found: dict[str, EmailMessage]) -> Said | None:
    """What the mail to the attendee says; None if there is none."""
    return said(found[HE]) if HE in found else None


def test_invited_when_confirmed_moved_and_cancelled(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.requested(app, people, note="只给讲师看。")
    name(app, people, number, time)
    assert to_he(mails(app, smtp, time)) is None

    do(app, number, Command.CONFIRM, Party.INSTRUCTOR, time)
    found = mails(app, smtp, time)
    assert set(found) == {CHEN, LI, HE}
    assert to_he(found) == INVITED
    event = event_of(found[HE])
    assert str(event["ATTENDEE"]) == f"mailto:{HE}"
    assert "URL" not in event
    assert "只给讲师看" not in str(found[HE])
    assert "/lectures/" not in str(event["DESCRIPTION"])
    assert HE not in str(found[CHEN]) + str(found[LI])


def test_a_move_has_a_higher_sequence_and_so_has_the_cancellation(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people)
    name(app, people, number, time)
    assert to_he(mails(app, smtp, time)) == INVITED
    asked = proposing.propose(app, number, [at(9, 14)], now=time.now)
    assert to_he(mails(app, smtp, time)) is None
    proposing.agree(
        app, number, asked, Approver.INSTRUCTOR, Party.INSTRUCTOR, choice=0, now=time.now
    )
    assert to_he(mails(app, smtp, time)) == INVITED._replace(sequence=2)
    do(app, number, Command.CANCEL, Party.BRANCH, time)
    assert to_he(mails(app, smtp, time)) == REMOVED._replace(sequence=3)


def test_named_afterwards_removed_and_named_again(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people)
    mails(app, smtp, time)
    first = name(app, people, number, time, email=" He@Example.NET ", language="en")
    found = mails(app, smtp, time)
    assert set(found) == {HE}
    assert to_he(found) == INVITED
    assert str(found[HE]["Subject"]).startswith("Invitation: ")
    stamps = [event_of(found[HE]).decoded("DTSTAMP")]

    remove(app, number, first, time)
    found = mails(app, smtp, time)
    assert to_he(found) == REMOVED
    stamps.append(event_of(found[HE]).decoded("DTSTAMP"))
    name(app, people, number, time)
    found = mails(app, smtp, time)
    assert to_he(found) == INVITED
    stamps.append(event_of(found[HE]).decoded("DTSTAMP"))
    # Among equal SEQUENCEs the later DTSTAMP decides (RFC 5546, 2.1.5).
    assert stamps == sorted(set(stamps))


def test_who_is_removed_before_the_mail_went_gets_none(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people)
    mails(app, smtp, time)
    remove(app, number, name(app, people, number, time), time)
    assert mails(app, smtp, time) == {}


def test_a_mail_that_failed_never_arrives_after_the_removal(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people)
    mails(app, smtp, time)
    attendee_id = name(app, people, number, time)
    with app.app_context(), unit_of_work() as session:
        tried = update(Delivery).where(Delivery.recipient == HE)
        session.execute(tried.values(attempts=1, next_try_at=time.now + timedelta(minutes=5)))
    remove(app, number, attendee_id, time)
    assert to_he(mails(app, smtp, time)) == REMOVED
    time.now += timedelta(hours=1)
    assert mails(app, smtp, time) == {}


def test_who_takes_themselves_off_is_forgotten_and_never_named_again(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people)
    attendee_id = name(app, people, number, time)
    mails(app, smtp, time)
    with app.app_context(), unit_of_work() as session:
        assert service.leave(session, attendee_id=attendee_id, now=time.now)
        assert not service.leave(session, attendee_id=attendee_id, now=time.now)
    assert to_he(mails(app, smtp, time)) == REMOVED
    with app.app_context():
        row = db.session().get_one(NamedAttendee, attendee_id)
        assert (row.name, row.email) == ("", "")
    with pytest.raises(Invalid, match="Invalid") as refused:
        name(app, people, number, time)
    assert refused.value.sentence == service.HAS_LEFT


def test_a_side_gets_its_own_mail_only(app: Flask, people: Cast, smtp: Mailbox, time: Time) -> None:
    number = factories.requested(app, people)
    name(app, people, number, time, email=CHEN)
    do(app, number, Command.CONFIRM, Party.INSTRUCTOR, time)
    assert set(mails(app, smtp, time)) == {CHEN, LI}
    remove(app, number, _ids(app)[0], time)
    name(app, people, number, time, email=LI)
    assert mails(app, smtp, time) == {}


def _ids(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session().scalars(select(NamedAttendee.id).order_by(NamedAttendee.id)))


def test_limits(app: Flask, people: Cast, time: Time) -> None:
    number = factories.requested(app, people)
    for email in ("a@example.org", "b@example.org"):
        name(app, people, number, time, email=email)
    with pytest.raises(Conflict):
        name(app, people, number, time, email="c@example.org")
    for wrong in ({"email": "nobody"}, {"name": " "}, {"name": "何" * 61}):
        with pytest.raises(Invalid):
            name(app, people, number, time, **wrong)
    with app.app_context():
        actions = (Action.ATTENDEE_NAMED, Action.ATTENDEE_REMOVED)
        entries = db.session().scalars(
            select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id)
        )
        told = [(one.action, one.subject_label, one.detail or {}) for one in entries]
    assert told == [(Action.ATTENDEE_NAMED, number, {})] * 2


def test_nothing_for_a_lecture_that_has_begun(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people)
    attendee_id = name(app, people, number, time)
    mails(app, smtp, time)
    with app.app_context():
        time.now = db.session().scalars(select(Lecture.starts_at)).one()
    with pytest.raises(Conflict):
        name(app, people, number, time, email="late@example.org")
    with pytest.raises(Conflict):
        remove(app, number, attendee_id, time)
    with app.app_context(), unit_of_work() as session:
        assert service.leave(session, attendee_id=attendee_id, now=time.now)
    assert to_he(mails(app, smtp, time)) is None
