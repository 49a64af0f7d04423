"""The checklist counts within the own regions and goes when all is done."""

from __future__ import annotations

import re

from flask import Flask

from booking.administration.checklist.queries import Counts
from booking.administration.checklist.steps import steps
from booking.db import db, unit_of_work
from booking.instructors.models import Instructor
from tests import factories
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import WANG, Cast
from tests.register.uploads import rows, sheet, text_of, upload

_STEP = re.compile(r'<li class="checklist-step.*?</li>', re.DOTALL)


def _steps(page: str) -> list[str]:
    return [text_of(step) for step in _STEP.findall(page)]


def test_the_checklist_leads_from_regions_to_the_first_lecture(app: Flask, people: Cast) -> None:
    wang = Client(app).language("en").sign_in(WANG)
    wang.post(upload(wang, sheet(rows(3)))[1])

    manage, board = wang.get("/manage").text, wang.get("/board").text

    assert _steps(manage) == [
        "✓ Regions 3 regions done",
        "✓ Branches 1 branch done",
        "✓ Register 4 people done",
        "4 Hours 1 of 4 can be booked to do",
        "5 Invitations 1 of 4 have an account to do",
        "6 First lecture 0 lectures agreed to do",
    ]
    assert _steps(board) == _steps(manage)
    assert '<a href="/register/hours">Hours</a>' in manage


def test_when_all_is_done_it_goes(app: Flask) -> None:
    with app.test_request_context():
        done = steps(Counts(1, 1, 2, 0, 0, 2, 1))
        open_ones = steps(Counts(1, 1, 2, 1, 0, 1, 0))
    assert [step.is_done for step in done] == [True] * 6
    assert [step.is_done for step in open_ones] == [True, True, True, False, False, False]


def test_nobody_sees_it_when_all_is_done(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(Instructor, people.chen.id).listed = True
    factories.confirmed(app, people, factories.at(3, 9))

    page = Client(app).language("en").sign_in(WANG).get("/manage").text

    assert _steps(page) == []


def test_after_the_first_lecture_it_is_a_line_on_one_page(app: Flask, people: Cast) -> None:
    wang = Client(app).language("en").sign_in(WANG)
    wang.post(upload(wang, sheet(rows(3)))[1])
    factories.confirmed(app, people, factories.at(3, 9))

    manage, board = wang.get("/manage").text, wang.get("/board").text

    assert _steps(board) == []
    assert _steps(manage)[4:] == [
        "5 Invitations 1 of 4 have an account to do",
        "✓ First lecture 1 lecture agreed done",
    ]
    assert "2 set-up steps are still open</summary>" in manage


def test_its_counts_are_one_statement(app: Flask, people: Cast) -> None:
    from booking.accounts.engine.roles import SYSTEM
    from booking.administration.checklist.queries import counts

    with app.app_context(), QueryCount.of(app) as counted, counted() as seen:
        counts(db.session(), SYSTEM)
    assert len(seen) == 1
