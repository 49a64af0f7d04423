"""A batch is undone as a whole while nothing depends on it; then the register is as before."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.availability import service as availability
from booking.db import db, unit_of_work
from booking.instructors.models import Instructor
from booking.register.models import BatchEntry, ImportBatch
from tests import factories
from tests.browser import Client
from tests.factories import NOW, SUN, WANG, Cast, at
from tests.register.test_import import dump
from tests.register.uploads import rows, sheet, text_of, upload

BATCHES = ("import_batch", "import_batch_entry", "sign_in", "entry_change")
IN_USE = "This import cannot be undone as a whole any more"

Rows = dict[str, list[tuple[object, ...]]]


def _register(app: Flask) -> Rows:
    """Every row of every table but those of batches and of histories, which are append-only."""
    return {name: found for name, found in dump(app).items() if name not in BATCHES}


def _facts(app: Flask) -> list[tuple[object, ...]]:
    """What the register says, without ids and instants."""
    with app.app_context():
        people = db.session().scalars(select(Instructor).order_by(Instructor.sort_key)).all()
        return [
            (
                (one.name, one.workplace, one.title, one.gender, one.region_code),
                (one.search_text, one.search_pinyin, one.search_codes),
                [topic.title for topic in one.topics],
                [field.name for field in one.fields],
                [region.code for region in one.serves],
            )
            for one in people
        ]


def _wang(app: Flask) -> Client:
    return Client(app).language("en").sign_in(WANG)


def _imported(browser: Client, people: list[tuple[Any, ...]]) -> str:
    """The address of the report of an import."""
    done = browser.post(upload(browser, sheet(people))[1])
    assert done.status_code == 303, done.text
    return str(done.location)


def _undo(browser: Client, report: str) -> Any:
    return browser.post(report.replace("/report", "/undo"))


def test_import_undo_and_import_again_are_equal(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    before = _register(app)
    first = _imported(browser, rows(30))
    after = _facts(app)

    undone = _undo(browser, first)

    assert (undone.status_code, undone.location) == (303, first)
    assert _register(app) == before
    assert "Import undone" in text_of(browser.get(first).text)
    _imported(browser, rows(30))
    assert _facts(app) == after


def test_what_was_completed_goes_back(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    _imported(browser, [("白露", "", "栖云市一中", "", "急救", "急救一", "全市", "", "", "")])
    before = _register(app)
    more = (
        "白露",
        "女",
        "栖云市一中",
        "教授",
        "法治",
        "急救一；急救二",
        "全省",
        "12000000001",
        "",
        "",
    )
    report = _imported(browser, [more, *rows(2)])
    changed = _facts(app)

    assert _undo(browser, report).status_code == 303

    assert changed != _facts(app)
    assert _register(app) == before


def test_a_second_undo_does_nothing_more(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    report = _imported(browser, rows(2))
    _undo(browser, report)
    before = _register(app)

    again = _undo(browser, report)

    assert again.status_code == 409
    assert "This import has been undone already." in text_of(again.text)
    assert _register(app) == before


def _lecture(app: Flask, cast: Cast, one: int, topic: int) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, one)
        factories.request(session, cast, at(3, 9), instructor_id=one, topic_id=topic)


def _account(app: Flask, _cast: Cast, one: int, _topic: int) -> None:
    with app.app_context(), unit_of_work() as session:
        user = session.scalars(select(User).where(User.email == factories.LI)).one()
        accounts.add_membership(
            session, user=user, role=Role.INSTRUCTOR, instructor_id=one, now=NOW
        )


def _hours(app: Flask, _cast: Cast, one: int, _topic: int) -> None:
    with app.app_context(), unit_of_work() as session:
        availability.set_week(session, instructor_id=one, week={0: [(540, 600)]})


def _change(app: Flask, _cast: Cast, one: int, _topic: int) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(Instructor, one).introduction = "简介"


@pytest.mark.parametrize(
    ("depend", "words"),
    [
        (_lecture, ["has hours of the person’s own", "has lectures"]),
        (_account, ["has an account"]),
        (_hours, ["has hours of the person’s own"]),
        (_change, ["was changed since"]),
    ],
)
def test_what_depends_on_a_batch_keeps_it(
    app: Flask, people: Cast, depend: Any, words: list[str]
) -> None:
    browser = _wang(app)
    report = _imported(browser, rows(3))
    with app.app_context():
        one = db.session().scalars(select(Instructor).order_by(Instructor.id)).all()[-1]
        chosen, topic, name = one.id, one.topics[0].id, one.name
    depend(app, people, chosen, topic)
    before = _register(app)

    refused = _undo(browser, report)

    page = text_of(refused.text)
    assert refused.status_code == 409
    assert IN_USE in page
    assert [f"{name} 栖云市第2中学（虚构） {word}" in page for word in words] == [True] * len(words)
    assert _register(app) == before


def test_a_later_import_is_undone_first(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    row = ("白露", "", "栖云市一中", "", "", "急救一", "", "", "", "")
    first = _imported(browser, [row])
    second = _imported(browser, [(*row[:5], "急救二", *row[6:])])

    assert _undo(browser, first).status_code == 409
    assert _undo(browser, second).status_code == 303
    assert _undo(browser, first).status_code == 303


def test_nobody_else_undoes_an_import_or_sees_it(app: Flask, people: Cast) -> None:
    report = _imported(_wang(app), rows(2))
    other = Client(app).language("en").sign_in(SUN)
    before = _register(app)

    assert [other.get(report).status_code, _undo(other, report).status_code] == [404, 404]
    assert _register(app) == before
    with app.app_context():
        batch = db.session().scalars(select(ImportBatch)).one()
        assert batch.undone_at is None
        assert len(db.session().scalars(select(BatchEntry)).all()) == 2
