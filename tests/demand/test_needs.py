"""Needs that came to nothing, counted by the database and by a plain recount of all rows."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.engine.roles import within
from booking.accounts.models import Organisation
from booking.db import db, unit_of_work
from booking.demand.engine.needs import DemandPeriod, UnmetKind
from booking.demand.queries import unmet_needs
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Field, Topic
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import HistoryEntry, Lecture
from booking.orders.engine.lifecycle import OrderState
from booking.orders.engine.needs import UnmetReason
from booking.orders.models import OfferState, Order, OrderOffer
from tests.counting import QueryCount
from tests.factories import CITY, COUNTY, DISTRICT, NOW, OTHER_CITY, ZONE, Cast

ENDS = (State.EXPIRED, State.DECLINED, State.CANCELLED, State.REJECTED, State.DELIVERED)


def _lecture(app_random: random.Random, number: int, people: Cast, at: datetime) -> Lecture:
    return Lecture(
        uid=f"u{number}",
        number=f"L{number}",
        state=app_random.choice(ENDS),
        instructor_id=people.chen.id,
        organisation_id=app_random.choice((people.li.id, people.zhao.id)),
        topic_id=app_random.choice((people.chen.topic, people.zhou.topic, None)),
        title="题目",
        starts_at=at,
        ends_at=at + timedelta(hours=1),
        time_zone="Asia/Shanghai",
        region_code=COUNTY,
        place="会议室",
        format=Format.LECTURE,
        audience=None,
        attendees=None,
        reply_due_at=at,
        created_at=at,
        changed_at=at,
    )


def _order(app_random: random.Random, number: int, people: Cast, at: datetime) -> Order:
    return Order(
        number=f"O{number}",
        state=app_random.choice((OrderState.EXPIRED, OrderState.REJECTED, OrderState.CANCELLED)),
        organisation_id=app_random.choice((people.li.id, people.zhao.id)),
        wish="急救",
        field_id=app_random.choice((1, 2, None)),
        topic_id=app_random.choice((people.chen.topic, None)),
        region_code=COUNTY,
        place="会议室",
        unmet=app_random.choice((*UnmetReason, None)),
        created_at=at,
        changed_at=at,
        expires_at=at,
    )


def fill(app: Flask, people: Cast, seed: int) -> None:
    """Random lectures and orders around the days of the test."""
    chance = random.Random(seed)
    with app.app_context(), unit_of_work() as session:
        session.add_all(
            (Field(id=1, code="aid", name="急救"), Field(id=2, code="law", name="法律"))
        )
        session.flush()
        session.get_one(Topic, people.chen.topic).field_id = 1
        for number in range(30):
            at = NOW + timedelta(hours=chance.randrange(-200, 200))
            lecture = _lecture(chance, number, people, at)
            order = _order(chance, number, people, at)
            session.add_all((lecture, order))
            session.flush()
            for _ in range(chance.randrange(1, 3)):
                session.add(
                    HistoryEntry(
                        lecture_id=lecture.id,
                        at=at,
                        party=chance.choice((Party.INSTRUCTOR, Party.BRANCH, Party.COORDINATOR)),
                        command=chance.choice((Command.CANCEL, Command.CONFIRM)),
                        target=lecture.state,
                    )
                )
                session.flush()
            if chance.random() < 0.2:
                offer = {"topic_id": None, "starts_at": at, "state": OfferState.DECLINED}
                session.add(
                    OrderOffer(
                        order_id=order.id,
                        instructor_id=people.chen.id,
                        lecture_id=lecture.id,
                        at=at,
                        **offer,
                    )
                )
            elif chance.random() < 0.2:
                order.cancelled_lecture_id = lecture.id


def recount(regions: list[str] | None, period: DemandPeriod) -> Counter[tuple[object, ...]]:
    """The same in the most obvious way: every row, one after the other."""
    session = db.session()
    found: Counter[tuple[object, ...]] = Counter()

    def region_of(organisation_id: int) -> str | None:
        code = session.get_one(Organisation, organisation_id).region_code
        return code if regions is None or any(within(code, one) for one in regions) else None

    def field_of(topic_id: int | None) -> int | None:
        return session.get_one(Topic, topic_id).field_id if topic_id else None

    orders = session.scalars(select(Order).order_by(Order.id)).all()
    offered = set(session.scalars(select(OrderOffer.lecture_id).order_by(OrderOffer.id)))
    offered |= {order.cancelled_lecture_id for order in orders}
    for lecture in session.scalars(select(Lecture).order_by(Lecture.id)):
        region = region_of(lecture.organisation_id)
        day = lecture.changed_at.astimezone(period.zone).date()
        if lecture.id in offered or region is None or not period.first <= day <= period.last:
            continue
        last = lecture.history[-1]
        field = field_of(lecture.topic_id)
        if lecture.state is State.EXPIRED:
            found[field, region, UnmetKind.EXPIRED] += 1
        elif lecture.state is State.DECLINED:
            found[field, region, UnmetKind.REFUSED] += 1
        elif lecture.state is State.CANCELLED and last.command is Command.CANCEL:
            found[field, region, UnmetKind.CANCELLED] += last.party is not Party.BRANCH
    for order in orders:
        region = region_of(order.organisation_id)
        day = order.changed_at.astimezone(period.zone).date()
        if region is None or not period.first <= day <= period.last:
            continue
        if order.state in (OrderState.EXPIRED, OrderState.REJECTED):
            kind = UnmetKind.REFUSED if order.unmet is UnmetReason.REFUSED else UnmetKind.NOBODY
            kind = UnmetKind.CANCELLED if order.cancelled_lecture_id else kind
            found[order.field_id or field_of(order.topic_id), region, kind] += 1
    return +found


@pytest.mark.parametrize("seed", range(3))
def test_counts_equal_a_plain_recount(app: Flask, people: Cast, seed: int) -> None:
    fill(app, people, seed)
    today = NOW.astimezone(ZONE).date()
    periods = [
        DemandPeriod(today - timedelta(days=back), today + timedelta(days=on), ZONE)
        for back, on in ((0, 0), (3, 2), (30, 30))
    ]
    scopes: tuple[list[str] | None, ...] = (None, [], [CITY], [OTHER_CITY], [CITY, DISTRICT])
    with app.app_context():
        for period in periods:
            for scope in scopes:
                groups = unmet_needs(db.session(), scope, period)
                counts = {(one.field_id, one.region_code, one.kind): one.count for one in groups}
                assert counts == recount(scope, period)


def test_a_merged_field_counts_as_its_successor(app: Flask, people: Cast) -> None:
    fill(app, people, 1)
    day = NOW.astimezone(ZONE).date()
    period = DemandPeriod(day - timedelta(days=30), date(2027, 1, 30), ZONE)
    with app.app_context(), unit_of_work() as session:
        session.get_one(Field, 1).merged_into_id = 2
    with app.app_context():
        assert 1 not in {one.field_id for one in unmet_needs(db.session(), None, period)}


def test_two_queries_however_many(app: Flask, people: Cast, queries: QueryCount) -> None:
    fill(app, people, 2)
    day = NOW.astimezone(ZONE).date()
    period = DemandPeriod(day - timedelta(days=30), day, ZONE)
    with app.app_context(), queries() as statements:
        unmet_needs(db.session(), None, period)
    assert len(statements) == 2
