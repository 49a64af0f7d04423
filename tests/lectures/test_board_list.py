"""The coordinator's board: what waits in the own region, what is due first comes first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from booking.accounts.models import User
from booking.db import unit_of_work
from booking.lectures.board import queries as board
from booking.lectures.engine.states import Command, Party
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import NOW, OTHER_DISTRICT, ROOT, SUN, WANG, Cast, at
from tests.lectures.board_page import board_of, client_of

MONTH = "?show=all&month=2026-11"


def _far(app: Flask, people: Cast, hour: int = 9) -> str:
    """The number of what Zhao asks of Zhou: both belong to 澄湖市."""
    with app.app_context(), unit_of_work() as session:
        return factories.request(
            session,
            people,
            at(3, hour),
            instructor_id=people.zhou.id,
            topic_id=people.zhou.topic,
            organisation_id=people.zhao.id,
            region_code=OTHER_DISTRICT,
        ).number


def _both(app: Flask, people: Cast) -> str:
    """A branch of 澄湖市 asks an instructor of 栖云市: it concerns both coordinators."""
    return factories.requested(app, people, at(4, 9), organisation_id=people.zhao.id)


def test_what_is_due_first_comes_first_and_each_row_says_what_it_is(
    app: Flask, people: Cast
) -> None:
    later = factories.requested(app, people, at(8, 9), now=NOW + timedelta(days=1))
    first = factories.requested(app, people, at(7, 14))

    rows = board_of(client_of(app, WANG)).rows

    what = "家庭急救常识（120分钟） 陈明 Chen Ming · 岫云县第一支部"
    acts = "Accept for the instructor {0} Decline {0} Reason (the other side sees it) Decline {0}"
    assert list(rows.items()) == [
        (
            first,
            f"Select {first} Mon 30 Nov 14:00–16:00 {what} · {first} "
            f"due Thu 26 Nov 18:00 {acts.format(first)}",
        ),
        (
            later,
            f"Select {later} Tue 1 Dec 09:00–11:00 {what} · {later} "
            f"due Fri 27 Nov 18:00 {acts.format(later)}",
        ),
    ]


def test_what_is_due_soon_or_overdue_says_so(app: Flask, people: Cast, time: Time) -> None:
    number = factories.requested(app, people, at(7, 14))  # an answer is due at at(3, 18)

    def marked() -> list[str]:
        row = board_of(client_of(app, WANG)).rows[number]
        return [mark for mark in ("! Overdue", "◕ Due soon") if mark in row]

    seen = []
    for now in (at(2, 17, 59), at(2, 18), at(3, 17, 59), at(3, 18)):
        time.now = now
        seen.append(marked())
    assert seen == [[], ["◕ Due soon"], ["◕ Due soon"], ["! Overdue"]]


def test_an_instructor_without_an_active_account_is_marked(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people)
    client = client_of(app, WANG)
    assert "⊘ No account" not in board_of(client).rows[number]
    assert board_of(client, "?account=none").numbers == []

    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).where(User.id == people.chen.user).values(active=False))

    assert "⊘ No account" in board_of(client).rows[number]
    assert board_of(client, "?account=none").numbers == [number]


def test_every_number_leads_to_its_list(app: Flask, people: Cast, time: Time) -> None:
    time.now = at(3, 8)
    waits = factories.requested(app, people, at(7, 14))
    factories.requested(app, people, at(8, 14), now=at(2, 9))
    this_week = factories.confirmed(app, people, at(4, 9))
    factories.confirmed(app, people, at(9, 9))
    client = client_of(app, WANG)

    page = board_of(client)

    assert page.presets == [
        "To review 0",
        "Waiting 2",
        "Due within a day 1",
        "No account 0",
        "This week 1",
        "Without a record 0",
        "This month",
        "Orders to dispatch 0",
    ]
    assert (page.heading, len(page.numbers)) == ("2 requests wait for an answer", 2)
    assert board_of(client, "?due=soon").numbers == [waits]
    assert board_of(client, "?show=week").numbers == [this_week]
    for url in ("/board?due=soon", "/board?account=none", "/board?show=week"):
        assert f'class="preset" href="{url}"' in page.text


def test_lectures_of_every_state_stand_under_their_day_and_month(app: Flask, people: Cast) -> None:
    friday = factories.confirmed(app, people, at(4, 9))
    declined = factories.requested(app, people, at(4, 14))
    december = factories.requested(app, people, at(8, 14))
    with app.app_context(), unit_of_work() as session:
        factories.move(session, declined, Command.DECLINE, Party.INSTRUCTOR)
    client = client_of(app, WANG)

    november = board_of(client, MONTH)
    assert november.numbers == [friday, declined]
    assert '<h3 class="board-day">Fri 27 Nov 2026</h3>' in november.text
    assert "✓ Confirmed" in november.rows[friday]
    assert "/board?show=all&amp;month=2026-12" in november.text
    assert board_of(client, "?show=all").numbers == november.numbers  # this month
    assert board_of(client, "?show=all&month=2026-12").numbers == [december]
    assert board_of(client, "?show=all&month=").numbers == [december, declined, friday]
    assert board_of(client, "?show=declined&month=2026-11").numbers == [declined]
    assert board_of(client).numbers == [december]


def test_a_coordinator_sees_what_touches_the_own_region_only(app: Flask, people: Cast) -> None:
    near, far, both = factories.requested(app, people), _far(app, people), _both(app, people)
    expected = {WANG: {near, both}, SUN: {far, both}, ROOT: {near, far, both}}

    for email, numbers in expected.items():
        client = client_of(app, email)
        searches = ("", "?show=all&month=2026-11", "?q=YK", "?region=990000", "?region=990200")
        seen = {number for query in searches for number in board_of(client, query).numbers}
        assert seen == numbers
        assert {client.get(f"/lectures/{one}").status_code for one in numbers} == {200}
    assert Client(app).sign_in(SUN).get(f"/lectures/{near}").status_code == 404


def test_only_the_instructor_s_region_answers(app: Flask, people: Cast) -> None:
    both = _both(app, people)

    assert board_of(client_of(app, WANG)).commands(both) == ["confirm", "decline"]
    page = board_of(client_of(app, SUN))
    assert page.commands(both) == []
    assert "The instructor's own region answers." in page.rows[both]
    assert f'value="{both}"' not in page.text


@pytest.mark.parametrize("email", [factories.LI, factories.CHEN])
def test_nobody_else_has_a_board(app: Flask, people: Cast, email: str) -> None:
    browser = Client(app).sign_in(email)

    assert browser.get("/board").status_code == 403
    assert browser.post("/board/confirm", {"number": "YK-2026-000001"}).status_code == 403
    assert 'href="/board"' not in browser.get("/").text


def test_the_board_leads_to_everything_that_a_coordinator_keeps(app: Flask, people: Cast) -> None:
    page = board_of(client_of(app, WANG)).text

    kept = ("/register/import", "/half-days", "/request-limits", "/synonyms", "/board/calendar")
    for address in kept:
        assert f'class="btn btn-outline-secondary" href="{address}"' in page


def test_the_number_of_statements_does_not_grow(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    browser = Client(app).sign_in(WANG)
    factories.requested(app, people, at(3, 9))
    pages = ("/board", f"/board{MONTH}", "/board?q=陈明&region=990100&field=safety")

    def statements() -> list[int]:
        found = []
        for page in pages:
            with queries() as seen:
                browser.get(page)
            found.append(len(seen))
        return found

    few = statements()
    for day in (4, 7, 8):
        factories.requested(app, people, at(day, 9))
        factories.confirmed(app, people, at(day, 14))
    _far(app, people)

    # Who asks, regions, fields, list, numbers, proposals, changes of entries, the checklist,
    # branches that ask for access, requests for contacts.
    assert statements() == few == [11, 11, 11]


def test_pages_of_a_long_list(app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "PAGE_LENGTH", 2)
    numbers = [
        factories.requested(app, people, at(day, 9), now=NOW + timedelta(minutes=day))
        for day in (3, 4, 7)
    ]
    client = client_of(app, WANG)

    first, second = board_of(client), board_of(client, "?page=2")

    assert first.numbers + second.numbers == numbers
    assert "Page 1 of 2" in first.text
    assert 'rel="next" href="/board?page=2"' in first.text
    assert 'rel="prev" href="/board"' in second.text
    assert first.heading == second.heading == "3 requests wait for an answer"
    assert board_of(client, "?page=9").numbers == first.numbers  # the list became shorter
