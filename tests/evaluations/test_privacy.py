"""Fewer than five answers tell nothing, and no two looks differ by a single one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from booking.db import db, unit_of_work
from booking.evaluations import history, queries, service
from booking.evaluations.engine.groups import HalfYear
from booking.evaluations.engine.scales import EvaluationDimension
from booking.instructors.models import Topic
from booking.lectures.engine.states import Party
from booking.lectures.queries import by_number
from booking.lectures.records import service as records
from booking.lectures.records.models import LectureOutcome
from booking.lectures.records.service import Filing
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.evaluations import evaluating
from tests.evaluations.evaluating import answers
from tests.factories import CHEN, CITY, LI, OTHER_CITY, SUN, WANG, ZONE, Cast

LONG_AFTER = factories.at(40, 9)
CONTENT = EvaluationDimension.CONTENT


def of_chen(app: Flask, people: Cast, now: datetime = LONG_AFTER) -> history.EvaluationHistory:
    """What Chen sees."""
    with app.app_context():
        return history.history(db.session(), people.chen.id, now=now, zone=ZONE)


def counts(app: Flask, people: Cast, now: datetime = LONG_AFTER) -> list[int]:
    """How many answers of branches the half-years tell of."""
    return [one.branches.count for one in of_chen(app, people, now).half_years if one.branches]


def test_four_tell_nothing_and_five_their_means(app: Flask, people: Cast) -> None:
    numbers = evaluating.delivered(app, people, 5)
    for number in numbers[:4]:
        evaluating.evaluate(app, number, answers(4, text="四人之一。"))
    found = of_chen(app, people)
    assert (found.half_years, found.again, found.waiting) == ([], None, True)

    evaluating.evaluate(app, numbers[4], answers(1, again=False, text="第五人。"))

    found = of_chen(app, people)
    [half_year] = found.half_years
    assert half_year.half_year == HalfYear(2026, 2)
    assert half_year.branches is not None
    assert half_year.branches.dimensions[CONTENT] == pytest.approx(17 / 5)
    assert (half_year.branches.count, found.again, found.waiting) == (5, (4, 5), False)
    assert sorted(half_year.texts) == ["四人之一。"] * 4 + ["第五人。"]


def test_a_sixth_changes_nothing_until_the_tenth(app: Flask, people: Cast) -> None:
    numbers = evaluating.delivered(app, people, 10)
    seen = []
    for number in numbers:
        evaluating.evaluate(app, number, answers(2, text=number))
        found = of_chen(app, people)
        seen.append(
            (
                sum(one.branches.count for one in found.half_years if one.branches),
                sum(len(one.texts) for one in found.half_years),
            )
        )
    assert seen == [(0, 0)] * 4 + [(5, 5)] * 5 + [(10, 10)]


def test_what_can_still_be_corrected_is_not_counted(app: Flask, people: Cast) -> None:
    for number in evaluating.delivered(app, people, 5):
        evaluating.evaluate(app, number)
    last = factories.at(7, 11) + timedelta(days=14)
    assert counts(app, people, last - timedelta(seconds=1)) == []
    assert counts(app, people, last) == [5]


def test_listeners_are_told_from_five_on_and_after_the_end(app: Flask, people: Cast) -> None:
    few, enough = evaluating.delivered(app, people, 2)
    evaluating.listen(app, few, [answers(1, text="少")] * 4)
    evaluating.listen(app, enough, [answers(place, text=f"文{place}") for place in (5, 4, 3, 2, 1)])
    closed = factories.at(3, 16) + timedelta(days=7)
    assert of_chen(app, people, closed - timedelta(seconds=1)).half_years == []

    [half_year] = of_chen(app, people, closed).half_years

    assert half_year.listeners is not None
    assert (half_year.listeners.count, half_year.listeners.dimensions[CONTENT]) == (5, 3.0)
    assert sorted(half_year.texts) == ["文1", "文2", "文3", "文4", "文5"]
    assert half_year.texts != [f"文{place}" for place in (5, 4, 3, 2, 1)]


@pytest.mark.parametrize("email", [CHEN, WANG])
def test_pages_of_others_do_not_tell_what_one_branch_said(
    app: Flask, people: Cast, time: Time, email: str
) -> None:
    [number] = evaluating.delivered(app, people)
    evaluating.evaluate(app, number, answers(1, again=False, text="唯一的意见"))
    evaluating.listen(app, number, [answers(1, text="唯一的听众")] * 4)
    time.now = LONG_AFTER
    browser = Client(app).language("en").sign_in(email)
    pages = [f"/lectures/{number}", "/evaluations" if email == CHEN else "/evaluations/fields"]
    for page in pages:
        text = browser.get(page).text
        assert "唯一的" not in text, page
        assert "1.0" not in text, page
    with app.app_context():
        lecture_id = by_number(db.session(), number).id
        found = queries.evaluation_of(db.session(), lecture_id, of_branch=False, now=LONG_AFTER)
        assert (found.filed, found.own, found.listeners, found.means) == (True, None, 4, None)


def test_coordinators_see_their_own_region_by_field_and_title(app: Flask, people: Cast) -> None:
    numbers = evaluating.delivered(app, people, 6)
    for place, number in enumerate(numbers):
        evaluating.evaluate(app, number, answers(5 if place < 5 else 1))
    evaluating.listen(app, numbers[0], [answers(3)] * 5)
    evaluating.listen(app, numbers[1], [answers(1)] * 4)
    with app.app_context():
        session = db.session()
        field_id = session.get_one(Topic, people.chen.topic).field_id
        [own] = queries.summary_by_field(session, [CITY], None, now=LONG_AFTER)
        assert own.branches is not None
        assert own.listeners is not None
        assert (own.key, own.hidden) == (field_id, False)
        assert (own.branches.count, own.branches.dimensions[CONTENT]) == (5, 5.0)
        assert (own.branches.again, own.listeners.count) == (5, 5)
        assert own.listeners.dimensions[CONTENT] == 3.0
        assert queries.summary_by_field(session, [OTHER_CITY], None, now=LONG_AFTER) == []
        assert queries.summary_by_field(session, [], None, now=LONG_AFTER) == []
        assert queries.summary_by_field(session, None, None, now=LONG_AFTER) == [own]
        [title] = queries.summary_by_title(session, [CITY], None, now=LONG_AFTER)
        assert (title.branches, title.listeners) == (own.branches, own.listeners)
        assert title.key == "家庭急救常识（120分钟）"


def test_no_period_takes_a_group_apart(app: Flask, people: Cast) -> None:
    for number in evaluating.delivered(app, people, 7):
        evaluating.evaluate(app, number)
    first, last = factories.at(0, 0), factories.at(20, 0)
    seen = set()
    with app.app_context():
        for days in range(20):
            middle = first + timedelta(days=days)
            for period in ((first, middle), (middle, last)):
                found = queries.summary_by_field(db.session(), None, period, now=LONG_AFTER)
                seen |= {one.branches.count if one.branches else 0 for one in found}
    assert seen == {0, 5}


def test_a_coordinator_of_another_region_sees_nothing(app: Flask, people: Cast, time: Time) -> None:
    for number in evaluating.delivered(app, people, 5):
        evaluating.evaluate(app, number)
    time.now = LONG_AFTER
    told = "家庭急救常识（120分钟）"
    assert told in Client(app).sign_in(WANG).get("/evaluations/fields?year=2026").text
    assert told not in Client(app).sign_in(SUN).get("/evaluations/fields?year=2026").text
    assert Client(app).sign_in(LI).get("/evaluations/fields").status_code == 403
    assert Client(app).sign_in(CHEN).get("/evaluations/fields").status_code == 403


def test_the_public_page_follows_the_consent_at_once(app: Flask, people: Cast, time: Time) -> None:
    numbers = evaluating.delivered(app, people, 5)
    for number in numbers[:4]:
        evaluating.evaluate(app, number)
    time.now = LONG_AFTER
    page, told = f"/instructors/{people.chen.id}", "4 of 5 branches that evaluated"
    chen, anybody = Client(app).sign_in(CHEN), Client(app).language("en")
    assert chen.post("/evaluations/consent", {"given": "yes"}).status_code == 303
    assert "branches that evaluated" not in anybody.get(page).text
    evaluating.evaluate(app, numbers[4], answers(1, again=False))
    assert told in anybody.get(page).text

    assert chen.post("/evaluations/consent", {"given": "no"}).status_code == 303

    assert "branches that evaluated" not in anybody.get(page).text


def test_without_consent_nothing_is_public(app: Flask, people: Cast) -> None:
    for number in evaluating.delivered(app, people, 5):
        evaluating.evaluate(app, number)
    with app.app_context():
        assert history.public_again(db.session(), people.chen.id, LONG_AFTER) is None
    with app.app_context(), unit_of_work() as session:
        service.consent(session, instructor_id=people.chen.id, given=True, now=LONG_AFTER)
        assert history.public_again(session, people.chen.id, LONG_AFTER) == (5, 5)


def not_held(app: Flask, number: str, now: datetime) -> None:
    """A coordinator of the branch records that a lecture did not take place after all."""
    filing = Filing(frozenset({Party.BRANCH_COORDINATOR}), None, now)
    with app.app_context(), unit_of_work() as session:
        records.not_held(
            session, number=number, outcome=LectureOutcome.OTHER, note="误记", filing=filing
        )


def test_a_late_correction_of_a_record_takes_no_answer_out_of_its_group(
    app: Flask, people: Cast
) -> None:
    """Else the sixth would move up: its text appears, that of the first is gone, and so on."""
    numbers = evaluating.delivered(app, people, 6)
    for number in numbers:
        evaluating.evaluate(app, number, answers(1 if number == numbers[5] else 5, text=number))
    before = of_chen(app, people)
    with app.app_context():
        fields = queries.summary_by_field(db.session(), None, None, now=LONG_AFTER)

    not_held(app, numbers[0], LONG_AFTER)

    assert of_chen(app, people) == before
    assert before.half_years[0].texts != []
    with app.app_context():
        assert queries.summary_by_field(db.session(), None, None, now=LONG_AFTER) == fields


def test_what_was_said_of_a_lecture_that_was_not_held_never_counts(
    app: Flask, people: Cast
) -> None:
    numbers = evaluating.delivered(app, people, 5)
    for number in numbers:
        evaluating.evaluate(app, number)
    not_held(app, numbers[0], factories.at(9, 9))
    assert of_chen(app, people).half_years == []
    with app.app_context():
        lecture_id = by_number(db.session(), numbers[0]).id
        assert queries.branch_evaluation(db.session(), lecture_id) is None


def test_tables_by_field_and_by_title_differ_by_whole_groups(app: Flask, people: Cast) -> None:
    """The only evaluation of a title is not the difference between its field and another title."""
    numbers = evaluating.delivered(app, people, 6)
    with app.app_context(), unit_of_work() as session:
        by_number(session, numbers[0]).title = "只讲过一次的课"
    for number in numbers:
        evaluating.evaluate(app, number, answers(1 if number == numbers[0] else 5))
    with app.app_context():
        [field] = queries.summary_by_field(db.session(), None, None, now=LONG_AFTER)
        titles = queries.summary_by_title(db.session(), None, None, now=LONG_AFTER)
    told = [one.branches for one in titles if one.branches]
    assert [one.count for one in told] == [5]
    assert [field.branches] == told
