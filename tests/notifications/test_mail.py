"""From the outbox to the mailbox: who is told what, in which language and shape."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, update

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.calendars.models import RenderedEvent
from booking.db import db, unit_of_work
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Channel
from booking.lectures.engine.states import Command, Party
from booking.lectures.expiry.tasks import pass_time
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, WANG, Cast
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work

SENDER = "platform@example.org"
PHONE, ADDRESS = "12000009999", "canary@example.org"


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url, "MAIL_FROM": SENDER}


@pytest.fixture
def told(app: Flask, people: Cast) -> Cast:
    """The cast; Li reads English; Chen has contacts that nobody may see."""
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).where(User.id == people.li.user).values(language="en"))
        chen = factories.editable(session, people.chen.id)
        contacts = [(Channel.PHONE, PHONE), (Channel.EMAIL, ADDRESS)]
        instructors.add_contacts(session, entry=chen, contacts=contacts, now=factories.NOW)
    return people


def do(app: Flask, number: str, command: Command, party: Party, time: Time) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, command, party, now=time.now)


def subjects(smtp: Mailbox) -> list[tuple[str, str]]:
    """To whom (the envelope) and about what, in no particular order; the mailbox is emptied."""
    found = [
        (envelope.rcpt_tos[0], str(mail["Subject"]))
        for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True)
    ]
    smtp.envelopes.clear()
    return sorted(found)


def calendar_of(mail: EmailMessage) -> Calendar:
    [part] = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    return Calendar.from_ical(content(part))


def content(part: EmailMessage) -> bytes:
    """The decoded bytes of one part."""
    found = part.get_payload(decode=True)
    assert isinstance(found, bytes)
    return found


def shape(mail: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in mail.walk()]


def test_everybody_is_told_what_concerns_them(
    app: Flask, told: Cast, smtp: Mailbox, time: Time
) -> None:
    numbers = [factories.requested(app, told, factories.at(3, hour)) for hour in (8, 10, 12, 14)]
    seen = {}
    round_of_work(app, time)
    seen["requested"] = subjects(smtp)
    do(app, numbers[0], Command.CONFIRM, Party.INSTRUCTOR, time)
    round_of_work(app, time)
    seen["confirmed"] = subjects(smtp)
    do(app, numbers[1], Command.DECLINE, Party.INSTRUCTOR, time)
    round_of_work(app, time)
    seen["declined"] = subjects(smtp)
    do(app, numbers[2], Command.WITHDRAW, Party.BRANCH, time)
    round_of_work(app, time)
    seen["withdrawn"] = subjects(smtp)
    do(app, numbers[0], Command.CANCEL, Party.BRANCH, time)
    round_of_work(app, time)
    seen["cancelled"] = subjects(smtp)
    time.now = factories.at(3, 14)
    with app.app_context():
        assert pass_time(time.now) == 1
    round_of_work(app, time)
    seen["expired"] = subjects(smtp)

    topic, day, tag = "家庭急救常识（120分钟）", "Thu 26 Nov", "11月26日 周四"
    english = {
        "requested": [f"Received: your request for {topic} on {day}"] * 4,
        "confirmed": [f"Confirmed: {topic} on {day}"],
        "declined": [f"Declined: {topic} on {day}"],
        "cancelled": [f"Cancelled: {topic} on {day}"],
        "expired": [f"Expired: the request for {day}"],
    }
    assert {kind: [s for to, s in mails if to == LI] for kind, mails in seen.items()} == {
        kind: english.get(kind, []) for kind in seen
    }
    chinese = {kind: [s for to, s in mails if to == CHEN] for kind, mails in seen.items()}
    assert {kind: len(found) for kind, found in chinese.items()} == {
        "requested": 4, "confirmed": 1, "declined": 0, "withdrawn": 1, "cancelled": 1, "expired": 1,
    }  # fmt: skip
    assert [one for found in chinese.values() for one in found if tag not in one] == []
    assert {to for mails in seen.values() for to, _subject in mails} == {LI, CHEN}
    assert round_of_work(app, time) == 0  # nothing twice
    assert smtp.envelopes == []


def test_an_invitation_has_the_shape_that_mail_programs_act_on(
    app: Flask, told: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.requested(app, told)
    round_of_work(app, time)
    requests = list(smtp.messages)
    smtp.envelopes.clear()
    answers = ((Command.CONFIRM, Party.INSTRUCTOR), (Command.CANCEL, Party.BRANCH))
    for minutes, (command, party) in enumerate(answers, 1):
        time.now = factories.NOW + timedelta(minutes=minutes)
        do(app, number, command, party, time)
    round_of_work(app, time)

    plain = ["multipart/alternative", "text/plain", "text/html"]
    assert [shape(request) for request in requests] == [plain, plain]
    assert [shape(mail) for mail in smtp.messages] == [
        [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "text/calendar",
            "application/ics",
        ]
    ] * 4
    facts = []
    for mail, envelope in zip(smtp.messages, smtp.envelopes, strict=True):
        calendar = calendar_of(mail)
        [event] = calendar.walk("VEVENT")
        [part] = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
        [attached] = [one for one in mail.walk() if one.get_content_type() == "application/ics"]
        attendee = event["ATTENDEE"]
        assert not isinstance(attendee, list)  # one attendee in each mail
        assert str(attendee).lower() == f"mailto:{envelope.rcpt_tos[0]}"
        assert [address.addr_spec for address in mail["To"].addresses] == envelope.rcpt_tos
        assert str(event["ORGANIZER"]) == f"mailto:{mail['From'].addresses[0].addr_spec}"
        assert (envelope.mail_from, mail["From"].addresses[0].addr_spec) == (SENDER, SENDER)
        assert part.get_param("method") == str(calendar["METHOD"])
        assert part.get_content_disposition() is None
        assert content(attached) == content(part)
        facts.append(
            (str(calendar["METHOD"]), envelope.rcpt_tos[0], event["SEQUENCE"], str(event["STATUS"]))
        )
    assert sorted(facts) == [
        ("CANCEL", CHEN, 2, "CANCELLED"),
        ("CANCEL", LI, 2, "CANCELLED"),
        ("REQUEST", CHEN, 1, "CONFIRMED"),
        ("REQUEST", LI, 1, "CONFIRMED"),
    ]
    uids = {str(calendar_of(mail).walk("VEVENT")[0]["UID"]) for mail in smtp.messages}
    with app.app_context():
        texts = db.session().scalars(select(RenderedEvent.text)).all()
    in_feeds = {str(Calendar.from_ical(text)["UID"]) for text in texts}
    assert (len(uids), uids) == (1, in_feeds)
    assert len({mail["Message-ID"] for mail in smtp.messages}) == 4


def test_no_contact_is_in_any_mail(app: Flask, told: Cast, smtp: Mailbox, time: Time) -> None:
    number = factories.confirmed(app, told, note="请提前到。")
    do(app, number, Command.CANCEL, Party.BRANCH, time)
    round_of_work(app, time)

    decoded = [
        content(part).decode()
        for mail in smtp.messages
        for part in mail.walk()
        if not part.is_multipart()
    ]
    assert (len(smtp.messages), len(decoded)) == (6, 2 * 2 + 4 * 4)
    assert [text for text in decoded if PHONE in text or ADDRESS in text] == []
    assert any("请提前到。" in text for text in decoded)


def test_where_an_instructor_has_no_account_the_coordinator_is_told(
    app: Flask, told: Cast, smtp: Mailbox, time: Time
) -> None:
    with app.app_context(), unit_of_work() as session:
        for one in session.scalars(
            select(Membership).where(Membership.instructor_id == told.chen.id)
        ):
            session.delete(one)
    number = factories.requested(app, told)
    round_of_work(app, time)
    asked = [to for to, _subject in subjects(smtp)]

    do(app, number, Command.CONFIRM, Party.COORDINATOR, time)
    round_of_work(app, time)

    assert asked == [LI, WANG]
    assert [to for to, _subject in subjects(smtp)] == [LI]


def test_who_is_on_both_sides_is_told_once_as_the_instructor(
    app: Flask, told: Cast, smtp: Mailbox, time: Time
) -> None:
    with app.app_context(), unit_of_work() as session:
        accounts.add_membership(
            session,
            user=session.get_one(User, told.chen.user),
            role=Role.BRANCH,
            organisation_id=told.li.id,
            now=factories.NOW,
        )
    kept = factories.requested(app, told)
    factories.requested(app, told, factories.at(3, 14))
    round_of_work(app, time)
    assert [to for to, _subject in subjects(smtp)] == [CHEN, CHEN, LI, LI]

    titles = []
    answers = ((Command.CONFIRM, Party.INSTRUCTOR), (Command.CANCEL, Party.BRANCH))
    for minutes, (command, party) in enumerate(answers, 1):
        time.now = factories.NOW + timedelta(minutes=minutes)
        do(app, kept, command, party, time)
        round_of_work(app, time)
        [title] = [
            str(calendar_of(mail).walk("VEVENT")[0]["SUMMARY"])
            for mail, envelope in zip(smtp.messages, smtp.envelopes, strict=True)
            if envelope.rcpt_tos == [CHEN]
        ]
        titles.append(title)
        assert [to for to, _subject in subjects(smtp)] == [CHEN, LI]
    title = "家庭急救常识（120分钟）（岫云县第一支部）"
    assert titles == [title, f"【已取消】{title}"]

    time.now = factories.at(3, 14)
    with app.app_context():
        assert pass_time(time.now) == 1
    round_of_work(app, time)
    [mail] = [mail for mail in smtp.messages if mail["To"].addresses[0].addr_spec == CHEN]
    text = mail.get_body(("plain",))
    assert text is not None
    # True for both sides; a branch is asked to choose another instructor.
    assert "\r\n此预约未在期限内答复，已过期，所占时间已重新开放。\r\n" in text.get_content()
    assert [to for to, _subject in subjects(smtp)] == [CHEN, LI]
