"""The totals of every statistic are those of a recount, for random provinces and questions."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role, Standing, within
from booking.db import db
from booking.demand.engine.needs import UnmetKind
from booking.instructors.models import Field, Instructor, ServedRegion
from booking.lectures.engine.agreement import ProposalState
from booking.lectures.engine.states import Party, State
from booking.lectures.proposals.models import Proposal
from booking.statistics.engine.areas import NO_FIELD
from booking.statistics.engine.distributions import DAY_CLASSES, HOUR_CLASSES
from booking.statistics.engine.filters import WITHOUT_FIELD, Behind, Filters
from booking.statistics.engine.periods import Period
from booking.statistics.reads import conduct, coverage, lists, supply, totals, unmet
from booking.statistics.reads.coverage import Reach
from booking.statistics.reads.selection import ENDS, Selection
from booking.statistics.reads.supply import AskedFor, Topics
from booking.statistics.reads.totals import Sums
from tests.extent import examples
from tests.factories import NOW, ZONE
from tests.statistics.province import REGIONS, Recount, build

SEEDS = range(examples(160))
QUESTIONS = 1


@pytest.mark.parametrize("block", range(0, len(SEEDS), 5))
def test_every_total_is_that_of_a_recount(app: Flask, block: int) -> None:
    for seed in SEEDS[block : block + 5]:
        chance = random.Random(seed)
        with app.app_context():
            session = db.session()
            try:
                build(session, chance)
                for _question in range(QUESTIONS):
                    compare(session, _asked(session, chance))
            finally:
                session.rollback()


def _asked(session: Session, chance: random.Random) -> Recount:
    scopes = chance.sample(REGIONS, chance.randint(1, 2))
    standings = tuple(Standing(Role.COORDINATOR, region_code=code) for code in scopes)
    if chance.random() < 0.25:
        standings = (Standing(Role.ADMIN),)
    first = (NOW + timedelta(days=chance.randint(-500, 20))).date()
    period = Period(first, first + timedelta(days=chance.choice((0, 20, 90, 365, 700))))
    codes = session.scalars(select(Field.code).order_by(Field.id)).all()
    # A region outside the scope must show nothing, though it never comes from an address.
    region = chance.choice(("", "", *REGIONS))
    field = chance.choice(("", "", "", WITHOUT_FIELD, *codes))
    return Recount(session, Actor(user_id=1, standings=standings), Filters(period, region, field))


def compare(session: Session, again: Recount) -> None:
    selection = Selection(again.who, again.filters, ZONE)
    _compare_totals(session, selection, again)
    _compare_coverage(session, selection, again)
    _compare_demand(session, selection, again)
    _compare_conduct(session, selection, again)
    _compare_lists(session, selection, again)


def _compare_totals(session: Session, selection: Selection, again: Recount) -> None:
    by_month: dict[tuple[int, int], Sums] = defaultdict(Sums)
    by_area: dict[tuple[str, int], Sums] = defaultdict(Sums)
    for one in again.lectures():
        record, held = again.record(one), one.state is State.DELIVERED
        sums = Sums(
            1,
            int(held),
            (record.listeners or 0) if record and held else 0,
            (record.credit_hours or Decimal(0)) if record and held else Decimal(0),
        )
        day = again.day(one.starts_at)
        by_month[day.year, day.month] += sums
        by_area[one.organisation.region_code, again.field_of(one) or NO_FIELD] += sums
    months = [(month.first.year, month.first.month) for month in again.filters.period.months()]
    assert totals.by_month(session, selection) == [by_month[month] for month in months]
    assert totals.by_area(session, selection) == dict(by_area)


def _compare_coverage(session: Session, selection: Selection, again: Recount) -> None:
    expected: dict[str, Reach] = defaultdict(Reach)
    for unit in again.units():
        expected[unit.region_code] += Reach(1, int(again.reached(unit)))
    assert coverage.by_region(session, selection) == dict(expected)
    for reached in (True, False, None):
        listed = coverage.units(session, selection, Behind(), reached=reached, page=1)
        found = [one for one in again.units() if reached in (None, again.reached(one))]
        found.sort(key=lambda one: (one.region_code, one.name))
        assert [one.id for one in listed.units] == [one.id for one in found]
        assert listed.total == len(found)


def _compare_demand(session: Session, selection: Selection, again: Recount) -> None:
    needs = list(again.unmet())
    groups = unmet.unmet(session, selection)
    counts = {(one.region_code, one.field_id, one.kind): one.count for one in groups}
    assert counts == Counter(one[1:] for one in needs)
    for kind in (None, *UnmetKind):
        listed = unmet.unmet_list(session, selection, Behind(), kind, page=1)
        numbers = sorted(number for number, *_area, one in needs if kind in (None, one))
        assert sorted(one.number for one in listed.needs) == numbers
        assert listed.total == len(numbers)
    _compare_supply(session, selection, again)


def _compare_supply(session: Session, selection: Selection, again: Recount) -> None:
    people = list(session.scalars(select(Instructor).order_by(Instructor.id)))
    topics: dict[int, Topics] = defaultdict(Topics)
    suppliers = set()
    for person in (one for one in people if one.listed):
        served = select(ServedRegion.region_code).where(ServedRegion.instructor_id == person.id)
        codes = session.scalars(served).all()
        for topic in (one for one in person.topics if one.active and again.fits(one.field_id)):
            lectures = [one for one in again.all_lectures() if one.topic_id == topic.id]
            if again.sees(person.region_code):
                now = any(again.counts_on(one.starts_at) for one in lectures)
                topics[topic.field_id or NO_FIELD] += Topics(1, int(now), int(bool(lectures)))
            suppliers |= {
                (person.id, code, topic.field_id or NO_FIELD)
                for code in codes
                if _is_asked_about(again, code)
            }
    assert supply.topics(session, selection) == dict(topics)
    everything = sum(topics.values(), Topics())
    for which, number in (
        (AskedFor.ANY, everything.offered),
        (AskedFor.PERIOD, everything.in_period),
        (AskedFor.EVER, everything.ever),
    ):
        listed, total = supply.topic_list(session, selection, Behind(), which, page=1)
        assert len(listed) == total == number
    found = supply.suppliers(session, selection)
    assert {(one.instructor_id, one.region, one.field) for one in found} == suppliers
    assert len(found) == len(suppliers)
    shown, total = supply.supplier_list(session, selection, Behind(), page=1)
    assert {one.id for one in shown} == {one[0] for one in suppliers}
    assert total == len(shown)


def _is_asked_about(again: Recount, served: str) -> bool:
    """Whether somebody who serves a region teaches somewhere in what is asked about."""
    if again.filters.region:
        codes = [again.filters.region]
    elif again.who.has(Role.ADMIN):
        return True
    else:
        codes = sorted(again.who.scopes)
    return any(within(served, code) or within(code, served) for code in codes)


def _compare_conduct(session: Session, selection: Selection, again: Recount) -> None:
    counted = again.lectures()
    assert conduct.lead_times(session, selection) == Counter(map(again.lead_days, counted))
    answers = Counter(hours for one in counted if (hours := again.answer_hours(one)) is not None)
    assert conduct.response_times(session, selection) == answers
    ended = [one for one in counted if one.state in ENDS]
    assert conduct.ends(session, selection) == Counter(
        (one.state, again.ended_by(one)) for one in ended
    )
    late = sum(one.cancelled_late and one.state is State.CANCELLED for one in ended)
    assert conduct.late_cancellations(session, selection) == late
    reasons: Counter[object] = Counter()
    for one in ended:
        record = again.record(one)
        if one.state is State.NOT_HELD and record is not None:
            reasons[record.outcome] += 1
    assert conduct.not_held(session, selection) == reasons
    accepted = session.scalars(select(Proposal).where(Proposal.state == ProposalState.ACCEPTED))
    ids = {one.id for one in counted}
    moved = {(one.kind, one.party, one.lecture_id) for one in accepted if one.lecture_id in ids}
    assert conduct.moves(session, selection) == Counter(one[:2] for one in moved)
    assert conduct.load(session, selection) == again.load()


def _compare_lists(session: Session, selection: Selection, again: Recount) -> None:
    for behind in (
        Behind(),
        Behind(own_region=True) if again.filters.region else Behind(),
        Behind(state=State.DELIVERED),
        Behind(state=State.CANCELLED, party=Party.BRANCH),
        *(Behind(lead=at) for at in range(len(DAY_CLASSES))),
        *(Behind(answer=at) for at in range(len(HOUR_CLASSES))),
    ):
        found, total = lists.lectures(session, selection, behind, page=1)
        assert sorted(one.id for one in found) == again.behind(behind)
        assert total == len(found)
