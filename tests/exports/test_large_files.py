"""Large exports are made by the worker, for the person who asked, and are gone after a day."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from booking.accounts.models import Membership, User
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.exports import tasks
from booking.exports.models import ExportFile, ExportState
from booking.exports.service import SILENCE
from booking.instructors.engine.vocabulary import Channel
from booking.organisations.lists import views as list_views
from booking.privacy.retention.tasks import apply_schedule
from booking.register.exports import views as register_views
from tests import factories
from tests.browser import Client
from tests.factories import CITY, NOW, ROOT, SUN, WANG, Cast

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_views, "LARGE", 0)
    monkeypatch.setattr(list_views, "LARGE", 0)


def _asked(browser: Client, **chosen: str) -> str:
    answer = browser.post("/register/export", {"region": CITY, **chosen})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def _work(app: Flask) -> int:
    with app.app_context():
        return tasks.make_waiting(NOW)


def _rows(data: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))


def _states(app: Flask) -> list[ExportState]:
    with app.app_context():
        return list(db.session().scalars(select(ExportFile.state).order_by(ExportFile.id)))


def test_the_worker_makes_it_and_the_page_tells_how_far_it_is(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(WANG)
    page = _asked(browser)
    waiting = browser.get(page)
    assert "waits for the worker" in waiting.text
    assert waiting.headers["Refresh"] == "2"
    assert browser.get(f"{page}/file").status_code == 302  # It is not there yet.

    assert _work(app) == 1

    ready = browser.get(page)
    assert "The file is ready." in ready.text
    assert "Refresh" not in ready.headers
    file = browser.get(f"{page}/file")
    assert file.headers["Cache-Control"] == "no-store"
    assert [row[0] for row in _rows(file.data)] == ["Name", "陈明"]
    with app.app_context():
        query = select(AuditEntry).where(AuditEntry.action == Action.EXPORTED)
        [entry] = db.session().scalars(query)
        wang = db.session().scalars(select(User.id).where(User.email == WANG)).one()
    assert (entry.actor_id, entry.region_code) == (wang, CITY)
    assert entry.detail == {"rows": 1, "what": "register"}


def test_the_worker_writes_in_the_language_of_who_asked(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(WANG)
    page = _asked(browser)
    _work(app)
    assert _rows(browser.get(f"{page}/file").data)[0][:2] == ("姓名", "姓名拼音")


def test_contacts_are_recorded_when_the_worker_makes_the_file(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.make_instructor(session, "黄莺", contacts=((Channel.PHONE, "12000000088"),))
    browser = Client(app).sign_in(WANG)
    page = _asked(browser, contacts="y", reason="电话回访")
    _work(app)
    assert "12000000088" in repr(_rows(browser.get(f"{page}/file").data))
    with app.app_context():
        query = select(AuditEntry.detail).where(AuditEntry.action == Action.CONTACTS_EXPORTED)
        assert db.session().scalars(query).all() == [
            {"rows": 2, "what": "register", "contacts": 1, "reason": "电话回访"}
        ]


def test_it_is_the_askers_alone(app: Flask, people: Cast) -> None:
    page = _asked(Client(app).sign_in(WANG))
    _work(app)
    for other in (SUN, ROOT):
        browser = Client(app).language("en").sign_in(other)
        for path in (page, f"{page}/file"):
            answer = browser.get(path)
            assert answer.status_code == 404
            assert "This file is no longer there" in answer.text


def test_who_lost_the_right_gets_nothing(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(WANG)
    before, after = _asked(browser), ""
    _work(app)
    after = _asked(browser)
    with app.app_context(), unit_of_work() as session:
        wang = session.scalars(select(User.id).where(User.email == WANG)).one()
        for one in session.scalars(select(Membership).where(Membership.user_id == wang)):
            one.region_code = factories.OTHER_CITY

    _work(app)

    assert browser.get(f"{before}/file").status_code in (403, 404)
    assert browser.get(after).status_code in (403, 404)
    assert _states(app) == [ExportState.READY, ExportState.REFUSED]


def test_asking_twice_asks_once(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(WANG)
    assert _asked(browser) == _asked(browser)
    assert _asked(browser, contacts="y", reason="x") != _asked(browser)
    assert _work(app) == 2


def test_it_is_gone_after_a_day(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(WANG)
    page = _asked(browser)
    _work(app)
    with app.app_context():
        apply_schedule(NOW + DAY)
        assert db.session().scalars(select(ExportFile.id)).all() != []
        apply_schedule(NOW + DAY + timedelta(seconds=1))
    gone = browser.get(page)
    assert gone.status_code == 404
    assert "This file is no longer there" in gone.text


def test_a_lost_worker_is_told(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(WANG)
    page = _asked(browser)
    with app.app_context(), unit_of_work() as session:
        file = session.scalars(select(ExportFile)).one()
        file.state, file.seen_at = ExportState.RUNNING, NOW - SILENCE * 2
    _work(app)
    assert "The file could not be made." in browser.get(page).text


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_branches_too(app: Flask, people: Cast, kind: str) -> None:
    browser = Client(app).language("en").sign_in(WANG)
    answer = browser.get(f"/organisations/export.{kind}?name=岫云")
    assert answer.status_code == 303
    _work(app)
    data = browser.get(f"{answer.location}/file").data
    text = data.decode() if kind == "csv" else repr(_rows(data))
    assert "岫云县第一支部" in text
    assert "观屿区第一支部" not in text
    assert "Branches.xlsx" in browser.get("/exports").text or kind == "csv"
