"""How many requests a branch may have: refused in a sentence, raised by a coordinator, no races."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from booking.accounts.models import Organisation
from booking.db import db, unit_of_work
from booking.instructors import service as instructors
from booking.lectures.engine.errors import TooManyOpen, TooManyToday
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture
from booking.settings.engine.declarations import OPEN_LIMIT
from tests import databases, factories
from tests.browser import Client
from tests.factories import COUNTY, LI, NOW, SUN, WANG, ZONE, Cast, at

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STARTS = [at(day, hour) for day in (3, 4, 7, 8, 9, 10, 11) for hour in (8, 11, 14, 17)]


def limit(app: Flask, organisation_id: int, **numbers: int | None) -> None:
    with app.app_context(), unit_of_work() as session:
        mine = Organisation.id == organisation_id
        session.execute(update(Organisation).where(mine).values(**numbers))


def form(organisation_id: int) -> dict[str, object]:
    return {
        "organisation": organisation_id,
        "region": COUNTY,
        "place": "岫云县文化馆二楼",
        "format": "lecture",
        "audience": "",
        "attendees": "40",
        "note": "请讲海姆立克法。",
    }


def booking_path(people: Cast, start: datetime) -> str:
    local = start.astimezone(ZONE).replace(tzinfo=None).isoformat()
    return f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start={quote(local)}"


def test_open_requests_are_bounded_and_answers_free_places(app: Flask, people: Cast) -> None:
    limit(app, people.li.id, open_limit=2)
    first, _second = (factories.requested(app, people, start) for start in STARTS[:2])
    with pytest.raises(TooManyOpen):
        factories.requested(app, people, STARTS[2])
    with app.app_context(), unit_of_work() as session:
        # Another branch has numbers of its own.
        factories.request(session, people, STARTS[2], organisation_id=people.zhao.id)
        factories.move(session, first, Command.CONFIRM, Party.INSTRUCTOR)
    factories.requested(app, people, STARTS[3])


def test_requests_of_a_day_are_bounded_even_when_withdrawn(app: Flask, people: Cast) -> None:
    limit(app, people.li.id, daily_limit=2)
    for start in STARTS[:2]:
        number = factories.requested(app, people, start)
        with app.app_context(), unit_of_work() as session:
            factories.move(session, number, Command.WITHDRAW, Party.BRANCH)
    with pytest.raises(TooManyToday):
        factories.requested(app, people, STARTS[2])
    # Midnight is that of the installation: 14 hours after ten o'clock.
    factories.requested(app, people, at(8, 9), now=NOW + timedelta(hours=14))


@sqlite_only
def test_the_usual_numbers(app: Flask, people: Cast) -> None:
    for start in STARTS[: OPEN_LIMIT.default]:
        factories.requested(app, people, start)
    with pytest.raises(TooManyOpen):
        factories.requested(app, people, STARTS[OPEN_LIMIT.default])


@sqlite_only
def test_the_page_tells_the_number_and_who_raises_it_and_keeps_what_was_typed(
    app: Flask, people: Cast
) -> None:
    limit(app, people.li.id, open_limit=1)
    factories.requested(app, people, STARTS[0])
    client = Client(app).language("en").sign_in(LI)

    refused = client.post(booking_path(people, STARTS[1]), form(people.li.id))

    assert refused.status_code == 409
    assert (
        "Your branch may have 1 requests that wait for an answer, and has them. Wait for answers, "
        "withdraw a request that you no longer need, or ask your coordinator to raise the number."
    ) in refused.text
    assert "请讲海姆立克法。" in refused.text


def test_forty_at_once_get_no_more_than_the_number(
    app: Flask, people: Cast, database_url: str, tmp_path: Path
) -> None:
    """Each wants another time, so that nothing but the number refuses; two engines."""
    limit(app, people.li.id, open_limit=5)
    with app.app_context(), unit_of_work() as session:
        teachers = [
            factories.make_instructor(session, f"陈{number}", minutes=(60,)) for number in range(40)
        ]
        for one in teachers:
            factories.open_hours(session, one)
        topics = [instructors.topic_ids(session, one)[0] for one in teachers]
    with ExitStack() as running:
        apps = [app, running.enter_context(databases.running(database_url, tmp_path))]
        barrier = Barrier(40)

        def ask(number: int) -> str:
            with apps[number % 2].app_context():
                barrier.wait()
                try:
                    with unit_of_work() as session:
                        factories.request(
                            session,
                            people,
                            instructor_id=teachers[number],
                            topic_id=topics[number],
                        )
                except TooManyOpen:
                    return "refused"
            return "taken"

        with ThreadPoolExecutor(40) as pool:
            told = Counter(pool.map(ask, range(40)))

    assert told == Counter(taken=5, refused=35)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Lecture)) == 5


class TestPage:
    """The page of the numbers."""

    @pytest.fixture
    def wang(self, app: Flask, people: Cast) -> Client:
        return Client(app).language("en").sign_in(WANG)

    def test_a_coordinator_raises_the_number(self, app: Flask, people: Cast, wang: Client) -> None:
        limit(app, people.li.id, open_limit=1)
        factories.requested(app, people, STARTS[0])
        page = wang.get("/request-limits").text
        assert "岫云县第一支部" in page
        assert "1 of 1 wait for an answer · 1 of 30 sent today" in page

        path = f"/request-limits/{people.li.id}"
        assert 'value="1"' in wang.get(path).text
        saved = wang.post(path, {"open_limit": "40", "daily_limit": ""})

        assert (saved.status_code, saved.location) == (303, "/request-limits")
        assert "1 of 40 wait for an answer" in wang.get("/request-limits").text
        factories.requested(app, people, STARTS[1])

    @sqlite_only
    def test_without_requests_a_branch_is_found_by_name(self, people: Cast, wang: Client) -> None:
        assert "岫云县第一支部" not in wang.get("/request-limits").text
        assert "岫云县第一支部" in wang.get("/request-limits?name=第一").text
        # Of the other city; and no sign of a pattern finds everybody.
        assert "观屿区第一支部" not in wang.get("/request-limits?name=第一").text
        assert "第一支部" not in wang.get("/request-limits?name=%25").text

    @sqlite_only
    @pytest.mark.parametrize("wrong", ["0", "1001", "-1", "many", "9" * 400])
    def test_a_wrong_number_is_refused_in_a_sentence(
        self, people: Cast, wang: Client, wrong: str
    ) -> None:
        refused = wang.post(f"/request-limits/{people.li.id}", {"open_limit": wrong})
        assert refused.status_code == 422
        assert "Use a number from 1 to 1000, or leave it empty." in refused.text
        assert f'value="{wrong}"' in refused.text

    @sqlite_only
    def test_only_a_coordinator_in_scope_sets_it(self, app: Flask, people: Cast) -> None:
        path = f"/request-limits/{people.li.id}"
        for email, refused in ((SUN, 404), (LI, 403)):
            client = Client(app).sign_in(email)
            assert client.get(path).status_code == refused
            assert client.post(path, {"open_limit": "9"}).status_code == refused
        assert Client(app).get(path).status_code == 302
        sun = Client(app).sign_in(SUN)
        assert "观屿区第一支部" in sun.get("/request-limits?name=支部").text
        with app.app_context():
            numbers = select(Organisation.open_limit)
            assert list(db.session.scalars(numbers)) == [None, None]
