"""The parts that come after a lecture: nobody reads in a dossier what the pages hide."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from booking.db import unit_of_work
from booking.lectures.engine.states import Command, Party
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.dossiers import afterwards
from tests.dossiers.afterwards import (
    ATTENDANCE,
    BRANCH,
    CHANGED,
    EFFECT,
    GUEST,
    HALL,
    LATER,
    NAMES,
    SAID,
    TEST,
)
from tests.evaluations import evaluating
from tests.factories import CHEN, LI, OTHER_DISTRICT, SUN, WANG, ZHAO, Cast, at
from tests.papers import squeezed, text_of

SIGNED = {"人数": "3"}
NAMED = SIGNED | {"名单": "、".join(NAMES)}
LEARNED = {"授课前正确率": "33%", "授课后正确率": "100%", "课前作答": "5", "课后作答": "5"}
OF_BRANCH = {"单位评价": "已评价"}
SCORES = {"内容": "较好", "讲解": "较好", "对工作的帮助": "较好", "愿意再次预约": "是"}
OWN = OF_BRANCH | SCORES | {"备注": SAID}
COUNTED = {"份数": "5"}
FIVE = "5.0（满分5）"
MEANS = {"内容": FIVE, "讲解": FIVE, "对工作的帮助": FIVE, "愿意再听": "5份中5份"}
EFFECTS = {"30天后": f"修订了制度或流程：{CHANGED}"}


@pytest.fixture
def five(app: Flask, people: Cast) -> afterwards.Afterwards:
    """A lecture with all parts, and five answers of the hall."""
    return afterwards.filled(app, people)


def test_the_branch_reads_all(app: Flask, people: Cast, five: afterwards.Afterwards) -> None:
    assert afterwards.told(app, people.li.user, five.number) == {
        ATTENDANCE: NAMED,
        TEST: LEARNED,
        BRANCH: OWN,
        HALL: COUNTED | MEANS,
        EFFECT: EFFECTS,
    }


def test_the_instructor_reads_no_names_and_no_single_answer(
    app: Flask, people: Cast, five: afterwards.Afterwards
) -> None:
    found = afterwards.told(app, people.chen.user, five.number)
    assert list(found) == [ATTENDANCE, TEST, BRANCH, HALL, EFFECT]
    assert (found[ATTENDANCE], found[BRANCH]) == (SIGNED, OF_BRANCH)
    assert (found[TEST], found[HALL]) == (LEARNED, COUNTED | MEANS)


def test_the_coordinator_reads_names_and_not_what_the_branch_said(
    app: Flask, people: Cast, five: afterwards.Afterwards
) -> None:
    found = afterwards.told(app, people.wang, five.number)
    assert (found[ATTENDANCE], found[BRANCH]) == (NAMED, OF_BRANCH)
    assert (found[TEST], found[HALL]) == (LEARNED, COUNTED | MEANS)


def test_a_branch_that_takes_part_reads_none_of_them(
    app: Flask, five: afterwards.Afterwards
) -> None:
    assert afterwards.told(app, five.guest, five.number) == {}


@pytest.mark.parametrize("ending", ["", ".pdf"])
@pytest.mark.parametrize(
    ("who", "names", "said"),
    [(LI, True, True), (WANG, True, False), (CHEN, False, False), (GUEST, False, False)],
)
def test_page_and_paper_have_no_more(
    app: Flask,
    five: afterwards.Afterwards,
    time: Time,
    who: str,
    names: bool,
    said: bool,
    ending: str,
) -> None:
    time.now = LATER + timedelta(days=1)
    answer = Client(app).sign_in(who).get(f"/lectures/{five.number}/dossier{ending}")
    assert answer.status_code == 200
    text = squeezed(answer.text) if not ending else text_of(answer.data)
    assert [name in text for name in NAMES] == [names] * 3
    assert (SAID in text) is said
    assert (CHANGED in text) is (who != GUEST)


def test_four_answers_tell_their_number_only(app: Flask, people: Cast) -> None:
    number = afterwards.filled(app, people, 4).number
    for user in (people.li.user, people.chen.user, people.wang):
        found = afterwards.told(app, user, number)
        assert TEST not in found
        assert found[HALL] == {"份数": "4"}


def test_listeners_are_told_of_when_none_can_answer_any_more(
    app: Flask, people: Cast, time: Time
) -> None:
    (number,) = evaluating.delivered(app, people)
    evaluating.listen(app, number, [evaluating.answers(5)] * 5)
    chen = Client(app).sign_in(CHEN)
    for days, is_told in ((9, False), (10, True)):
        time.now = at(days, 12)
        assert (FIVE in chen.get(f"/lectures/{number}/dossier").text) is is_told


def test_each_coordinator_of_two_regions_reads_the_own_side(
    app: Flask, people: Cast, time: Time
) -> None:
    """Wang has the instructor's region only, Sun that of the branch."""
    more = {"organisation_id": people.zhao.id, "region_code": OTHER_DISTRICT}
    number = factories.confirmed(app, people, at(3, 9), **more)
    afterwards.sign(app, number)
    time.now = at(3, 12)
    for who, names in ((ZHAO, True), (SUN, True), (WANG, False), (CHEN, False)):
        page = Client(app).sign_in(who).get(f"/lectures/{number}/dossier").text
        assert (ATTENDANCE in page, NAMES[0] in page) == (True, names)


def test_nothing_of_a_lecture_that_was_cancelled_is_evaluated(app: Flask, people: Cast) -> None:
    number = afterwards.shared(app, people).number
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CANCEL, Party.BRANCH)
    assert afterwards.told(app, people.li.user, number) == {}
