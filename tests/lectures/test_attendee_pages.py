"""Named attendees on the lecture's page: who sees and changes what, and the link of the mail."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.lectures.attendees.engine.leave_links import Leaving, sign
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.models import Lecture
from booking.settings import service as settings
from booking.settings.engine.declarations import ATTENDEES_MOST
from tests import databases, factories
from tests.browser import Client
from tests.factories import CHEN, LI, NOW, SUN, WANG, ZHAO, Cast

HE = {"name": "何宁", "email": "he@example.net"}


@pytest.fixture
def environment() -> dict[str, str]:
    """Limits are a tenth: three names in an hour."""
    return {"RATE_LIMITS": "0.1"}


@pytest.fixture
def number(app: Flask, people: Cast) -> str:
    """A confirmed lecture of Chen for Li's branch."""
    return factories.confirmed(app, people)


def rows(app: Flask) -> list[tuple[str, str]]:
    """Names and addresses that are stored, in order."""
    with app.app_context():
        query = select(NamedAttendee.name, NamedAttendee.email).order_by(NamedAttendee.id)
        return [(name, email) for name, email in db.session().execute(query)]


def attendee(app: Flask) -> tuple[int, str]:
    """The id of the only row, and the path of its link."""
    with app.app_context():
        row = db.session().scalars(select(NamedAttendee)).one()
        return row.id, f"/leave/{sign(Leaving(row.id, row.named_at), databases.SECRET_KEY)}"


@pytest.mark.parametrize("email", [LI, WANG])
def test_the_branch_and_its_coordinator_name_and_remove(
    app: Flask, number: str, email: str
) -> None:
    browser = Client(app).language("en").sign_in(email)
    page = f"/lectures/{number}"
    assert "People of the branch who take part" in browser.get(page).text

    answer = browser.post(f"{page}/attendees", HE)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}#attendees")
    assert "he@example.net" in browser.get(page).text
    answer = browser.post(f"{page}/attendees/{attendee(app)[0]}/remove")
    assert (answer.status_code, rows(app)) == (303, [])


def test_others_see_the_number_only_and_change_nothing(app: Flask, number: str) -> None:
    Client(app).sign_in(LI).post(f"/lectures/{number}/attendees", HE)
    own = attendee(app)[0]

    page = Client(app).language("en").sign_in(CHEN).get(f"/lectures/{number}").text

    assert "Further people of the branch who take part: 1" in page
    assert "he@example.net" not in page
    assert "何宁" not in page
    for email, status in ((CHEN, 403), (ZHAO, 404), (SUN, 404)):
        browser = Client(app).sign_in(email)
        for path in ("", f"/{own}/remove"):
            answer = browser.post(f"/lectures/{number}/attendees{path}", HE)
            assert answer.status_code == status, (email, path)
    assert rows(app) == [("何宁", "he@example.net")]


def test_of_another_lecture_nobody_is_removed(app: Flask, people: Cast, number: str) -> None:
    other = factories.requested(app, people, factories.at(4, 9))
    browser = Client(app).sign_in(LI)
    browser.post(f"/lectures/{number}/attendees", HE)

    answer = browser.post(f"/lectures/{other}/attendees/{attendee(app)[0]}/remove")

    assert (answer.status_code, len(rows(app))) == (404, 1)


def test_a_refusal_keeps_what_was_typed(app: Flask, number: str) -> None:
    browser = Client(app).language("en").sign_in(LI)

    answer = browser.post(f"/lectures/{number}/attendees", HE | {"email": "he-at-example"})

    assert (answer.status_code, rows(app)) == (422, [])
    assert 'href="#attendee-email"' in answer.text
    kept = ['value="何宁"', 'value="he-at-example"', "Enter a mail address such as"]
    assert [one for one in kept if one not in answer.text] == []


def test_no_more_than_the_setting_allows(app: Flask, number: str) -> None:
    with app.app_context(), unit_of_work() as session:
        settings.change(session, ATTENDEES_MOST, "1", now=NOW)
    browser = Client(app).language("en").sign_in(LI)
    browser.post(f"/lectures/{number}/attendees", HE)
    assert 'id="attendee-name"' not in browser.get(f"/lectures/{number}").text

    answer = browser.post(
        f"/lectures/{number}/attendees", {"name": "方圆", "email": "f@example.net"}
    )

    assert (answer.status_code, len(rows(app))) == (409, 1)
    assert 'value="f@example.net"' in answer.text


def test_the_link_shows_and_only_a_post_takes_off(app: Flask, number: str) -> None:
    Client(app).sign_in(LI).post(f"/lectures/{number}/attendees", HE)
    browser, path = Client(app).language("en"), attendee(app)[1]

    page = browser.get(path)

    assert (page.status_code, rows(app)) == (200, [("何宁", "he@example.net")])
    assert "何宁" not in page.text
    assert browser.post(path).status_code == 303
    assert rows(app) == [("", "")]
    assert "You are taken off" in browser.get(path).text
    assert browser.post(path).status_code == 200
    shown = Client(app).language("en").sign_in(LI).get(f"/lectures/{number}").text
    assert "Took themselves off: 1" in shown
    for wrong in (f"{path}x", "/leave/a", path.replace("/leave/", "/unsubscribe/")):
        assert browser.get(wrong).status_code == 404


def test_the_link_of_a_deleted_row_takes_off_nobody_else(app: Flask, number: str) -> None:
    with app.app_context():
        lecture_id = db.session().scalars(select(Lecture.id)).one()
    old = f"/leave/{sign(Leaving(1, NOW.replace(year=2025)), databases.SECRET_KEY)}"
    Client(app).sign_in(LI).post(f"/lectures/{number}/attendees", HE)
    assert (lecture_id, attendee(app)[0]) == (1, 1)

    assert Client(app).post(old).status_code == 404
    assert len(rows(app)) == 1


def test_naming_is_counted_by_person(app: Flask, number: str) -> None:
    browser, path = Client(app).sign_in(LI), f"/lectures/{number}/attendees"

    told = [browser.post(path, HE | {"email": "x"}).status_code for _one in range(4)]

    assert told == [422, 422, 422, 429]
    assert Client(app).sign_in(WANG).post(path, HE).status_code == 303
    assert Client(app).post(path, HE).status_code == 401
