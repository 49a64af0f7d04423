"""Commands in the list: for one row or several, and back to the same list."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import insert, inspect, select

from booking.db import db, unit_of_work
from booking.lectures.board import queries as board
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import HistoryEntry, Lecture
from tests import factories
from tests.browser import Client
from tests.factories import SUN, WANG, Cast, at
from tests.lectures.board_page import BoardPage, board_of, client_of

REASON = "讲师该时间另有任务。"
FILTERS = "?month=2026-11&q=%E9%99%88%E6%98%8E"


def _states(app: Flask) -> dict[str, State]:
    with app.app_context():
        rows = db.session().execute(select(Lecture.number, Lecture.state).order_by(Lecture.id))
        return {row.number: row.state for row in rows}


def _history(app: Flask, number: str) -> list[tuple[Command | None, Party, str]]:
    with app.app_context():
        query = select(HistoryEntry).join(Lecture).where(Lecture.number == number)
        entries = db.session().scalars(query.order_by(HistoryEntry.id))
        return [(one.command, one.party, one.reason) for one in entries]


@pytest.fixture
def client(app: Flask, people: Cast) -> Client:
    """Wang, who coordinates Chen's region."""
    return client_of(app, WANG)


@pytest.fixture
def numbers(app: Flask, people: Cast) -> list[str]:
    """Three requests to Chen."""
    return [factories.requested(app, people, at(day, 9)) for day in (3, 4, 7)]


def test_one_is_accepted_and_the_list_keeps_its_filters(
    app: Flask, client: Client, numbers: list[str]
) -> None:
    first, *others = numbers

    answer = client.post(f"/board/confirm{FILTERS}", {"row": first})

    assert (answer.status_code, answer.location) == (303, f"/board{FILTERS}&undo={first}")
    page = board_of(client, FILTERS)
    assert page.numbers == others
    told = "Accepted. Both sides receive an invitation for their calendars."
    assert page.told == [f"{told} {first} 家庭急救常识（120分钟）"]
    assert f'<a href="/lectures/{first}">{first} ' in page.text
    assert _states(app)[first] is State.CONFIRMED
    assert _history(app, first)[-1] == (Command.CONFIRM, Party.COORDINATOR, "")
    page_of_it = client.language("zh_Hans_CN").get(f"/lectures/{first}").text
    assert "代讲师接单" in page_of_it


def test_one_is_declined_with_its_reason(app: Flask, client: Client, numbers: list[str]) -> None:
    first = numbers[0]

    answer = client.post("/board/decline", {"row": first, "reason": f" {REASON} "})

    assert (answer.status_code, answer.location) == (303, f"/board?undo={first}")
    assert _history(app, first)[-1] == (Command.DECLINE, Party.COORDINATOR, REASON)


def test_a_missing_reason_is_told_at_the_row(
    app: Flask, client: Client, numbers: list[str]
) -> None:
    last = numbers[-1]

    answer = client.post(f"/board/decline{FILTERS}", {"row": last, "reason": " "})

    assert answer.status_code == 422
    page = BoardPage(answer.text)
    assert page.numbers == [last, *numbers[:2]]  # it stands first, and once
    assert page.rows[last].count("Give a short reason: the other side sees it.") == 1
    assert f'<a href="#reason-{last}">Give a short reason' in answer.text
    assert re.search(rf'(?s)id="{last}".*?<details class="confirm" open>', answer.text)
    assert set(_states(app).values()) == {State.REQUESTED}


def test_who_was_faster_is_told_at_the_row_and_nothing_typed_is_lost(
    app: Flask, client: Client, numbers: list[str]
) -> None:
    first, *others = numbers
    with app.app_context(), unit_of_work() as session:
        factories.move(session, first, Command.CONFIRM, Party.INSTRUCTOR)

    answer = client.post(f"/board/decline{FILTERS}", {"row": first, "reason": REASON})

    assert answer.status_code == 409
    page = BoardPage(answer.text)
    assert page.numbers == [first, *others]  # though it waits no longer
    assert "This lecture has changed in the meantime." in page.rows[first]
    assert REASON in page.rows[first]
    assert page.commands(first) == ["cancel"]


def test_several_are_accepted_at_once(app: Flask, client: Client, numbers: list[str]) -> None:
    answer = client.post(f"/board/confirm{FILTERS}", {"number": numbers[:2]})

    assert (answer.status_code, answer.location) == (303, f"/board{FILTERS}")
    page = board_of(client, FILTERS)
    said = f"Accept for the instructor: done for 2 lectures: {numbers[0]} , {numbers[1]}"
    assert (page.told, page.numbers) == ([said], numbers[2:])
    assert list(_states(app).values()) == [State.CONFIRMED, State.CONFIRMED, State.REQUESTED]


def test_several_are_declined_with_one_reason(
    app: Flask, client: Client, numbers: list[str]
) -> None:
    assert client.post("/board/decline", {"number": numbers, "reason": REASON}).status_code == 303

    for number in numbers:
        assert _history(app, number)[-1] == (Command.DECLINE, Party.COORDINATOR, REASON)


def test_each_is_done_by_itself_and_the_page_says_which_were(
    app: Flask, client: Client, numbers: list[str]
) -> None:
    first, second, third = numbers
    with app.app_context(), unit_of_work() as session:
        factories.move(session, second, Command.WITHDRAW, Party.BRANCH)

    answer = client.post(f"/board/confirm{FILTERS}", {"number": numbers})

    assert answer.status_code == 409
    page = BoardPage(answer.text)
    assert page.told == [
        f"Accept for the instructor: done for 2 lectures: {first} , {third}",
        f"This could not be done {second} : This lecture has changed in the meantime. "
        "Look at its state, then decide again.",
    ]
    assert page.numbers == [second]
    assert list(_states(app).values()) == [State.CONFIRMED, State.WITHDRAWN, State.CONFIRMED]


def test_what_was_selected_stays_selected_where_nothing_was_done(
    app: Flask, client: Client, numbers: list[str]
) -> None:
    answer = client.post("/board/decline", {"number": numbers[:2], "reason": ""})

    assert answer.status_code == 422
    assert '<a href="#reason-several">Give a short reason' in answer.text
    assert BoardPage(answer.text).checked() == numbers[:2]
    assert set(_states(app).values()) == {State.REQUESTED}


def test_a_long_reason_comes_back(app: Flask, client: Client, numbers: list[str]) -> None:
    reason = "因" * 501
    answer = client.post("/board/decline", {"number": numbers, "reason": reason})

    assert answer.status_code == 422
    assert answer.text.count(f'value="{reason}"') == 1
    assert "The reason is too long: at most 500 characters." in answer.text


def test_nothing_selected_is_told(client: Client, numbers: list[str]) -> None:
    answer = client.post("/board/confirm", {})

    assert answer.status_code == 422
    assert "Nothing was selected. Select the lectures first." in answer.text


def test_the_enter_key_alone_does_nothing(app: Flask, client: Client, numbers: list[str]) -> None:
    answer = client.post("/board", {"number": numbers[:2], "reason": REASON})

    assert answer.status_code == 422
    assert "Press the button of what is to be done" in answer.text
    assert BoardPage(answer.text).checked() == numbers[:2]
    assert answer.text.count(f'value="{REASON}"') == 1
    assert set(_states(app).values()) == {State.REQUESTED}


def test_no_more_than_a_page_at_once(client: Client, numbers: list[str]) -> None:
    many = [f"YK-2026-{one:06d}" for one in range(board.PAGE_LENGTH + 1)]
    answer = client.post("/board/confirm", {"number": many})

    assert answer.status_code == 422
    assert "At most 50 lectures at once." in answer.text


def test_a_whole_page_fits_into_one_message(app: Flask, client: Client, people: Cast) -> None:
    number = factories.requested(app, people)
    with app.app_context(), unit_of_work() as session:
        columns = [column for column in inspect(Lecture).columns if column.name != "id"]
        [row] = session.execute(select(*columns).where(Lecture.number == number)).mappings()
        copies = [f"YK-2026-{one:06d}" for one in range(100, 99 + board.PAGE_LENGTH)]
        session.execute(insert(Lecture), [{**row, "number": one, "uid": one} for one in copies])

    assert client.post("/board/confirm", {"number": [number, *copies]}).status_code == 303

    [said] = board_of(client).told
    assert said.count("YK-") == board.PAGE_LENGTH


def test_all_of_the_page_are_selected_by_a_link(client: Client, numbers: list[str]) -> None:
    page = board_of(client, FILTERS)
    assert page.checked() == []
    assert f'href="/board?select=all&amp;{FILTERS[1:].replace("&", "&amp;")}#list"' in page.text
    assert board_of(client, f"{FILTERS}&select=all").checked() == numbers


def test_a_confirmed_lecture_is_cancelled_from_the_list(
    app: Flask, client: Client, people: Cast
) -> None:
    number = factories.confirmed(app, people)
    page = board_of(client, "?show=confirmed&month=")
    assert page.commands(number) == ["cancel"]

    answer = client.post("/board/cancel?show=confirmed&month=", {"row": number, "reason": REASON})

    wanted = f"/board?show=confirmed&month=&undo={number}"
    assert (answer.status_code, answer.location) == (303, wanted)
    assert _history(app, number)[-1] == (Command.CANCEL, Party.COORDINATOR, REASON)


def test_lectures_of_another_region_cannot_be_reached(app: Flask, people: Cast) -> None:
    near = factories.requested(app, people)
    with app.app_context(), unit_of_work() as session:
        # A branch of 澄湖市 asks an instructor of 栖云市.
        both = factories.request(session, people, at(4, 9), organisation_id=people.zhao.id).number
    sun = client_of(app, SUN)

    foreign = sun.post("/board/confirm", {"number": [near, "YK-2026-999999"]})
    other_s = sun.post("/board/confirm", {"number": [both]})

    assert (foreign.status_code, other_s.status_code) == (404, 403)
    assert foreign.text.count("There is no such lecture in your region.") == 2
    assert BoardPage(foreign.text).numbers == [both]
    assert set(_states(app).values()) == {State.REQUESTED}


@pytest.mark.parametrize("command", ["expire", "request", "nothing"])
def test_what_is_no_command_of_people_is_refused(client: Client, command: str) -> None:
    status = client.post(f"/board/{command}", {"number": "YK-2026-000001"}).status_code
    assert status == (403 if command == "expire" else 404)


def test_with_an_outdated_form_nothing_is_done_and_nothing_lost(
    app: Flask, client: Client, numbers: list[str]
) -> None:
    first = numbers[0]
    stale = client.token()
    client.sign_out()
    client.sign_in(WANG)

    answer = client.post(
        f"/board/decline{FILTERS}",
        {"row": first, "reason": REASON, "csrf_token": stale},
        csrf=False,
    )

    assert answer.status_code == 400
    assert re.search(rf'id="reason-{first}"[^>]* value="{REASON}"', answer.text)
    assert set(_states(app).values()) == {State.REQUESTED}


def test_what_was_refused_can_be_tried_again_though_nothing_else_waits(
    app: Flask, client: Client, people: Cast
) -> None:
    number = factories.requested(app, people)

    page = BoardPage(client.post("/board/decline", {"row": number, "reason": ""}).text)

    assert (page.numbers, page.commands(number)) == ([number], ["confirm", "decline"])
    assert 'formaction="/board/confirm"' in page.text.partition('<ul class="board">')[0]
