"""Terms that end soon: which ones, renewed at once or left to end; two terms never overlap."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.engine.roles import SYSTEM
from booking.audit import Action
from booking.availability import service as availability
from booking.availability.engine.errors import TermsOverlap
from booking.availability.models import Term
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.nominations.engine.terms import OVERDUE_DAYS, RENEWAL_DAYS
from booking.nominations.renewals import service
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.factories import CHEN, LI, NOW, ROOT, SUN, WANG, Cast

TODAY = date(2026, 11, 23)


def term(app: Flask, instructor_id: int, days: int, *, length: int = 365) -> int:
    """The id of a term that ends so many days from today."""
    last = TODAY + timedelta(days=days)
    with app.app_context(), unit_of_work() as session:
        first = last - timedelta(days=length - 1)
        return availability.add_term(
            session, instructor_id=instructor_id, first=first, last=last, certificate="旧字第1号"
        ).id


def terms(app: Flask, instructor_id: int) -> list[tuple[date, date, str]]:
    """The terms of an instructor, in order."""
    with app.app_context():
        query = select(Term.first, Term.last, Term.certificate).order_by(Term.first)
        rows = db.session().execute(query.where(Term.instructor_id == instructor_id))
        return [(first, last, number) for first, last, number in rows]


@pytest.fixture
def wang(app: Flask, people: Cast) -> Client:
    """The coordinator of Chen's region, in English."""
    return Client(app).language("en").sign_in(WANG)


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (-OVERDUE_DAYS - 1, False),
        (-OVERDUE_DAYS, True),
        (0, True),
        (RENEWAL_DAYS, True),
        (RENEWAL_DAYS + 1, False),
    ],
)
def test_which_terms_are_in_the_queue(
    app: Flask, people: Cast, wang: Client, days: int, shown: bool
) -> None:
    term(app, people.chen.id, days)
    assert ("陈明" in wang.get("/renewals").text) is shown


def test_not_one_with_a_successor_nor_of_another_region_nor_of_who_left(
    app: Flask, people: Cast, wang: Client
) -> None:
    term(app, people.chen.id, 10)
    term(app, people.chen.id, 400, length=300)
    term(app, people.zhou.id, 10)
    assert "No term of your region ends soon." in wang.get("/renewals").text
    sun = Client(app).language("en").sign_in(SUN)
    assert "周岚" in sun.get("/renewals").text
    with app.app_context(), unit_of_work() as session:
        entry = factories.editable(session, people.zhou.id)
        entry.instructor.listed = False
    assert "周岚" not in sun.get("/renewals").text


def test_several_at_once_each_as_long_as_before(app: Flask, people: Cast) -> None:
    ids = [term(app, people.chen.id, 10), term(app, people.zhou.id, 20, length=730)]
    root = Client(app).language("en").sign_in(ROOT)

    assert root.post("/renewals/renew", {"term": ids, "years": "0"}).status_code == 303

    assert terms(app, people.chen.id)[1:] == [
        (date(2026, 12, 4), date(2027, 12, 3), "PS-2026-0001")
    ]
    assert terms(app, people.zhou.id)[1:] == [
        (date(2026, 12, 14), date(2028, 12, 13), "PS-2026-0002")
    ]
    assert len(entries(app, Action.TERM_RENEWED)) == 2
    assert "No term of your region ends soon." in root.get("/renewals").text


def test_one_by_its_own_button_for_another_length(app: Flask, people: Cast, wang: Client) -> None:
    term_id = term(app, people.chen.id, 10)
    values = {"only": str(term_id), "term": ["77777"], "years": "5"}
    assert wang.post("/renewals/renew", values).status_code == 303
    assert terms(app, people.chen.id)[1][:2] == (date(2026, 12, 4), date(2031, 12, 3))


def test_all_or_none(app: Flask, people: Cast, wang: Client) -> None:
    """One of them is of another region: nothing is renewed."""
    ids = [term(app, people.chen.id, 10), term(app, people.zhou.id, 20)]
    assert wang.post("/renewals/renew", {"term": ids}).status_code == 404
    assert (len(terms(app, people.chen.id)), len(terms(app, people.zhou.id))) == (1, 1)


@pytest.mark.parametrize(
    ("values", "status", "sentence"),
    [
        ({}, 422, "Choose at least one term."),
        ({"years": "4"}, 422, "Choose at least one term."),
        ({"years": "4", "term": "TERM"}, 422, "Choose how many years the term lasts."),
        ({"term": "99999"}, 404, ""),
        ({"term": "x"}, 422, "Choose at least one term."),
        ({"only": "99999999999999999999"}, 422, "Choose at least one term."),
    ],
)
def test_refusals(
    app: Flask, people: Cast, wang: Client, values: dict[str, str], status: int, sentence: str
) -> None:
    term_id = term(app, people.chen.id, 10)
    sent = {name: str(term_id) if value == "TERM" else value for name, value in values.items()}
    answer = wang.post("/renewals/renew", sent)
    assert answer.status_code == status
    assert sentence in answer.text
    assert len(terms(app, people.chen.id)) == 1


def test_left_to_end_and_decided_again(app: Flask, people: Cast, wang: Client) -> None:
    term_id = term(app, people.chen.id, 10)
    path = f"/renewals/{term_id}"
    assert wang.post(f"{path}/let-end", {"reason": " "}).status_code == 422
    assert wang.post(f"{path}/let-end", {"reason": "x" * 201}).status_code == 422
    assert wang.post(f"{path}/let-end", {"reason": "明年退休"}).status_code == 303
    page = wang.get("/renewals").text
    assert "明年退休" in page
    assert "No term of your region ends soon." in page

    assert wang.post(f"{path}/again").status_code == 303

    assert "明年退休" not in wang.get("/renewals").text
    assert [one.detail["change"] for one in entries(app, Action.TERM_RENEWED)] == [
        "left_to_end", "to_decide_again",
    ]  # fmt: skip


@pytest.mark.parametrize(("email", "status"), [(LI, 403), (CHEN, 403), (SUN, 404), (None, 401)])
def test_others_renew_nothing(app: Flask, people: Cast, email: str | None, status: int) -> None:
    term_id = term(app, people.chen.id, 10)
    browser = Client(app).language("en")
    if email is not None:
        browser.sign_in(email)
    answers = [
        browser.post("/renewals/renew", {"term": term_id}),
        browser.post(f"/renewals/{term_id}/let-end", {"reason": "不续"}),
    ]
    assert [answer.status_code for answer in answers] == [status] * 2
    again = browser.post(f"/renewals/{term_id}/again").status_code
    assert again == (302 if email is None else status)
    assert len(terms(app, people.chen.id)) == 1


def test_two_who_renew_at_once_make_one_term(app: Flask, people: Cast) -> None:
    """The second waits for the row of the instructor, and then finds the first one's term."""
    term_id = term(app, people.chen.id, 10)
    outcome: list[object] = []
    begin = threading.Barrier(2)

    def renew() -> None:
        with app.app_context():
            begin.wait()
            try:
                with unit_of_work() as session:
                    made = service.renew(
                        session, term_ids=[term_id], years=1, actor=SYSTEM, now=NOW
                    )
                    outcome.append(len(made))
            except DomainError as error:
                outcome.append(type(error))

    threads = [threading.Thread(target=renew) for _each in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(map(str, outcome)) == sorted(map(str, [1, TermsOverlap]))
    assert len(terms(app, people.chen.id)) == 2
