"""Listeners enter themselves by the code: once from each device, with a name and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.attendance.models import AttendanceEntry
from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.lectures.queries import by_number
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.queries import link_of
from booking.listener_links.service import close_link
from tests import factories
from tests.attendance.halls import hall, ids, listener, names, opened
from tests.browser import Client
from tests.conftest import Time
from tests.factories import LI, NOW, WANG, Cast, at


def test_eighty_devices_are_eighty_entries(app: Flask, people: Cast) -> None:
    _number, path = hall(app, people)
    wanted = [f"听众{number}" for number in range(80)]
    for name in wanted:
        listener(app, path, name)

    assert names(app) == [(name, False) for name in wanted]


def test_a_device_enters_once_and_is_told_so(app: Flask, people: Cast) -> None:
    _number, path = hall(app, people)
    device = listener(app, path, "何宁")
    for name in ("何宁", "何小宁"):
        assert device.post(path, {"name": name}).status_code == 303

    page = device.get(path).text
    assert "You are on the list as “何宁”" in page
    assert 'name="name"' not in page
    assert names(app) == [("何宁", False)]


def test_two_taps_at_once_are_one_entry(app: Flask, people: Cast) -> None:
    """The number of the device is set when the page opens, not only after the first tap."""
    _number, path = hall(app, people)
    device = Client(app)
    device.get(path)
    sent = device.flask.get_cookie("device")
    assert sent is not None
    for _tap in "ab":
        device.flask.set_cookie("device", sent.value)
        device.post(path, {"name": "何宁"})

    assert names(app) == [("何宁", False)]


def test_the_database_allows_one_entry_of_a_device(app: Flask, people: Cast) -> None:
    number, path = hall(app, people)
    listener(app, path, "何宁")
    with app.app_context():
        entry = db.session().scalars(select(AttendanceEntry)).one()
        assert (entry.link_id is None, len(entry.device_key or "")) == (False, 64)
        assert entry.added_by is None
        assert entry.lecture_id == by_number(db.session(), number).id


def test_nobody_else_sees_who_is_on_the_list(app: Flask, people: Cast) -> None:
    _number, path = hall(app, people)
    listener(app, path, "何宁")

    assert "何宁" not in Client(app).get(path).text


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "名" * 61, "名" * 10_000])
def test_what_is_no_name_is_refused(app: Flask, people: Cast, name: str) -> None:
    _number, path = hall(app, people)
    device = Client(app).language("en")
    device.get(path)
    answer = device.post(path, {"name": name})

    assert (answer.status_code, names(app)) == (422, [])
    assert "Enter a name or a number" in answer.text


def test_a_name_is_shown_as_text(app: Flask, people: Cast) -> None:
    number, path = hall(app, people)
    device = listener(app, path, "<script>x</script>")

    for client, page in (
        (device, path),
        (Client(app).sign_in(LI), f"/lectures/{number}/listeners"),
    ):
        text = client.get(page).text
        assert "<script>x" not in text
        assert "&lt;script&gt;x" in text


@pytest.mark.parametrize("token", ["spoilt", "1.aaaa", "0" * 43])
def test_a_guessed_token_does_nothing(app: Flask, people: Cast, token: str) -> None:
    hall(app, people)
    client = Client(app)

    assert client.get(f"/listeners/{token}").status_code == 404
    assert client.post(f"/listeners/{token}", {"name": "何宁"}).status_code == 404
    assert names(app) == []


def test_a_closed_code_is_gone_and_a_new_one_knows_the_device(app: Flask, people: Cast) -> None:
    number, path = hall(app, people)
    device = listener(app, path, "何宁")
    with app.app_context(), unit_of_work() as session:
        link = link_of(session, by_number(session, number).id, LinkPurpose.ATTENDANCE)
        assert link is not None
        close_link(session, link, NOW)
    assert device.get(path).status_code == 410
    assert device.post(path, {"name": "何宁"}).status_code == 410

    again = opened(app, number)

    assert again != path
    assert device.get(path).status_code == 404
    device.post(again, {"name": "何宁"})
    assert names(app) == [("何宁", False)]


def test_the_code_ends_by_itself(app: Flask, people: Cast, time: Time) -> None:
    _number, path = hall(app, people)
    device = listener(app, path, "何宁")
    time.now = at(3, 11) + timedelta(hours=12)

    assert device.get(path).status_code == 410


def test_a_cancelled_lecture_takes_nobody(app: Flask, people: Cast) -> None:
    number, path = hall(app, people)
    device = Client(app)
    device.get(path)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CANCEL, Party.BRANCH)

    assert device.post(path, {"name": "何宁"}).status_code == 410
    assert names(app) == []


def test_who_was_struck_out_does_not_come_back(app: Flask, people: Cast) -> None:
    number, path = hall(app, people)
    device = listener(app, path, "何宁")
    wang = Client(app).sign_in(WANG)
    assert wang.post(f"/lectures/{number}/listeners/{ids(app)[0]}/strike").status_code == 303

    device.post(path, {"name": "何宁"})

    assert names(app) == [("何宁", True)]


def test_the_hall_page_shows_the_code_from_the_day_before(
    app: Flask, people: Cast, time: Time
) -> None:
    number = factories.confirmed(app, people, at(3, 9))
    li, page = Client(app).language("en").sign_in(LI), f"/lectures/{number}/links/attendance"
    assert "from the day before" in li.get(page).text
    assert li.post(f"{page}/open").status_code == 409

    time.now = at(2, 9)
    assert li.post(f"{page}/open").status_code == 303
    text = li.get(page).text
    assert "/listeners/" in text
    assert "0 answers so far" in text
    time.now = at(3, 23)
    assert "Add names to the list by hand" in li.get(page).text
    assert li.post(f"{page}/open").status_code == 409
