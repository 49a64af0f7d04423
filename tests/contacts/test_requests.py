"""A branch asks for a contact: granted until an instant, declined, answered by a message, over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from booking.contacts.requests import changes, service
from booking.contacts.requests.changes import Answering
from booking.contacts.requests.engine.lifecycle import ANSWER_WITHIN, ContactCommand, ContactParty
from booking.contacts.requests.models import ContactRequest, ContactRequestHistory
from booking.contacts.requests.tasks import pass_time
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Instructor
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.contacts import reaching
from tests.contacts.reaching import MAIL, PHONE, REASON
from tests.factories import CHEN, LI, NOW, ROOT, SUN, WANG, ZHAO, ZHOU, Cast
from tests.races import at_once

MOMENT = timedelta(microseconds=1)


def client(app: Flask, email: str | None) -> Client:
    one = Client(app).language("en")
    return one if email is None else one.sign_in(email)


@pytest.fixture
def ready(app: Flask, people: Cast) -> Cast:
    """Chen keeps contacts and has released none."""
    reaching.prepare(app, people, consents=False)
    return people


def ask(app: Flask, people: Cast) -> str:
    """The path of the request that Li made on the instructor's page."""
    li = client(app, LI)
    page = f"/contact-requests/ask/{people.chen.id}"
    assert page in li.get(f"/instructors/{people.chen.id}").text
    assert li.get(page).status_code == 200
    sent = li.post(page, {"organisation": str(people.li.id), "reason": REASON})
    assert sent.status_code == 303, sent.text
    return sent.location


@pytest.mark.parametrize("who", [CHEN, WANG, ROOT])
def test_asked_granted_shown_over(app: Flask, time: Time, ready: Cast, who: str) -> None:
    path = ask(app, ready)
    li, answering = client(app, LI), client(app, who)
    number = "LX-000001"
    assert number in li.get(path).text
    page = answering.get(path).text
    assert (REASON in page, PHONE in page) == (True, False)

    given = answering.post(f"{path}/grant", {"channels": ["phone"], "days": "3"})
    assert given.status_code == 303, given.text

    assert PHONE not in li.get(path).text
    shown = li.post(f"{path}/show")
    assert (shown.status_code, PHONE in shown.text, MAIL in shown.text) == (200, True, False)
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert PHONE not in li.get(path).text
    assert reaching.reveals(app) == [
        (ready.li.user, ready.chen.id, None, Channel.PHONE, "120****9931", "grant", number, REASON)
    ]
    seen = client(app, CHEN).get("/contacts").text
    assert ("李静" in seen, REASON in seen, number in seen) == (True, True, True)

    until = NOW + timedelta(days=3)
    time.now = until - MOMENT
    assert PHONE in li.post(f"{path}/show").text
    time.now = until
    late = li.post(f"{path}/show")
    assert (late.status_code, PHONE in late.text) == (404, False)
    with app.app_context():
        assert [pass_time(until), pass_time(until)] == [1, 0]
    assert reaching.state_of(app, 1) == "expired"


def test_the_person_revokes_it_at_once(app: Flask, ready: Cast) -> None:
    request_id = reaching.granted(app, ready, until=NOW + timedelta(days=9))
    path, li = f"/contact-requests/{request_id}", client(app, LI)
    assert PHONE in li.post(f"{path}/show").text
    assert client(app, CHEN).post(f"{path}/revoke").status_code == 303
    gone = li.post(f"{path}/show")
    assert (gone.status_code, PHONE in gone.text) == (404, False)


def test_declined_with_a_reason(app: Flask, ready: Cast) -> None:
    path, chen = ask(app, ready), client(app, CHEN)
    assert chen.post(f"{path}/decline", {"reason": " "}).status_code == 422
    assert chen.post(f"{path}/decline", {"reason": "请通过平台留言。"}).status_code == 303
    assert "请通过平台留言。" in client(app, LI).get(path).text
    assert chen.post(f"{path}/grant", {"channels": ["phone"], "days": "3"}).status_code == 409


def test_answered_by_a_message(app: Flask, ready: Cast) -> None:
    path, chen, li = ask(app, ready), client(app, CHEN), client(app, LI)
    assert chen.post(f"{path}/relay", {"text": "您好，请直接留言。"}).status_code == 303
    assert reaching.state_of(app, 1) == "relayed"
    assert "You have a new message" in li.get("/").text
    thread = li.get("/messages/1").text
    assert "您好，请直接留言。" in thread
    assert "You have a new message" not in li.get("/").text
    assert li.post("/messages/1/answer", {"text": "谢谢老师。"}).status_code == 303
    assert "谢谢老师。" in chen.get("/messages/1").text


def test_withdrawn_and_asked_again(app: Flask, ready: Cast) -> None:
    path, li = ask(app, ready), client(app, LI)
    again = li.post(
        f"/contact-requests/ask/{ready.chen.id}",
        {"organisation": str(ready.li.id), "reason": REASON},
    )
    assert again.status_code == 409
    assert REASON in again.text
    # Who asks again is led to the request that waits.
    assert li.get(f"/contact-requests/ask/{ready.chen.id}").location == path
    assert client(app, CHEN).post(f"{path}/withdraw").status_code == 403
    assert li.post(f"{path}/withdraw").status_code == 303
    assert ask(app, ready) != path


def test_what_nobody_answers_is_over(app: Flask, time: Time, ready: Cast) -> None:
    path = ask(app, ready)
    time.now = NOW + ANSWER_WITHIN
    chen = client(app, CHEN)
    late = chen.post(f"{path}/grant", {"channels": ["phone"], "days": "3"})
    assert late.status_code == 409
    # It no longer stands in the way, although no job has noted it.
    assert ask(app, ready) == "/contact-requests/2"
    assert reaching.state_of(app, 1) == "expired"


@pytest.mark.parametrize(
    "values",
    [
        {"channels": ["phone"], "days": "0"},
        {"channels": ["phone"], "days": "91"},
        {"channels": ["phone"], "days": "x"},
        {"channels": [], "days": "3"},
        {"channels": ["fax"], "days": "3"},
    ],
)
def test_what_cannot_be_granted(app: Flask, ready: Cast, values: dict[str, object]) -> None:
    path = ask(app, ready)
    assert client(app, CHEN).post(f"{path}/grant", values).status_code == 422
    assert reaching.state_of(app, 1) == "asked"


COMMANDS = ("", "/show", "/grant", "/decline", "/relay", "/withdraw", "/revoke")


@pytest.mark.parametrize("email", [ZHAO, ZHOU, SUN])
def test_nobody_else_finds_it(app: Flask, ready: Cast, email: str) -> None:
    request_id = reaching.granted(app, ready, until=NOW + timedelta(days=9))
    other = client(app, email)
    values = {"reason": "x", "text": "x", "channels": ["phone"], "days": "3"}
    for command in COMMANDS:
        path = f"/contact-requests/{request_id}{command}"
        response = other.post(path, values) if command else other.get(path)
        assert (response.status_code, PHONE in response.text) == (404, False), command
    assert REASON not in other.get("/contact-requests").text
    assert reaching.reveals(app) == []


def test_only_the_branch_is_shown_a_grant(app: Flask, ready: Cast) -> None:
    request_id = reaching.granted(app, ready, until=NOW + timedelta(days=9))
    for email in (CHEN, WANG):
        assert client(app, email).post(f"/contact-requests/{request_id}/show").status_code == 404
    li = client(app, LI)
    assert li.post(f"/contact-requests/{request_id}/show", csrf=False).status_code == 400
    assert reaching.reveals(app) == []


def test_asking_for_a_foreign_branch_or_a_hidden_entry(app: Flask, ready: Cast) -> None:
    li, values = client(app, LI), {"organisation": str(ready.zhao.id), "reason": REASON}
    assert li.post(f"/contact-requests/ask/{ready.chen.id}", values).status_code == 422
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Instructor).values(listed=False))
    values = {"organisation": str(ready.li.id), "reason": REASON}
    assert li.post(f"/contact-requests/ask/{ready.chen.id}", values).status_code == 404
    assert li.post("/contact-requests/ask/9999", values).status_code == 404
    for email, status in ((CHEN, 403), (WANG, 403), (None, 401)):
        sent = client(app, email).post(f"/contact-requests/ask/{ready.chen.id}", values)
        assert sent.status_code == status


def test_two_decisions_at_once(app: Flask, ready: Cast) -> None:
    request_id = reaching.asked(app, ready)

    def decide(command: ContactCommand, party: ContactParty, user_id: int) -> None:
        with app.app_context():
            try:
                with unit_of_work() as session:
                    one = changes.locked(session, request_id)
                    acting = Answering(party, user_id, "x", NOW)
                    if command is ContactCommand.GRANT:
                        service.grant(
                            session,
                            one,
                            channels=[Channel.PHONE],
                            until=NOW + timedelta(days=3),
                            acting=acting,
                        )
                    else:
                        changes.change(session, one, command, acting=acting, reason="不便。")
            finally:
                db.session.remove()

    person, coordinator = ContactParty.PERSON, ContactParty.COORDINATOR
    done = at_once(
        lambda: decide(ContactCommand.GRANT, person, ready.chen.user),
        lambda: decide(ContactCommand.DECLINE, coordinator, ready.wang),
        lambda: decide(ContactCommand.GRANT, coordinator, ready.wang),
    )
    assert done.count(True) == 1
    with app.app_context():
        steps = db.session().scalars(
            select(ContactRequestHistory.command).order_by(ContactRequestHistory.id)
        )
        assert len(list(steps)) == 2


def test_asked_twice_at_once(app: Flask, ready: Cast) -> None:
    def act() -> None:
        try:
            reaching.asked(app, ready)
        finally:
            with app.app_context():
                db.session.remove()

    assert at_once(act, act, act).count(True) == 1
    with app.app_context():
        assert len(list(db.session().scalars(select(ContactRequest.id)))) == 1


@pytest.mark.parametrize("change", ["UPDATE {} SET actor_name = 'x'", "DELETE FROM {}"])
def test_the_history_is_append_only(app: Flask, ready: Cast, change: str) -> None:
    reaching.asked(app, ready)
    with (
        app.app_context(),
        pytest.raises(IntegrityError, match="contact_request_history_append_only"),
        unit_of_work() as session,
    ):
        session.execute(text(change.format("contact_request_history")))


def test_a_limit_of_requests(app: Flask, time: Time, ready: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        others = [
            factories.make_instructor(session, "黄莺", workplace=f"单位{count}")
            for count in range(21)
        ]
    li, values = client(app, LI), {"organisation": str(ready.li.id), "reason": REASON}
    codes = [li.post(f"/contact-requests/ask/{one}", values).status_code for one in others]
    assert codes == [303] * 20 + [429]
    time.now = NOW + timedelta(days=1, microseconds=1)
    assert li.post(f"/contact-requests/ask/{others[-1]}", values).status_code == 303
