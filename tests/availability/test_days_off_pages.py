"""The pages of days off: a year, single days with the lectures on them, import by upload."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from booking.audit import Action
from booking.availability.engine.hours import DayKind
from booking.availability.holidays import service
from booking.availability.holidays.files import UnreadableDays, read_days, write_json
from booking.availability.holidays.sources import BY_HAND, ESTIMATE
from booking.availability.models import CalendarDay
from booking.db import db, unit_of_work
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.factories import CHEN, LI, ROOT, WANG, Cast, at

FILE = {
    "year": 2028,
    "days": [
        {"name": "元旦", "date": "2028-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2028-01-08", "isOffDay": False},
        {"name": "元旦", "date": "2027-12-31", "isOffDay": True},
    ],
}


@pytest.fixture
def root(app: Flask, people: Cast) -> Client:
    """The administrator, in English."""
    return Client(app).language("en").sign_in(ROOT)


def day(app: Flask, which: date) -> tuple[DayKind, str, bool, str] | None:
    with app.app_context():
        row = db.session().get(CalendarDay, which, populate_existing=True)
        return None if row is None else (row.kind, row.name, row.official, row.source)


def upload(browser: Client, content: bytes, name: str = "2028.json") -> tuple[int, str]:
    values = {"file": (io.BytesIO(content), name)}
    answer = browser.post("/days-off/import", values, content_type="multipart/form-data")
    return answer.status_code, answer.text


@pytest.mark.parametrize("email", [LI, CHEN, WANG, None])
def test_only_administrators(app: Flask, people: Cast, email: str | None) -> None:
    browser = Client(app)
    if email is not None:
        browser.sign_in(email)
    denied = 302 if email is None else 403
    before = day(app, date(2026, 10, 1))
    assert browser.get("/days-off").status_code == denied
    assert browser.get("/days-off/day").status_code == denied
    values = {"day": "2026-10-01", "kind": "ordinary", "confirmed": "yes"}
    assert browser.post("/days-off/day", values).status_code in (denied, 401)
    assert upload(browser, json.dumps(FILE).encode())[0] in (denied, 401)
    sent = {"content": json.dumps(FILE), "source": "x"}
    assert browser.post("/days-off/import/confirm", sent).status_code == denied
    assert day(app, date(2026, 10, 1)) == before


def test_a_year_says_what_it_is(root: Client) -> None:
    official = root.get("/days-off?year=2026").text
    assert "The schedule of this year is known" in official
    assert "国庆节" in official
    assert "not known yet" in root.get("/days-off?year=2028").text
    assert "Nothing is stored" in root.get("/days-off?year=2101").text
    for year in ("x", "-5", "99999999999999999999"):
        assert root.get(f"/days-off?year={year}").status_code == 200


def test_a_single_day_after_the_lectures_on_it_were_shown(
    app: Flask, people: Cast, root: Client
) -> None:
    number = factories.confirmed(app, people, at(3, 9))
    thursday = {"day": "2026-11-26", "kind": "off", "name": "纪念日"}

    asked = root.post("/days-off/day", thursday)

    assert asked.status_code == 200
    assert "1 lecture stands on these days" in asked.text
    assert number in asked.text
    assert day(app, date(2026, 11, 26)) is None
    assert root.post("/days-off/day", thursday | {"confirmed": "yes"}).status_code == 303
    assert day(app, date(2026, 11, 26)) == (DayKind.OFF, "纪念日", False, BY_HAND)
    assert [one.detail for one in entries(app, Action.DAY_CHANGED)] == [
        {"day": "2026-11-26", "changes": {"kind": [None, "off"], "name": [None, "纪念日"]}}
    ]
    page = root.get("/audit?action=day_changed").text
    assert "name: — → 纪念日" in page.replace('<span lang="zh-CN">', "").replace("</span>", "")
    assert "changed by hand" in root.get("/days-off?year=2026").text

    ordinary = {"day": "2026-11-26", "kind": "ordinary", "confirmed": "yes"}
    assert root.post("/days-off/day", ordinary).status_code == 303
    assert day(app, date(2026, 11, 26)) is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"day": ""}, "Choose a day."),
        ({"day": "9999-01-01"}, "Choose a day between"),
        ({"name": ""}, "Give the day a name"),
        ({"name": "", "confirmed": "yes"}, "Give the day a name"),
        ({"kind": "half"}, "Not a valid choice."),
        ({"name": "x" * 61}, "Field cannot be longer than 60 characters."),
    ],
)
def test_refusals(app: Flask, root: Client, values: dict[str, str], sentence: str) -> None:
    sent = {"day": "2026-11-26", "kind": "off", "name": "纪念日"} | values
    answer = root.post("/days-off/day", sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert day(app, date(2026, 11, 26)) is None


def test_a_file_is_previewed_then_imported_and_days_by_hand_stay(
    app: Flask, people: Cast, root: Client
) -> None:
    with app.app_context(), unit_of_work() as session:
        state = service.DayState(DayKind.WORK, "补班")
        service.change_day(session, day=date(2028, 1, 1), state=state)
    before = day(app, date(2028, 1, 26))
    assert before is not None
    assert before[3] == ESTIMATE

    status, page = upload(root, json.dumps(FILE).encode())

    assert status == 200
    assert "2028" in page
    assert "No lecture stands on these days." in page
    assert day(app, date(2028, 1, 26)) == before
    content = json.dumps(FILE)
    sent = root.post("/days-off/import/confirm", {"content": content, "source": "2028.json"})
    assert sent.status_code == 303
    assert day(app, date(2028, 1, 26)) is None
    assert day(app, date(2028, 1, 8)) == (DayKind.WORK, "元旦", True, "2028.json")
    assert day(app, date(2027, 12, 31)) == (DayKind.OFF, "元旦", False, "2028.json")
    assert day(app, date(2028, 1, 1)) == (DayKind.WORK, "补班", False, BY_HAND)
    assert "The schedule of this year is known" in root.get("/days-off?year=2028").text
    # Once more changes nothing.
    assert "No day changes" in upload(root, json.dumps(FILE).encode())[1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a calendar",
        b"\x00\xff\xfe",
        b'{"days": [{"date": "2028-99-01", "isOffDay": true, "name": "x"}]}',
        b'{"days": ' + b"[" * 20_000,
        b"[1, 2]",
        b'{"year": true, "days": []}',
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"x" * (256 * 1024 + 1),
    ],
)
def test_what_is_no_calendar_gets_a_sentence(app: Flask, root: Client, content: bytes) -> None:
    with app.app_context():
        before = db.session().scalars(select(CalendarDay.day)).all()
    status, page = upload(root, content)
    assert status == 422
    assert "such a" in page
    sent = {"content": content.decode(errors="replace")[:90_000], "source": "x"}
    assert root.post("/days-off/import/confirm", sent).status_code == 422
    with app.app_context():
        assert db.session().scalars(select(CalendarDay.day)).all() == before


def test_a_schedule_that_is_not_published_changes_nothing(app: Flask, root: Client) -> None:
    status, page = upload(root, b'{"year": 2029, "days": []}')
    assert status == 200
    assert "not published yet" in page


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_days_or_refused(content: bytes) -> None:
    try:
        schedule = read_days(content)
    except UnreadableDays:
        return
    assert read_days(write_json(schedule).encode()) == schedule


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("year", "days", "date", "name", "isOffDay")), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_days_or_refused(value: object) -> None:
    try:
        schedule = read_days(json.dumps(value).encode())
    except UnreadableDays:
        return
    assert read_days(write_json(schedule).encode()).days == schedule.days
