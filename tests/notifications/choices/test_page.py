"""The page “My notifications”."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from flask import Flask

from booking.notifications.choices import ports
from booking.notifications.choices.engine.preferences import DigestRhythm, ReminderOffset
from booking.notifications.choices.engine.quiet_hours import QuietHours
from booking.notifications.choices.engine.ways import MessageWay, Ways
from booking.notifications.engine.kinds import MessageKind
from tests.browser import Client
from tests.factories import LI, WANG, Cast
from tests.notifications.choices.choosing import NO_MAIL, PLAIN, chosen, preferred

SignedIn = Callable[[str], Client]
PAGE = "/notifications"


def _values(client: Client) -> dict[str, Any]:
    """What the form would send if nothing was changed."""
    document = lxml.html.fromstring(client.get(PAGE).text)
    [form] = [one for one in document.forms if one.get("action") == PAGE]
    sent: dict[str, Any] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    del sent["csrf_token"]
    return sent


@pytest.fixture
def li(app: Flask, people: Cast) -> Client:
    """The contact of a branch, signed in."""
    return _client(app, LI)


def _client(app: Flask, email: str) -> Client:
    client = Client(app)
    client.sign_in(email)
    return client


def test_who_saves_what_is_shown_changes_nothing(app: Flask, people: Cast, li: Client) -> None:
    before = preferred(app, people.li.user)
    assert li.post(PAGE, _values(li)).status_code == 303
    assert chosen(app, people.li.user) == {}
    assert preferred(app, people.li.user) == before
    assert (before.quiet, before.digest, before.tentative) == (
        QuietHours(22 * 60, 7 * 60),
        DigestRhythm.NEVER,
        False,
    )
    assert before.reminders == {ReminderOffset.DAY}


def test_each_choice_is_kept(app: Flask, people: Cast, li: Client) -> None:
    values = _values(li) | {
        "calendar": "mail",
        "progress": "none",
        "reminders": ["week", "hours"],
        "quiet_from": "23:30",
        "quiet_until": "06:00",
        "tentative": "y",
    }
    assert li.post(PAGE, values).status_code == 303
    assert chosen(app, people.li.user) == {
        MessageKind.CALENDAR: PLAIN,
        MessageKind.PROGRESS: NO_MAIL,
    }
    preferences = preferred(app, people.li.user)
    assert preferences.reminders == {ReminderOffset.WEEK, ReminderOffset.HOURS}
    assert preferences.quiet == QuietHours(23 * 60 + 30, 6 * 60)
    assert preferences.tentative is True
    assert _values(li) == {
        name: one if isinstance(one, list) else [one] for name, one in values.items()
    }

    # No quiet hours: what is typed there is not looked at.
    del values["quiet"]
    assert li.post(PAGE, values | {"quiet_from": "", "reminders": []}).status_code == 303
    preferences = preferred(app, people.li.user)
    assert (preferences.quiet, preferences.reminders) == (None, frozenset())


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "25:00"},
        {"quiet_until": "22:00"},
        {"quiet_until": "soon"},
        {"calendar": "text"},
        {"progress": "invitation"},
        {"reminders": ["month"]},
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(
    app: Flask, people: Cast, li: Client, wrong: dict[str, Any]
) -> None:
    answer = li.post(PAGE, _values(li) | {"contact": "none"} | wrong)
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert chosen(app, people.li.user) == {}
    document = lxml.html.fromstring(answer.text)
    assert document.xpath("//input[@name='contact' and @checked]/@value") == ["none"]


def test_a_necessary_kind_has_no_control(app: Flask, people: Cast, li: Client) -> None:
    assert {"answer", "account", "digest", "rhythm"} & set(_values(li)) == set()
    li.post(PAGE, _values(li) | {"answer": "none", "rhythm": "daily"})
    assert chosen(app, people.li.user) == {}
    assert preferred(app, people.li.user).digest is DigestRhythm.NEVER


def test_presets(app: Flask, people: Cast, li: Client) -> None:
    assert li.post(f"{PAGE}/few").status_code == 303
    assert chosen(app, people.li.user) == {
        MessageKind.PROGRESS: NO_MAIL,
        MessageKind.REMINDER: NO_MAIL,
    }
    assert li.post(f"{PAGE}/usual").status_code == 303
    assert chosen(app, people.li.user) == {}
    assert li.post(f"{PAGE}/digest").status_code == 404

    wang = _client(app, WANG)
    assert wang.post(f"{PAGE}/digest").status_code == 303
    assert chosen(app, people.wang) == {
        MessageKind.PROGRESS: NO_MAIL,
        MessageKind.REGISTER: NO_MAIL,
    }
    assert preferred(app, people.wang).digest is DigestRhythm.DAILY
    assert (
        wang.post(PAGE, _values(wang) | {"rhythm": "weekly", "digest_at": "17:45"}).status_code
        == 303
    )
    preferences = preferred(app, people.wang)
    assert (preferences.digest, preferences.digest_minute) == (DigestRhythm.WEEKLY, 17 * 60 + 45)


@pytest.mark.own_application
def test_text_messages_and_robots_are_offered_where_there_are_any(app: Flask, people: Cast) -> None:
    ports.connect(app, MessageWay.TEXT, lambda user: user.email == LI)
    ports.connect(app, MessageWay.ROBOT, lambda _user: True)
    li, wang = _client(app, LI), _client(app, WANG)
    names = {one.get("name") for one in lxml.html.fromstring(li.get(PAGE).text).iter("input")}
    assert {name for name in names if name and name.endswith(("_text", "_robot"))} == {
        f"{kind}_text" for kind in ("answer", "calendar", "reminder")
    }
    li.post(PAGE, _values(li) | {"answer_text": "y", "progress_robot": "y"})
    assert chosen(app, people.li.user) == {MessageKind.ANSWER: Ways(MessageWay.MAIL, text=True)}
    wang.post(PAGE, _values(wang) | {"digest_robot": "y", "answer_text": "y"})
    assert chosen(app, people.wang) == {MessageKind.DIGEST: Ways(MessageWay.MAIL, robot=True)}


def test_the_account_leads_there(li: Client) -> None:
    assert f'href="{PAGE}"' in li.get("/account").text
