"""Invitations through a real server: their MIME tree, language, place, and who is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage, MIMEPart
from typing import NamedTuple

import pytest
from flask import Flask
from icalendar import Calendar, Event
from sqlalchemy import update

from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.db import unit_of_work
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Format
from booking.lectures import service as lectures
from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.states import Command, Party
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.undo import service as undo_service
from booking.notifications.choices import queries
from booking.notifications.choices import service as choices
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, Cast, at
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work
from tests.proposals import proposing

SENDER, HE, COLLEAGUE = "platform@example.org", "he@example.org", "colleague@example.org"
TEACHER, UNIT = Party.INSTRUCTOR, Party.BRANCH
TITLE = "家庭急救常识（120分钟）"


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url, "MAIL_FROM": SENDER}


@pytest.fixture
def english(app: Flask, people: Cast) -> Cast:
    """The cast; Li reads English."""
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).where(User.id == people.li.user).values(language="en"))
    return people


def do(
    app: Flask, number: str, command: Command, party: Party, time: Time, user: int | None = None
) -> None:
    """Apply a command as a user, a second after what was before."""
    time.now += timedelta(seconds=1)
    with app.app_context(), unit_of_work() as session:
        lectures.apply_command(
            session,
            number=number,
            command=command,
            parties=frozenset({party}),
            user_id=user,
            now=time.now,
            reason="那天另有任务。",
        )


def mails(app: Flask, smtp: Mailbox, time: Time) -> dict[str, EmailMessage]:
    """The mails that the worker sends now, by recipient; each gets one at most."""
    smtp.envelopes.clear()
    time.now += timedelta(seconds=1)
    round_of_work(app, time)
    found = {
        envelope.rcpt_tos[0]: mail
        for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True)
    }
    assert len(found) == len(smtp.envelopes)
    return found


def content(part: EmailMessage) -> bytes:
    """The decoded bytes of one part."""
    found = part.get_payload(decode=True)
    assert isinstance(found, bytes)
    return found


def event_of(mail: EmailMessage) -> Event:
    """The one event of a mail."""
    [part] = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    [event] = Calendar.from_ical(content(part)).walk("VEVENT")
    assert isinstance(event, Event)
    return event


class Said(NamedTuple):
    """What the calendar of a mail says."""

    method: str
    status: str
    sequence: int
    partstat: str
    rsvp: str


def said(mail: EmailMessage) -> Said | None:
    """What the calendar of a mail says; None if there is none."""
    parts = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    if not parts:
        return None
    event = event_of(mail)
    person = event["ATTENDEE"].params
    return Said(
        str(Calendar.from_ical(content(parts[0]))["METHOD"]),
        str(event["STATUS"]),
        int(str(event["SEQUENCE"])),
        person["PARTSTAT"],
        person["RSVP"],
    )


ACCEPTED, ASKED = ("ACCEPTED", "FALSE"), ("NEEDS-ACTION", "TRUE")
UNASKED = ("NEEDS-ACTION", "FALSE")


def in_short(found: dict[str, EmailMessage]) -> dict[str, tuple[str, str, int]]:
    """Method, status and SEQUENCE of the mails with a calendar."""
    return {to: one[:3] for to, mail in found.items() if (one := said(mail))}


def asked(found: dict[str, EmailMessage]) -> dict[str, tuple[str, str]]:
    """PARTSTAT and RSVP of the mails with a calendar."""
    return {to: one[3:] for to, mail in found.items() if (one := said(mail))}


def tree(part: MIMEPart) -> object:
    """Type, parameters without the boundary, encoding and disposition; then the children."""
    parameters = {
        name: value for name, value in (part.get_params() or [])[1:] if name != "boundary"
    }
    own = (
        part.get_content_type(),
        parameters,
        part["Content-Transfer-Encoding"],
        part["Content-Disposition"],
    )
    if not part.is_multipart():
        return own
    return (*own, [tree(one) for one in part.iter_parts()])


def whole_tree(method: str) -> object:
    """Calendar rule 14."""
    utf8 = {"charset": "utf-8"}
    return (
        "multipart/mixed",
        {},
        None,
        None,
        [
            (
                "multipart/alternative",
                {},
                None,
                None,
                [
                    ("text/plain", utf8, "base64", None),
                    ("text/html", utf8, "base64", None),
                    ("text/calendar", {**utf8, "method": method}, "base64", None),
                ],
            ),
            (
                "application/ics",
                {"name": "invite.ics"},
                "base64",
                'attachment; filename="invite.ics"',
            ),
        ],
    )


def test_each_change_reaches_both_sides_as_one_tree(
    app: Flask, english: Cast, smtp: Mailbox, time: Time
) -> None:
    """Calendar rules 14 to 16: request, confirmation, move, replacement, cancellation."""
    he = proposing.another(app)
    proposing.account_of(app, he, HE)
    number = factories.requested(app, english)
    seen = {"requested": mails(app, smtp, time)}
    do(app, number, Command.CONFIRM, TEACHER, time)
    seen["confirmed"] = mails(app, smtp, time)
    proposal = proposing.propose(app, number, [at(8, 9)], now=time.now)
    seen["proposed"] = mails(app, smtp, time)
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, TEACHER, now=time.now)
    seen["moved"] = mails(app, smtp, time)
    proposal = proposing.replace(app, number, he, now=time.now)
    mails(app, smtp, time)
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, TEACHER, now=time.now)
    seen["replaced"] = mails(app, smtp, time)
    do(app, number, Command.CANCEL, UNIT, time)
    seen["cancelled"] = mails(app, smtp, time)

    plain = [one for kind in ("requested", "proposed") for one in seen.pop(kind).values()]
    assert [said(mail) for mail in plain] == [None] * 3
    assert {kind: in_short(found) for kind, found in seen.items()} == {
        "confirmed": dict.fromkeys((CHEN, LI), ("REQUEST", "CONFIRMED", 1)),
        "moved": dict.fromkeys((CHEN, LI), ("REQUEST", "CONFIRMED", 2)),
        "replaced": {
            CHEN: ("CANCEL", "CANCELLED", 3),
            HE: ("REQUEST", "CONFIRMED", 3),
            LI: ("REQUEST", "CONFIRMED", 3),
        },
        "cancelled": dict.fromkeys((HE, LI), ("CANCEL", "CANCELLED", 4)),
    }
    every = [(to, mail) for found in seen.values() for to, mail in found.items()]
    events = [event_of(mail) for _to, mail in every]
    for to, mail in every:
        calendar, attached = (
            content(one)
            for one in mail.walk()
            if one.get_content_type() in ("text/calendar", "application/ics")
        )
        said_of = said(mail)
        assert said_of is not None
        assert tree(mail) == whole_tree(said_of.method)
        assert calendar == attached
        assert [one.addr_spec for one in mail["From"].addresses] == [SENDER]
        event = event_of(mail)
        assert str(event["ORGANIZER"]) == f"mailto:{SENDER}"
        assert str(event["ATTENDEE"]) == f"mailto:{to}"
    assert len({str(event["UID"]) for event in events}) == 1
    of_li = [event_of(mail).decoded("DTSTAMP") for to, mail in every if to == LI]
    assert of_li == sorted(set(of_li))  # a new one on every message


def test_mail_and_event_are_in_the_language_of_the_reader(
    app: Flask, english: Cast, smtp: Mailbox, time: Time
) -> None:
    """Calendar rule 44."""
    number = factories.requested(app, english, note="请提前到。", attendees=40)
    mails(app, smtp, time)
    do(app, number, Command.CONFIRM, TEACHER, time)
    found = mails(app, smtp, time)
    events = {to: event_of(mail) for to, mail in found.items()}
    do(app, number, Command.CANCEL, TEACHER, time)
    found = mails(app, smtp, time)
    cancelled = {to: event_of(mail) for to, mail in found.items() if said(mail)}

    url = f"http://localhost/lectures/{number}"
    assert str(events[LI]["SUMMARY"]) == f"{TITLE} (陈明)"
    assert str(events[LI]["DESCRIPTION"]).split("\n") == [
        f"Lecture {number}",
        "Instructor: 陈明",
        "Branch: 岫云县第一支部",
        "Listeners: 40",
        "Note: 请提前到。",
        f"Details: {url}",
    ]
    assert str(events[CHEN]["SUMMARY"]) == f"{TITLE}（岫云县第一支部）"
    assert str(events[CHEN]["DESCRIPTION"]).split("\n") == [
        f"预约单号：{number}",
        "讲师：陈明老师",
        "单位：岫云县第一支部",
        "听课人数：40",
        "备注：请提前到。",
        f"详情：{url}",
    ]
    assert str(cancelled[LI]["SUMMARY"]) == f"[Cancelled] {TITLE} (陈明)"
    assert str(cancelled[CHEN]["SUMMARY"]) == f"【已取消】{TITLE}（岫云县第一支部）"


@pytest.mark.parametrize(
    ("format_", "place", "line"),
    [
        (Format.LECTURE, "文化馆, 二楼", "岫云县 文化馆, 二楼"),
        (Format.ONLINE, "腾讯会议 123-456", "腾讯会议 123-456"),
    ],
)
def test_mail_and_event_say_the_same_place(
    app: Flask,
    english: Cast,
    smtp: Mailbox,
    time: Time,
    format_: Format,
    place: str,
    line: str,
) -> None:
    """Calendar rule 45."""
    number = factories.requested(app, english, format=format_, place=place)
    mails(app, smtp, time)
    do(app, number, Command.CONFIRM, TEACHER, time)
    mail = mails(app, smtp, time)[LI]

    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert f"Place: {line}\n" in text.get_content().replace("\r\n", "\n")
    assert f'<td style="padding:4px 0">{line}</td>' in html.get_content()
    assert str(event_of(mail)["LOCATION"]) == line


def colleague(app: Flask, people: Cast) -> int:
    """Another contact of Li's branch."""
    with app.app_context(), unit_of_work() as session:
        return factories.make_user(
            session, COLLEAGUE, "吴敏", Role.BRANCH, organisation_id=people.li.id
        ).id


def test_who_booked_and_who_confirmed_have_accepted(
    app: Flask, english: Cast, smtp: Mailbox, time: Time
) -> None:
    """Calendar rule 42."""
    other = colleague(app, english)
    number = factories.requested(app, english)
    mails(app, smtp, time)
    do(app, number, Command.CONFIRM, TEACHER, time, english.chen.user)
    confirmed = mails(app, smtp, time)
    proposal = proposing.propose(app, number, [at(8, 9)], now=time.now, user=other)
    mails(app, smtp, time)
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, TEACHER, now=time.now)
    moved = mails(app, smtp, time)
    do(app, number, Command.CANCEL, UNIT, time, english.li.user)
    cancelled = mails(app, smtp, time)

    assert asked(confirmed) == {CHEN: ACCEPTED, LI: ACCEPTED, COLLEAGUE: ASKED}
    # Who proposed the move has agreed to it; the instructor's answer came from no account.
    assert asked(moved) == {CHEN: ASKED, LI: ASKED, COLLEAGUE: ACCEPTED}
    assert asked(cancelled) == {CHEN: UNASKED, LI: UNASKED, COLLEAGUE: ACCEPTED}


def test_where_a_coordinator_answered_the_instructor_is_asked(
    app: Flask, english: Cast, smtp: Mailbox, time: Time
) -> None:
    """Calendar rule 42."""
    number = factories.requested(app, english)
    mails(app, smtp, time)
    do(app, number, Command.CONFIRM, Party.COORDINATOR, time, english.wang)

    assert asked(mails(app, smtp, time)) == {CHEN: ASKED, LI: ACCEPTED}


def wish(app: Flask, time: Time, user_id: int, *, tentative: bool) -> None:
    """Choose whether requests come into a person's calendar before they are confirmed."""
    with app.app_context(), unit_of_work() as session:
        choices.choose(
            session,
            user=session.get_one(User, user_id),
            choices={},
            preferences=replace(queries.preferences_of(session, user_id), tentative=tentative),
            now=time.now,
        )


@pytest.fixture
def both(app: Flask, english: Cast, time: Time) -> Cast:
    """The cast; both sides take requests into their calendars."""
    for user in (english.chen.user, english.li.user):
        wish(app, time, user, tentative=True)
    return english


def test_nobody_gets_a_tentative_entry_unasked(
    app: Flask, english: Cast, smtp: Mailbox, time: Time
) -> None:
    """Calendar rule 43."""
    number = factories.requested(app, english)
    found = mails(app, smtp, time)
    do(app, number, Command.DECLINE, TEACHER, time)
    declined = mails(app, smtp, time)

    assert {to: said(mail) for to, mail in found.items()} == {CHEN: None, LI: None}
    assert {to: said(mail) for to, mail in declined.items()} == {LI: None}


def test_a_request_is_a_tentative_entry_for_who_wants_it(
    app: Flask, both: Cast, smtp: Mailbox, time: Time
) -> None:
    """Calendar rule 43."""
    number = factories.requested(app, both)
    found = mails(app, smtp, time)
    do(app, number, Command.CONFIRM, TEACHER, time, both.chen.user)
    confirmed = mails(app, smtp, time)

    assert {to: said(mail) for to, mail in found.items()} == {
        CHEN: ("REQUEST", "TENTATIVE", 0, *ASKED),
        LI: ("REQUEST", "TENTATIVE", 0, *ACCEPTED),
    }
    assert str(event_of(found[LI])["SUMMARY"]) == f"[Not confirmed] {TITLE} (陈明)"
    assert str(event_of(found[CHEN])["SUMMARY"]) == f"【待确认】{TITLE}（岫云县第一支部）"
    text = found[LI].get_body(("plain",))
    assert text is not None
    assert "This mail enters the held time in your calendar, as not confirmed yet." in (
        text.get_content()
    )
    assert {to: said(mail) for to, mail in confirmed.items()} == {
        CHEN: ("REQUEST", "CONFIRMED", 1, *ACCEPTED),
        LI: ("REQUEST", "CONFIRMED", 1, *ACCEPTED),
    }


def _declined(app: Flask, number: str, time: Time, _cast: Cast) -> None:
    do(app, number, Command.DECLINE, TEACHER, time)


def _withdrawn(app: Flask, number: str, time: Time, _cast: Cast) -> None:
    do(app, number, Command.WITHDRAW, UNIT, time)


def _expired(app: Flask, _number: str, time: Time, _cast: Cast) -> None:
    time.now = at(3, 9)
    with app.app_context():
        assert pass_time(time.now) == 1


@pytest.mark.parametrize("end", [_declined, _withdrawn, _expired])
def test_what_comes_to_nothing_leaves_the_calendars_in_which_it_stood(
    app: Flask,
    both: Cast,
    smtp: Mailbox,
    time: Time,
    end: Callable[[Flask, str, Time, Cast], None],
) -> None:
    """Calendar rule 43."""
    colleague(app, both)
    number = factories.requested(app, both)
    mails(app, smtp, time)
    for user in (both.chen.user, both.li.user):
        # Who no longer wants entries still has this one.
        wish(app, time, user, tentative=False)
    end(app, number, time, both)

    assert in_short(mails(app, smtp, time)) == {
        CHEN: ("CANCEL", "CANCELLED", 1),
        LI: ("CANCEL", "CANCELLED", 1),
    }


def test_an_undone_answer_puts_the_tentative_entry_back(
    app: Flask, both: Cast, smtp: Mailbox, time: Time
) -> None:
    """Calendar rule 43."""
    seen = []
    for hour, command in ((9, Command.CONFIRM), (14, Command.DECLINE)):
        number = factories.requested(app, both, at(3, hour))
        mails(app, smtp, time)
        do(app, number, command, TEACHER, time, both.chen.user)
        mails(app, smtp, time)
        with app.app_context(), unit_of_work() as session:
            undo_service.undo(session, number=number, user_id=both.chen.user, now=time.now)
        seen.append({to: said(mail) for to, mail in mails(app, smtp, time).items()})

    assert (
        seen
        == [
            {
                CHEN: ("REQUEST", "TENTATIVE", 2, *ASKED),
                LI: ("REQUEST", "TENTATIVE", 2, *ACCEPTED),
            }
        ]
        * 2
    )


def test_a_coordinator_who_is_asked_instead_gets_no_entry(
    app: Flask, both: Cast, smtp: Mailbox, time: Time
) -> None:
    """Calendar rule 43."""
    wish(app, time, both.wang, tentative=True)
    he = proposing.another(app)
    with app.app_context(), unit_of_work() as session:
        topic = instructors.topic_ids(session, he)[0]
    factories.requested(app, both, instructor_id=he, topic_id=topic)

    found = mails(app, smtp, time)
    assert {to: bool(said(mail)) for to, mail in found.items()} == {
        "wang@example.org": False,
        LI: True,
    }
