"""Evaluation and effect: answers of branches and listeners, outcomes, and knowledge tests by field.

What is told of few answers is decided where the answers are kept, and in `figures.effect`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import Organisation
from booking.evaluations import queries as evaluations
from booking.evaluations.engine.scales import EvaluationDimension
from booking.evaluations.totals import Means
from booking.follow_ups import queries as follow_ups
from booking.follow_ups.outcomes import queries as outcome_queries
from booking.follow_ups.queries import OutcomeCount
from booking.instructors.models import Topic
from booking.knowledge_tests.engine.groups import GroupChange
from booking.knowledge_tests.models import KnowledgeTest
from booking.knowledge_tests.queries import changes_of_groups
from booking.lectures.models import Lecture
from booking.statistics.engine.areas import NO_FIELD
from booking.statistics.reads.selection import Selection, counted


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Means of branches and of listeners; None: too few answers."""

    branches: Means | None = None
    listeners: Means | None = None

    def __add__(self, other: Evaluated) -> Evaluated:
        return Evaluated(
            together(self.branches, other.branches), together(self.listeners, other.listeners)
        )


def together(one: Means | None, other: Means | None) -> Means | None:
    """The means of two groups that can be shown. Both are whole, so their sum tells no answer."""
    if one is None or other is None:
        return one or other
    count = one.count + other.count
    means = {
        dimension: (
            one.count * one.dimensions[dimension] + other.count * other.dimensions[dimension]
        )
        / count
        for dimension in EvaluationDimension
    }
    return Means(count, means, one.again + other.again)


def evaluated(session: Session, selection: Selection, *, now: datetime) -> dict[int, Evaluated]:
    """Evaluations by field, in the regions of the instructors. Two queries."""
    found = evaluations.summary_by_field(session, selection.scopes, selection.bounds, now=now)
    return {one.key or NO_FIELD: Evaluated(one.branches, one.listeners) for one in found}


@dataclass(frozen=True, slots=True)
class Effects:
    """Questions weeks later, those of them answered, and how many answers name each outcome."""

    asked: int = 0
    answered: int = 0
    named: tuple[tuple[int, int], ...] = ()
    """Pairs of an outcome's id and its number of answers, sorted."""

    def __add__(self, other: Effects) -> Effects:
        named = dict(self.named)
        for outcome_id, count in other.named:
            named[outcome_id] = named.get(outcome_id, 0) + count
        return Effects(
            self.asked + other.asked, self.answered + other.answered, tuple(sorted(named.items()))
        )

    def of(self, outcome_id: int) -> int:
        """How many answers name an outcome."""
        return dict(self.named).get(outcome_id, 0)


def effects(session: Session, selection: Selection) -> dict[int, Effects]:
    """Answers weeks later by field, in the regions of the branches. Two queries."""
    found = follow_ups.outcomes_by_field(session, selection.scopes, selection.bounds)
    return {int(one.key or NO_FIELD): _effects(one) for one in found}


def _effects(one: OutcomeCount) -> Effects:
    return Effects(one.asked, one.answered, tuple(sorted(one.by_outcome.items())))


@dataclass(frozen=True, slots=True)
class OutcomeName:
    """An outcome of the list, in both languages."""

    id: int
    name: str
    name_en: str
    unchanged: bool
    """Whether it says that nothing has changed yet: an answer that names it names no other."""


def outcomes(session: Session) -> list[OutcomeName]:
    """All outcomes in their order. One query."""
    return [
        OutcomeName(one.id, one.name, one.name_en, one.unchanged)
        for one in outcome_queries.every(session)
    ]


@dataclass(frozen=True, slots=True)
class Tested:
    """Lectures with a knowledge test, and the answers of those whose change is shown.

    An answer is that of one device to one question.
    """

    lectures: int = 0
    before: int = 0
    right_before: int = 0
    after: int = 0
    right_after: int = 0

    def __add__(self, other: Tested) -> Tested:
        return Tested(
            self.lectures + other.lectures,
            self.before + other.before,
            self.right_before + other.right_before,
            self.after + other.after,
            self.right_after + other.right_after,
        )


def tested(session: Session, selection: Selection, *, now: datetime) -> dict[int, Tested]:
    """Knowledge tests by field. Five queries at most."""
    query = (
        select(Lecture.id, Topic.field_id)
        .join(KnowledgeTest, KnowledgeTest.lecture_id == Lecture.id)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .outerjoin(Topic, Topic.id == Lecture.topic_id)
        .where(counted(selection))
        .order_by(Lecture.id)
    )
    fields = {lecture: field or NO_FIELD for lecture, field in session.execute(query)}
    changes = changes_of_groups(session, list(fields), now) if fields else {}
    found: dict[int, Tested] = {}
    for lecture, field in fields.items():
        found[field] = found.get(field, Tested()) + _tested(changes.get(lecture))
    return found


def _tested(change: GroupChange | None) -> Tested:
    if change is None:
        return Tested(1)
    asked = len(change.questions)
    return Tested(
        1,
        change.before * asked,
        sum(one.before for one in change.questions),
        change.after * asked,
        sum(one.after for one in change.questions),
    )
