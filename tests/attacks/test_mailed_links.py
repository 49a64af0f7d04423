"""The links `/leave` and `/unsubscribe` of mails: looked at, tried for others, used again."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from booking.audit import AuditEntry
from booking.db import db, unit_of_work
from booking.lectures.attendees.engine import leave_links
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.attendees.service import Naming, name_attendee
from booking.notifications.choices.engine import unsubscribe_links
from booking.notifications.choices.engine.unsubscribe_links import Unsubscribing
from booking.notifications.engine.kinds import MessageKind
from tests import databases, factories
from tests.browser import Client
from tests.factories import NOW, Cast
from tests.notifications.choices.choosing import NO_MAIL, chosen

READING = ("GET", "HEAD", "OPTIONS")
REMINDER = MessageKind.REMINDER


@pytest.fixture
def links(app: Flask, people: Cast) -> list[str]:
    """The links of two people who are named for one lecture."""
    number = factories.confirmed(app, people)
    found = []
    with app.app_context(), unit_of_work() as session:
        for order, name in enumerate(("何宁", "林森")):
            naming = Naming(people.li.user, "zh_Hans_CN", NOW, 9)
            row = name_attendee(
                session, number=number, name=name, email=f"{order}@example.net", naming=naming
            )
            leaving = leave_links.Leaving(row.id, row.named_at)
            found.append(f"/leave/{leave_links.sign(leaving, databases.SECRET_KEY)}")
    return found


def names(app: Flask) -> list[str]:
    with app.app_context():
        query = select(NamedAttendee.name).order_by(NamedAttendee.id)
        return list(db.session().scalars(query))


def recorded(app: Flask) -> int:
    with app.app_context():
        return len(db.session().scalars(select(AuditEntry.id)).all())


def unsubscribing(user_id: int, kind: MessageKind = REMINDER) -> str:
    token = unsubscribe_links.sign(Unsubscribing(user_id, kind), databases.SECRET_KEY)
    return f"/unsubscribe/{token}"


def at_once(act: Callable[[], object], times: int = 4) -> list[object]:
    """What several threads got that do the same at the same time; errors are results, too."""
    start, results = Barrier(times), list[object]()

    def run() -> None:
        start.wait()
        try:
            results.append(act())
        except Exception as error:  # A test looks at all of them.
            results.append(error)

    threads = [Thread(target=run) for _one in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_who_only_looks_changes_nothing(app: Flask, people: Cast, links: list[str]) -> None:
    """Mail programs and scanners open every link of a mail."""
    before = recorded(app)
    for path in (links[0], unsubscribing(people.li.user)):
        answers = [Client(app).open(method, path).status_code for method in READING]
        assert answers == [200, 200, 200]
    assert (names(app), chosen(app, people.li.user)) == (["何宁", "林森"], {})
    assert recorded(app) == before


def test_a_link_to_leave_is_of_one_person(app: Flask, links: list[str]) -> None:
    assert Client(app).post(links[0]).status_code == 303
    for _again in range(3):
        assert Client(app).post(links[0]).status_code == 200
    assert names(app) == ["", "林森"]


def test_a_link_to_leave_used_by_several_at_once(app: Flask, links: list[str]) -> None:
    before = recorded(app)
    answers = at_once(lambda: Client(app, checks_html=False).post(links[0]).status_code)
    assert set(answers) <= {200, 303}
    assert names(app) == ["", "林森"]
    assert recorded(app) - before <= 1


def test_parts_of_two_links_are_no_link(app: Flask, people: Cast, links: list[str]) -> None:
    """The values of one person with the signature of another."""
    first, second = (link.rpartition("/")[2].rpartition(".") for link in links)
    one, other = (
        unsubscribing(user).rpartition("/")[2].rpartition(".")
        for user in (people.li.user, people.zhao.user)
    )
    forged = [
        f"/leave/{first[0]}.{second[2]}",
        f"/leave/{one[0]}.{one[2]}",
        f"/unsubscribe/{one[0]}.{other[2]}",
        f"/unsubscribe/{first[0]}.{first[2]}",
        f"/unsubscribe/{other[0]}",
    ]
    assert {Client(app).post(path).status_code for path in forged} == {404}
    assert names(app) == ["何宁", "林森"]
    assert [chosen(app, user) for user in (people.li.user, people.zhao.user)] == [{}, {}]


def test_a_link_of_another_installation_is_none(app: Flask, people: Cast) -> None:
    token = unsubscribe_links.sign(Unsubscribing(people.li.user, REMINDER), "x" * 40)
    assert Client(app).post(f"/unsubscribe/{token}").status_code == 404
    assert chosen(app, people.li.user) == {}


def test_mail_is_turned_off_for_one_person_only(app: Flask, people: Cast) -> None:
    for _again in range(2):
        assert Client(app).post(unsubscribing(people.li.user)).status_code == 200
    assert chosen(app, people.li.user) == {REMINDER: NO_MAIL}
    others = (people.zhao.user, people.chen.user, people.wang)
    assert [chosen(app, user) for user in others] == [{}, {}, {}]


def test_mail_turned_off_by_several_at_once(app: Flask, people: Cast) -> None:
    """A provider and a person click at the same time: both are told that it is done."""
    path = unsubscribing(people.li.user)
    answers = at_once(lambda: Client(app, checks_html=False).post(path).status_code)
    assert answers == [200] * 4
    assert chosen(app, people.li.user) == {REMINDER: NO_MAIL}


def test_a_link_signs_nobody_in(app: Flask, people: Cast, links: list[str]) -> None:
    for path in (links[0], unsubscribing(people.li.user)):
        client = Client(app)
        client.post(path)
        assert client.get("/account").status_code == 302
