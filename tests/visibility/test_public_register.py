"""Who sees the register without signing in: a setting, in force on every way to an entry."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from booking.db import unit_of_work
from booking.entries.models import Portrait
from booking.instructors import service as instructors
from booking.instructors.models import MergedEntry
from booking.settings.engine.declarations import PublicRegister
from tests import factories
from tests.browser import Client
from tests.contacts.consenting import ENTRY, give, open_register, withdraw
from tests.counting import QueryCount
from tests.factories import CHEN, LI, NOW, WANG, Cast

UNKNOWN, MERGED = 4711, 4712


def found(client: Client, path: str) -> set[str]:
    """The names of the cast on a page, or in JSON; empty for any other answer."""
    answer = client.get(path)
    text = str(answer.get_json()) if answer.is_json else answer.text
    return {name for name in ("陈明", "周岚") if answer.status_code == 200 and name in text}


def ways(people: Cast) -> list[str]:
    """Addresses at which the entries of Chen and Zhou are found together."""
    return [
        "/instructors",
        "/instructors?q=急救",
        "/instructors?q=chen",
        "/match?q=急救",
        "/api/v1/instructors",
        "/api/v1/matches?q=急救",
        f"/api/v1/matches?topic={people.chen.topic}",
    ]


def own(instructor_id: int) -> list[str]:
    """Addresses of one entry."""
    return [
        f"/instructors/{instructor_id}",
        f"/instructors/{instructor_id}/book",
        f"/api/v1/instructors/{instructor_id}/slots",
        f"/instructors/{instructor_id}/portrait",
    ]


def portrait(app: Flask, *instructor_ids: int) -> None:
    with app.app_context(), unit_of_work() as session:
        for instructor_id in instructor_ids:
            session.add(
                Portrait(instructor_id=instructor_id, image=b"x", digest="0" * 64, changed_at=NOW)
            )


def answers(client: Client, addresses: list[str]) -> list[tuple[int, str | None]]:
    """Status and target of each, with the number of the entry taken out of the target."""
    got = [client.get(address) for address in addresses]
    number = re.compile(r"instructors/\d+")
    return [(one.status_code, one.location and number.sub("N", one.location)) for one in got]


def test_open_to_everybody(app: Flask, client: Client, people: Cast) -> None:
    for path in ways(people)[:2]:
        assert found(client, path) == {"陈明", "周岚"}
    assert "X-Robots-Tag" not in client.get("/instructors").headers
    assert "X-Robots-Tag" not in client.get(f"/instructors/{people.chen.id}").headers
    assert client.get("/instructors?page=1").headers["X-Robots-Tag"] == "noindex, noarchive"
    assert "/instructors\n" not in client.get("/robots.txt").text


def test_open_to_members_only(app: Flask, client: Client, people: Cast) -> None:
    portrait(app, people.chen.id)
    open_register(app, PublicRegister.MEMBERS)
    for path in ways(people):
        assert found(client, path) == set(), path
    assert answers(client, own(people.chen.id)) == answers(client, own(UNKNOWN))
    assert client.get("/instructors").location == "/login?next=/instructors"
    assert client.get("/api/v1/instructors").status_code == 403
    home = client.get("/")
    assert home.status_code == 200
    assert "急救" not in home.text
    assert "/instructors\n" in client.get("/robots.txt").text
    for email in (LI, CHEN, WANG):
        member = Client(app).sign_in(email)
        assert found(member, "/instructors") == {"陈明", "周岚"}
        assert member.get("/instructors").headers["X-Robots-Tag"] == "noindex, noarchive"


def test_each_person_decides(app: Flask, client: Client, people: Cast) -> None:
    portrait(app, people.chen.id, people.zhou.id)
    open_register(app, PublicRegister.PER_PERSON)
    for path in ways(people):
        assert found(client, path) == set(), path
    give(app, people.chen, ENTRY)
    for path in ways(people):
        assert found(client, path) == {"陈明"}, path
    assert {status for status, _target in answers(client, own(people.chen.id)[:1])} == {200}
    assert answers(client, own(people.zhou.id)) == answers(client, own(UNKNOWN))
    topic = f"/match?topic={people.zhou.topic}"
    assert answers(client, [topic])[0][0] == answers(client, ["/match?topic=4711"])[0][0] == 422
    assert found(Client(app).sign_in(LI), "/instructors") == {"陈明", "周岚"}
    withdraw(app, people.chen, ENTRY)
    for path in ways(people):
        assert found(client, path) == set(), path
    assert answers(client, own(people.chen.id)) == answers(client, own(UNKNOWN))


def test_the_counts_of_fields_tell_of_nobody_else(app: Flask, client: Client, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        field = instructors.add_field(session, code="aid", name="急救", name_en=None)
        for person in (people.chen.id, people.zhou.id):
            instructors.add_fields(
                session, entry=factories.editable(session, person), field_ids=[field.id]
            )
    count = re.compile(r'class="count">(\d+)')
    assert count.findall(client.get("/").text) == ["2"]
    open_register(app, PublicRegister.PER_PERSON)
    assert count.findall(client.get("/").text) == []
    give(app, people.zhou, ENTRY)
    assert count.findall(client.get("/").text) == ["1"]


def test_an_old_address_does_not_tell_that_its_entry_exists(
    app: Flask, client: Client, people: Cast
) -> None:
    with app.app_context(), unit_of_work() as session:
        session.add(
            MergedEntry(
                old_id=MERGED,
                instructor_id=people.chen.id,
                name="陈明",
                workplace="",
                merged_at=NOW,
            )
        )
    assert client.get(f"/instructors/{MERGED}").status_code == 301
    open_register(app, PublicRegister.PER_PERSON)
    assert answers(client, own(MERGED)) == answers(client, own(UNKNOWN))
    assert Client(app).sign_in(LI).get(f"/instructors/{MERGED}").status_code == 301


def test_a_picture_is_asked_for_again_each_time(app: Flask, client: Client, people: Cast) -> None:
    portrait(app, people.chen.id)
    here = f"/instructors/{people.chen.id}/portrait"
    first = client.get(here)
    assert first.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(here, headers=known).status_code == 304
    open_register(app, PublicRegister.PER_PERSON)
    assert client.get(here, headers=known).status_code == 404


@pytest.mark.parametrize("register", list(PublicRegister))
def test_a_search_takes_as_many_statements(
    app: Flask, client: Client, people: Cast, queries: QueryCount, register: PublicRegister
) -> None:
    give(app, people.chen, ENTRY)
    open_register(app, PublicRegister.EVERYBODY)
    client.get("/instructors?q=急救")
    with queries() as open_to_all:
        client.get("/instructors?q=急救")
    open_register(app, register)
    client.get("/instructors?q=急救")
    with queries() as now:
        client.get("/instructors?q=急救")
    assert len(now) <= len(open_to_all)
