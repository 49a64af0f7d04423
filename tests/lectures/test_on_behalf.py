"""A coordinator books for a branch of the own region that telephones."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.lectures.engine.states import Party, State
from booking.lectures.models import HistoryEntry, Lecture
from tests import factories
from tests.browser import Client
from tests.factories import CHEN, COUNTY, LI, OTHER_DISTRICT, ROOT, WANG, Cast

FIELDS = {"region": COUNTY, "place": "二楼", "format": "lecture", "audience": "", "attendees": ""}


def address(people: Cast) -> str:
    return f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start=2026-11-26T09:00"


def lectures(app: Flask) -> list[Lecture]:
    with app.app_context():
        return list(db.session().scalars(select(Lecture).order_by(Lecture.id)).all())


@pytest.fixture
def branches(app: Flask, people: Cast) -> Cast:
    """Three branches in Wang's city beside one elsewhere, with alike names."""
    with app.app_context(), unit_of_work() as session:
        for name in ("岫云县第二支部", "岫云县第二支部妇委会"):
            factories.make_branch(session, name)
        factories.make_branch(session, "观屿区第九支部", region=OTHER_DISTRICT)
    return people


def test_a_part_of_the_name_is_enough(app: Flask, branches: Cast) -> None:
    wang = Client(app).sign_in(WANG)
    assert 'name="branch"' in wang.get(address(branches)).text

    answer = wang.post(address(branches), FIELDS | {"branch": "第一"})

    assert answer.status_code == 303
    [lecture] = lectures(app)
    assert (lecture.organisation_id, lecture.state) == (branches.li.id, State.REQUESTED)
    with app.app_context():
        [entry] = db.session().scalars(select(HistoryEntry)).all()
        assert (entry.party, entry.user_id) == (Party.BRANCH_COORDINATOR, branches.wang)
    page = Client(app).sign_in(LI).get(f"/lectures/{lecture.number}").text
    assert "代单位提交预约" in page


def test_of_several_one_is_chosen_and_all_that_was_typed_is_kept(
    app: Flask, branches: Cast
) -> None:
    wang = Client(app).sign_in(WANG).language("en")

    answer = wang.post(address(branches), FIELDS | {"branch": "岫云县"})

    assert answer.status_code == 422
    assert "Several branches have this in their name. Choose one." in answer.text
    assert 'value="二楼"' in answer.text
    assert answer.text.count("</option>") > 3
    assert "观屿区第九支部" not in answer.text
    chosen = FIELDS | {"branch": "岫云县", "organisation": str(branches.li.id)}
    assert wang.post(address(branches), chosen).status_code == 303
    assert [one.organisation_id for one in lectures(app)] == [branches.li.id]


def test_the_whole_name_is_meant_though_another_contains_it(app: Flask, branches: Cast) -> None:
    wang = Client(app).sign_in(WANG)
    answer = wang.post(address(branches), FIELDS | {"branch": "岫云县第二支部"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"branch": "观屿区"}, "No branch of your region has this in its name."),
        ({"branch": "%"}, "No branch of your region has this in its name."),
        ({"branch": " "}, "Type the name of the branch, or a part of it."),
        ({}, "Type the name of the branch, or a part of it."),
    ],
)
def test_a_branch_of_another_region_is_not_found(
    app: Flask, branches: Cast, typed: dict[str, str], sentence: str
) -> None:
    answer = Client(app).sign_in(WANG).language("en").post(address(branches), FIELDS | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert lectures(app) == []


def test_a_branch_of_another_region_is_refused_with_the_reason(app: Flask, branches: Cast) -> None:
    values = FIELDS | {"organisation": str(branches.zhao.id)}
    for language, sentence in (
        ("en", "This branch does not belong to your region, so you cannot book for it."),
        ("zh_Hans_CN", "该单位不在您管理的地区内，您不能代其预约。"),
    ):
        answer = Client(app).sign_in(WANG).language(language).post(address(branches), values)
        assert (answer.status_code, sentence in answer.text) == (422, True)
    assert lectures(app) == []


def test_an_administrator_books_for_any_and_others_for_none(app: Flask, branches: Cast) -> None:
    values = FIELDS | {"branch": "观屿区第九"}
    assert Client(app).sign_in(ROOT).post(address(branches), values).status_code == 303
    assert Client(app).sign_in(CHEN).post(address(branches), values).status_code == 403
    own = FIELDS | {"organisation": str(branches.li.id), "branch": "观屿区第九"}
    answer = Client(app).sign_in(LI).post(address(branches).replace("T09", "T14"), own)
    assert answer.status_code == 303
    assert [one.organisation_id for one in lectures(app)][1] == branches.li.id
