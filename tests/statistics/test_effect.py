"""Evaluation and effect by field: a recount, and what is told of few answers."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role, Standing
from booking.db import db
from booking.evaluations.engine import groups, policy
from booking.evaluations.engine.scales import EvaluationDimension
from booking.evaluations.models import BranchEvaluation, EvaluationSet
from booking.evaluations.totals import Means
from booking.follow_ups.engine.due import FollowUpStage
from booking.follow_ups.models import FollowUp
from booking.follow_ups.outcomes.models import Outcome
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.statistics.engine.areas import NO_FIELD
from booking.statistics.engine.filters import Filters
from booking.statistics.engine.periods import Period
from booking.statistics.reads import effect
from booking.statistics.reads.effect import Effects
from booking.statistics.reads.selection import Selection
from tests.factories import NOW, ZONE
from tests.statistics.province import REGIONS, Recount, build

USEFULNESS = EvaluationDimension.USEFULNESS


@pytest.mark.parametrize("seed", range(6))
def test_evaluation_and_effect_are_those_of_a_recount(app: Flask, seed: int) -> None:
    chance = random.Random(seed)
    with app.app_context():
        session = db.session()
        for _district in range(6):
            build(session, chance)
        _answer(session, chance)
        for standing in (
            Standing(Role.ADMIN),
            *(Standing(Role.COORDINATOR, region_code=code) for code in REGIONS[:3]),
        ):
            for region in ("", "990100", "990200"):
                period = Period(date(2026, 1, 1), date(2026, 12, 31))
                who = Actor(user_id=1, standings=(standing,))
                _compare(session, Recount(session, who, Filters(period, region)))
        session.rollback()


def _answer(session: Session, chance: random.Random) -> None:
    """Every lecture that was held is evaluated; some branches answer weeks later."""
    newest = session.scalars(select(EvaluationSet).order_by(EvaluationSet.id.desc())).first()
    assert newest is not None
    outcomes = session.scalars(select(Outcome).order_by(Outcome.id)).all()
    for lecture in session.scalars(select(Lecture).order_by(Lecture.id)):
        if lecture.state is not State.DELIVERED:
            continue
        scores = {one.value: chance.randint(1, 5) for one in EvaluationDimension}
        session.add(
            BranchEvaluation(
                lecture_id=lecture.id,
                set_id=newest.id,
                further={},
                again=chance.random() < 0.7,
                given_at=NOW,
                **scores,
            )
        )
        answered = chance.random() < 0.6
        question = FollowUp(
            lecture_id=lecture.id,
            stage=FollowUpStage.FIRST,
            days=30,
            asked_at=NOW,
            closes_at=NOW + timedelta(days=30),
            answered_at=NOW if answered else None,
        )
        if answered:
            question.outcomes = chance.sample(outcomes, chance.randint(1, 2))
        session.add(question)
    session.flush()


def _compare(session: Session, again: Recount) -> None:
    selection = Selection(again.who, again.filters, ZONE)
    found = effect.evaluated(session, selection, now=NOW)
    usefulness = {
        key: (one.branches.count, round(one.branches.dimensions[USEFULNESS], 9))
        for key, one in found.items()
        if one.branches is not None
    }
    assert usefulness == _evaluated_again(session, again)
    assert effect.effects(session, selection) == _effects_again(session, again)


def _evaluated_again(session: Session, again: Recount) -> dict[int, tuple[int, float]]:
    """Whole groups of one field and region, by the end of the last lecture."""
    held: dict[tuple[int, str], list[Lecture]] = defaultdict(list)
    for one in again.all_lectures():
        if one.state is State.DELIVERED and one.ends_at <= policy.counted_before(NOW):
            region = one.instructor.region_code
            if again.sees(region):
                held[again.field_of(one) or NO_FIELD, region].append(one)
    scores: dict[int, list[int]] = defaultdict(list)
    for (field, _region), lectures in held.items():
        lectures.sort(key=lambda one: (one.ends_at, one.id))
        for group in groups.whole_groups(lectures):
            if again.counts_on(group[-1].ends_at):
                answers = [session.get_one(BranchEvaluation, one.id) for one in group]
                scores[field] += [one.usefulness for one in answers]
    return {key: (len(all_), round(sum(all_) / len(all_), 9)) for key, all_ in scores.items()}


def _effects_again(session: Session, again: Recount) -> dict[int, Effects]:
    found: dict[int, Effects] = defaultdict(Effects)
    for one in session.scalars(select(FollowUp).order_by(FollowUp.id)):
        lecture = one.lecture
        here = again.sees(lecture.organisation.region_code) and again.counts_on(lecture.starts_at)
        if lecture.state is State.DELIVERED and here:
            named = Counter(outcome.id for outcome in one.outcomes)
            found[again.field_of(lecture) or NO_FIELD] += Effects(
                1, int(one.answered_at is not None), tuple(sorted(named.items()))
            )
    return dict(found)


def test_two_groups_together_have_the_mean_of_all_answers() -> None:
    five, ten = (
        Means(count, dict.fromkeys(EvaluationDimension, mean), again)
        for count, mean, again in ((5, 2.0, 1), (10, 5.0, 9))
    )
    assert effect.together(five, ten) == Means(15, dict.fromkeys(EvaluationDimension, 4.0), 10)
    assert effect.together(None, ten) == ten
    assert effect.together(None, None) is None
