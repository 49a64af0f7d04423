"""Mails about proposals, through a real server: who is asked, who is told, with which calendar."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from typing import NamedTuple

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import update

from booking.accounts.models import Organisation, User
from booking.db import unit_of_work
from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.states import Command, Party
from booking.lectures.expiry.tasks import pass_time
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, NOW, WANG, Cast, at
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work
from tests.proposals import proposing

HE = "he@example.org"
_LINK = re.compile(r"http://localhost(/proposal/\S+)")


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


class Told(NamedTuple):
    """A mail: to whom, its subject, and method, SEQUENCE and status of its calendar."""

    to: str
    subject: str
    calendar: tuple[str, int, str] | None


def calendar_of(mail: EmailMessage) -> tuple[str, int, str] | None:
    """Method, SEQUENCE and status of the calendar of a mail, if it has one."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            calendar = Calendar.from_ical(content)
            [event] = calendar.walk("VEVENT")
            return str(calendar["METHOD"]), int(str(event["SEQUENCE"])), str(event["STATUS"])
    return None


def told(app: Flask, smtp: Mailbox, time: Time) -> list[Told]:
    """The mails that the worker sends now, by recipient; the mailbox is emptied."""
    smtp.envelopes.clear()
    time.now += timedelta(seconds=1)
    round_of_work(app, time)
    return sorted(
        Told(envelope.rcpt_tos[0], str(mail["Subject"]), calendar_of(mail))
        for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True)
    )


def text_to(smtp: Mailbox, address: str, kind: str = "plain") -> str:
    """The body of the one mail to somebody."""
    [mail] = [one for one in smtp.messages if address in one["To"]]
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.fixture
def number(app: Flask, people: Cast, smtp: Mailbox, time: Time) -> str:
    """A confirmed lecture of Chen for Li, about which everybody was told; Li reads English."""
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).values(language="en"))
    made = factories.confirmed(app, people)
    told(app, smtp, time)
    return made


TITLE = "家庭急救常识（120分钟）"
UNCHANGED = f"Nothing changed: {TITLE} on Thu 26 Nov"


def test_a_move_is_asked_answered_and_sent_to_both_calendars(
    app: Flask, smtp: Mailbox, time: Time, number: str
) -> None:
    proposal = proposing.propose(app, number, [at(8, 9), at(9, 9)])
    [asked] = told(app, smtp, time)
    assert asked == (CHEN, f"Please answer: a proposal for {TITLE} on Thu 26 Nov", None)
    text = text_to(smtp, CHEN)
    assert "岫云县第一支部 proposes another time or place" in text
    assert f"The reason: {proposing.REASON}" in text
    assert "- Tue 1 Dec 2026, 09:00–11:00\n- Wed 2 Dec 2026, 09:00–11:00" in text

    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR, choice=1)

    subject = f"Moved: {TITLE}, now on Wed 2 Dec"
    assert told(app, smtp, time) == [
        (CHEN, subject, ("REQUEST", 2, "CONFIRMED")),
        (LI, subject, ("REQUEST", 2, "CONFIRMED")),
    ]
    text = text_to(smtp, LI)
    assert "Before: Thu 26 Nov 2026, 09:00–11:00\nNow: Wed 2 Dec 2026, 09:00–11:00" in text
    assert "changes it in your calendar" in text


def test_who_ended_a_proposal_is_not_told_what_they_did(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, number: str
) -> None:
    seen = []
    for ending in ("refuse", "retract", "lapse"):
        proposal = proposing.propose(app, number, [at(8, 9)], now=time.now)
        told(app, smtp, time)
        if ending == "refuse":
            proposing.refuse(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)
        elif ending == "retract":
            proposing.retract(app, number, proposal, Party.BRANCH)
        else:
            time.now = at(3, 9)
            with app.app_context():
                assert pass_time(time.now) == 1
        seen.append(told(app, smtp, time))

    assert seen == [
        [(LI, UNCHANGED, None)],
        [(CHEN, UNCHANGED, None)],
        [(CHEN, UNCHANGED, None), (LI, UNCHANGED, None)],
    ]
    assert "was not answered in time. Nothing has changed." in text_to(smtp, LI)
    assert "Thu 26 Nov 2026, 09:00–11:00" in text_to(smtp, LI)


def test_a_replacement_reaches_all_three(
    app: Flask, smtp: Mailbox, time: Time, number: str
) -> None:
    he = proposing.another(app)
    proposing.account_of(app, he, HE)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).values(language="en"))
    proposal = proposing.replace(app, number, he, Party.INSTRUCTOR)
    asked = told(app, smtp, time)
    assert [one.to for one in asked] == [HE, LI]
    assert "asks you to take this lecture over from 陈明" in text_to(smtp, HE)
    assert "proposes another instructor" in text_to(smtp, LI)

    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)
    assert [one.to for one in told(app, smtp, time)] == [LI]
    assert "Your agreement is still missing" in text_to(smtp, LI)
    proposing.agree(app, number, proposal, Approver.BRANCH, Party.BRANCH)

    assert told(app, smtp, time) == [
        (CHEN, f"Handed over: {TITLE} on Thu 26 Nov", ("CANCEL", 2, "CANCELLED")),
        (HE, f"You have taken over: {TITLE} on Thu 26 Nov", ("REQUEST", 2, "CONFIRMED")),
        (LI, f"Another instructor: {TITLE} on Thu 26 Nov", ("REQUEST", 2, "CONFIRMED")),
    ]
    # Who was replaced may no longer open the lecture's page.
    assert f"/lectures/{number}" not in text_to(smtp, CHEN)
    assert f"/lectures/{number}" in text_to(smtp, HE)


def test_who_was_replaced_before_accepting_has_nothing_to_cancel(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.requested(app, people)
    he = proposing.another(app)
    proposing.account_of(app, he, HE)
    proposal = proposing.replace(app, number, he)
    told(app, smtp, time)
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)

    assert [(one.to, one.calendar) for one in told(app, smtp, time)] == [
        (CHEN, None),
        (HE, ("REQUEST", 1, "CONFIRMED")),
        (LI, ("REQUEST", 1, "CONFIRMED")),
    ]


def test_the_cancellation_for_who_was_replaced_is_never_superseded(
    app: Flask, smtp: Mailbox, time: Time, number: str
) -> None:
    he = proposing.another(app)
    proposing.account_of(app, he, HE)
    proposal = proposing.replace(app, number, he)
    told(app, smtp, time)
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)
    smtp.refused.add(CHEN)
    assert CHEN not in [one.to for one in told(app, smtp, time)]
    smtp.refused.clear()

    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CANCEL, Party.BRANCH, now=time.now)
    time.now += timedelta(minutes=2)
    mails = told(app, smtp, time)

    assert [(one.to, one.calendar) for one in mails] == [
        (CHEN, ("CANCEL", 2, "CANCELLED")),
        (HE, ("CANCEL", 3, "CANCELLED")),
        (LI, ("CANCEL", 3, "CANCELLED")),
    ]


def test_without_accounts_and_with_review_the_coordinators_are_asked(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, number: str
) -> None:
    he = proposing.another(app)
    factories.reviewed(app, people.li.id)
    proposing.replace(app, number, he, Party.BRANCH)

    assert [one.to for one in told(app, smtp, time)] == [WANG]
    assert "asks you to take" in text_to(smtp, WANG)


def test_html_mails_escape_what_people_typed(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, number: str
) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Organisation).values(name="<b>支部</b>"))
        session.execute(update(User).values(language="zh_Hans_CN"))
    proposal = proposing.propose(app, number, [at(8, 9)], place="<i>二楼</i>")
    told(app, smtp, time)
    html, text = text_to(smtp, CHEN, "html"), text_to(smtp, CHEN)
    assert ("<b>" in html, "<i>" in html) == (False, False)
    assert "&lt;i&gt;二楼" in html
    assert "<i>二楼</i>" in text
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)
    told(app, smtp, time)
    html = text_to(smtp, LI, "html")
    assert ("<b>" in html, "<i>" in html) == (False, False)


def press(browser: Client, path: str, **sent: str) -> int:
    """Press a button of the link's page, and follow to the page after it."""
    answer = browser.post(path, sent)
    if answer.status_code == 303:
        assert browser.get(answer.location).status_code == 200
    return answer.status_code


def link_to(smtp: Mailbox, address: str) -> str:
    """The path of the link in the mail to somebody."""
    [path] = _LINK.findall(text_to(smtp, address))
    return str(path)


def test_a_link_answers_once_and_for_its_side_only(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, number: str
) -> None:
    proposing.propose(app, number, [at(8, 9), at(9, 9)])
    told(app, smtp, time)
    path, browser = link_to(smtp, CHEN), Client(app).language("en")
    for _scanner in range(3):
        page = browser.get(path)
        assert page.status_code == 200
    assert len(proposing.holds(app, number)) == 3
    options = re.findall(r'name="option" value="(\d+)"', page.text)
    assert press(browser, path, answer="refuse") == 422
    assert press(browser, path, answer="nonsense") == 422
    assert press(browser, path, answer="agree", option="999999") == 409

    assert press(browser, path, answer="agree", approver="branch", option=options[0]) == 303

    assert proposing.holds(app, number) == [(people.chen.id, at(8, 9), False)]
    used = browser.get(path).text
    assert "Everybody has agreed to this proposal." in used
    assert [word for word in (number, TITLE, "岫云县第一支部", "12月") if word in used] == []
    assert press(browser, path, answer="refuse", reason="不") == 200
    assert len(proposing.holds(app, number)) == 1


def test_a_link_refuses_with_a_reason_and_ends_with_the_deadline(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, number: str
) -> None:
    proposing.propose(app, number, [at(8, 9)], Party.INSTRUCTOR)
    told(app, smtp, time)
    path = link_to(smtp, LI)
    assert press(Client(app), path[:-1] + ("A" if path[-1] != "A" else "B"), answer="agree") == 404
    assert Client(app).post(path, {"answer": "agree"}, csrf=False).status_code == 400
    before, time.now = time.now, NOW + timedelta(days=4)
    assert Client(app).get(path).status_code == 404
    time.now = before

    assert press(Client(app), path, answer="refuse", reason="那天不行。") == 303
    assert proposing.holds(app, number) == [(people.chen.id, at(3, 9), False)]


def test_a_link_is_dead_for_who_no_longer_belongs_to_the_side(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, number: str
) -> None:
    proposing.propose(app, number, [at(8, 9)])
    told(app, smtp, time)
    path = link_to(smtp, CHEN)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).where(User.email == CHEN).values(active=False))

    assert Client(app).get(path).status_code == 404
    assert press(Client(app), path, answer="agree") == 404
