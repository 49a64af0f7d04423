"""Reads of recruiting: areas with needs that were not met, a case, and what came of it.

Everything is limited to the regions that the actor coordinates; the number of queries is constant.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Organisation, Region
from booking.accounts.queries import lies_under
from booking.demand.engine.needs import DemandPeriod, UnmetKind, UnmetNeed
from booking.demand.queries import Regions, unmet_needs, within_regions
from booking.errors import NotFound
from booking.instructors.models import Field, Instructor, Topic
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.nominations.models import Nomination, NominationField
from booking.recruiting.engine.lifecycle import UNDER_WAY
from booking.recruiting.models import RecruitingCase, RecruitingStep
from booking.recruiting.suggestions import teaches_in

MOST_NOMINATIONS = 20


@dataclass(slots=True)
class NeedArea:
    """The needs of one field in one region, with the case if there is one."""

    field: Field
    region: Region
    counts: Counter[UnmetKind] = dataclasses.field(default_factory=Counter)
    needs: list[UnmetNeed] = dataclasses.field(default_factory=list)
    case: RecruitingCase | None = None

    @property
    def total(self) -> int:
        """How many needs were not met."""
        return len(self.needs)

    @property
    def waits(self) -> bool:
        """Whether nobody does anything about it yet."""
        return self.total > 0 and (self.case is None or self.case.state not in UNDER_WAY)


def scope_of(actor: Actor) -> Regions:
    """The regions whose needs the actor sees; None: all."""
    return None if actor.has(Role.ADMIN) else actor.scopes


def areas(session: Session, actor: Actor, period: DemandPeriod) -> list[NeedArea]:
    """Fields and regions with needs or a case, most needs first. Five queries.

    Needs without a field are left out: nobody can be recruited for them.
    """
    scope = scope_of(actor)
    groups = [one for one in unmet_needs(session, scope, period) if one.field_id is not None]
    cases = session.scalars(
        select(RecruitingCase)
        .where(within_regions(RecruitingCase.region_code, scope))
        .order_by(RecruitingCase.id)
    ).all()
    fields = {one.id: one for one in session.scalars(select(Field).order_by(Field.id))}
    regions = {one.code: one for one in session.scalars(select(Region).order_by(Region.code))}
    found: dict[tuple[int, str], NeedArea] = {}
    for group in groups:
        assert group.field_id is not None
        key = group.field_id, group.region_code
        area = found.setdefault(key, NeedArea(fields[key[0]], regions[key[1]]))
        area.counts[group.kind] += group.count
        area.needs += group.needs
    for case in cases:
        key = case.field_id, case.region_code
        found.setdefault(key, NeedArea(case.field, case.region)).case = case
    return sorted(found.values(), key=lambda one: (-one.total, one.region.code, one.field.id))


def case_by_id(session: Session, case_id: int) -> RecruitingCase:
    """The case; raises `NotFound`."""
    case = session.get(RecruitingCase, case_id)
    if case is None:
        raise NotFound()
    return case


def needs_of(session: Session, case: RecruitingCase, period: DemandPeriod) -> list[UnmetNeed]:
    """The needs behind a case, the newest first."""
    groups = unmet_needs(session, {case.region_code}, period)
    needs = [
        need
        for group in groups
        if (group.field_id, group.region_code) == (case.field_id, case.region_code)
        for need in group.needs
    ]
    return sorted(needs, key=lambda one: (one.at, one.number), reverse=True)


def steps(session: Session, case_id: int) -> Sequence[RecruitingStep]:
    """The history, the oldest first."""
    query = select(RecruitingStep).where(RecruitingStep.case_id == case_id)
    return session.scalars(query.order_by(RecruitingStep.id)).unique().all()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case since it was opened."""

    asked: int
    widened: int
    """Of those who were asked, who teach in the region now."""
    nominations: Sequence[Nomination]
    appointed: int
    """Of the nominated, who are in the register now."""
    met: int
    """Lectures of the field that branches of the region have been promised since."""


def outcome(session: Session, case: RecruitingCase) -> Outcome:
    """What became of it. Three queries."""
    asked = (
        select(RecruitingStep.instructor_id)
        .where(RecruitingStep.case_id == case.id, RecruitingStep.instructor_id.is_not(None))
        .distinct()
    )
    teaching = func.count(Instructor.id).filter(teaches_in(case.region_code))
    counts = session.execute(
        select(func.count(Instructor.id), teaching).where(Instructor.id.in_(asked))
    ).one()
    nominations = session.scalars(
        select(Nomination)
        .join(NominationField, NominationField.nomination_id == Nomination.id)
        .where(
            NominationField.field_id == case.field_id,
            lies_under(Nomination.region_code, case.region_code),
            Nomination.created_at >= case.opened_at,
        )
        .order_by(Nomination.id.desc())
        .limit(MOST_NOMINATIONS)
    ).unique()
    rows = list(nominations)
    appointed = sum(row.instructor_id is not None for row in rows)
    return Outcome(counts[0], counts[1], rows, appointed, _met(session, case, case.opened_at))


def _met(session: Session, case: RecruitingCase, since: datetime) -> int:
    query = (
        select(func.count(Lecture.id))
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .join(Topic, Topic.id == Lecture.topic_id)
        .where(
            Lecture.state.in_((State.CONFIRMED, State.DELIVERED)),
            Lecture.created_at >= since,
            Topic.field_id == case.field_id,
            lies_under(Organisation.region_code, case.region_code),
        )
    )
    return session.scalar(query) or 0
