"""Own years and totals equal a plain sum; small numbers and other people's lectures are hidden."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.evaluations.history import year_means
from booking.evaluations.queries import evaluated
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Field, Topic
from booking.lectures.engine.states import Party, State
from booking.lectures.models import Lecture
from booking.lectures.queries import by_number
from booking.lectures.records.engine.policy import CORRECTED_WITHIN
from booking.lectures.records.models import LectureOutcome, LectureRecord
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import Order, OrderWindow
from booking.settings import service as settings
from booking.settings.engine.declarations import PUBLIC_TOTALS
from booking.year_reviews import cache, queries
from booking.year_reviews.engine.figures import shown, told_before
from tests.browser import Client
from tests.conftest import Time
from tests.evaluations import evaluating
from tests.factories import CHEN, COUNTY, LI, NOW, OTHER_DISTRICT, ZONE, Cast


@pytest.fixture(autouse=True)
def _nothing_cached(app: Flask) -> Iterator[None]:
    with app.app_context():
        cache.forget()
    yield
    with app.app_context():
        cache.forget()


def fill(app: Flask, people: Cast, seed: int, count: int = 40) -> None:
    """Random lectures of two years."""
    chance = random.Random(seed)
    with app.app_context(), unit_of_work() as session:
        session.add(Field(id=1, code="aid", name="急救"))
        session.flush()
        session.get_one(Topic, people.chen.topic).field_id = 1
        for number in range(count):
            at = NOW + timedelta(days=chance.randrange(-500, 30), hours=chance.randrange(24))
            lecture = Lecture(
                uid=f"u{number}",
                number=f"L{number}",
                state=chance.choice((State.DELIVERED, State.DELIVERED, State.CANCELLED)),
                instructor_id=chance.choice((people.chen.id, people.zhou.id)),
                organisation_id=chance.choice((people.li.id, people.zhao.id)),
                topic_id=chance.choice((people.chen.topic, None)),
                title="题目",
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                time_zone="Asia/Shanghai",
                region_code=chance.choice((COUNTY, OTHER_DISTRICT)),
                place="会议室",
                format=Format.LECTURE,
                reply_due_at=at,
                created_at=at,
                changed_at=at,
            )
            session.add(lecture)
            session.flush()
            if chance.random() < 0.6:
                session.add(
                    LectureRecord(
                        lecture_id=lecture.id,
                        outcome=LectureOutcome.HELD,
                        listeners=chance.choice((None, 30, 80)),
                        credit_hours=chance.choice((None, Decimal("1.5"))),
                        party=Party.BRANCH,
                        filed_at=at,
                    )
                )


@pytest.mark.parametrize("seed", range(2))
def test_years_equal_a_plain_sum(app: Flask, people: Cast, seed: int) -> None:
    fill(app, people, seed)
    with app.app_context():
        session = db.session()
        everything = session.scalars(select(Lecture).order_by(Lecture.id)).all()
        for year in (2025, 2026, 2027):
            for mine, figures in (
                (
                    [one for one in everything if one.organisation_id == people.li.id],
                    queries.branch_year(session, [people.li.id], year, ZONE),
                ),
                (
                    [one for one in everything if one.instructor_id == people.chen.id],
                    queries.instructor_year(session, [people.chen.id], year, ZONE),
                ),
            ):
                held = [
                    one
                    for one in mine
                    if one.state is State.DELIVERED and one.starts_at.astimezone(ZONE).year == year
                ]
                records = [session.get(LectureRecord, one.id) for one in held]
                assert figures.lectures == len(held)
                assert figures.listeners == sum((one and one.listeners) or 0 for one in records)
                hours = sum((one and one.credit_hours) or Decimal(0) for one in records)
                assert figures.credit_hours == hours
                regions = {names.name: number for names, number in figures.regions}
                assert regions == Counter(one.region.name for one in held)
        before = date(2026, 10, 1)
        totals = queries.public_totals(session, before, ZONE)
        held = [
            one
            for one in everything
            if one.state is State.DELIVERED and one.starts_at.astimezone(ZONE).date() < before
        ]
        assert len(held) < len([one for one in everything if one.state is State.DELIVERED])
        assert totals.lectures == len(held)
        assert totals.units is None  # Two organisations: too few to be told.
        assert totals.fields == (("急救", None, sum(one.topic_id is not None for one in held)),)


@pytest.mark.parametrize(
    ("today", "before"),
    [
        (date(2026, 12, 1), date(2026, 11, 1)),
        (date(2026, 12, 14), date(2026, 11, 1)),
        (date(2026, 12, 15), date(2026, 12, 1)),
        (date(2027, 1, 14), date(2026, 12, 1)),
        (date(2027, 1, 15), date(2027, 1, 1)),
    ],
)
def test_a_month_is_told_two_weeks_after_its_end(today: date, before: date) -> None:
    assert told_before(today, CORRECTED_WITHIN) == before


def test_who_looks_every_day_sees_whole_months_only(
    app: Flask, client: Client, people: Cast, time: Time
) -> None:
    """Also across the ten minutes for which the totals are kept."""
    fill(app, people, 1)
    seen = set()
    for days in range(40):
        time.now = NOW + timedelta(days=days)
        page = client.get("/totals").text
        numbers = page.partition('<table class="facts"')[2].partition("</table>")[0]
        seen.add((numbers, re.findall(r"授课截至(.+?)（", page)[0]))
    assert {last for _numbers, last in seen} == {"2026年10月31日", "2026年11月30日"}
    assert len({numbers for numbers, _last in seen}) == len(seen) == 2


def test_needs_and_evaluations_of_a_year(app: Flask, client: Client, people: Cast) -> None:
    numbers = evaluating.delivered(app, people, 7)
    for number in numbers[:6]:
        evaluating.evaluate(app, number, evaluating.answers(4))
    with app.app_context(), unit_of_work() as session:
        for number, state in enumerate((OrderState.OPEN, OrderState.EXPIRED, OrderState.EXPIRED)):
            order = Order(
                number=f"DD-{number}",
                state=state,
                organisation_id=people.li.id,
                wish="急救",
                region_code=COUNTY,
                place="会议室",
                created_at=NOW,
                changed_at=NOW,
                expires_at=NOW,
            )
            session.add(order)
            session.flush()
            for hours in (0, 30):  # Two times of one order: it counts once.
                at = NOW + timedelta(hours=hours)
                ends = at + timedelta(hours=2)
                session.add(OrderWindow(order_id=order.id, starts_at=at, ends_at=ends))
        declined = by_number(session, numbers[6])
        declined.state = State.DECLINED
        long_after = NOW + timedelta(days=40)
        means, listeners = year_means(session, people.chen.id, 2026, now=long_after, zone=ZONE)
        assert means is not None
        assert (means.count, means.again, listeners) == (5, 5, None)
        assert set(means.dimensions.values()) == {4.0}
        none = year_means(session, people.chen.id, 2025, now=long_after, zone=ZONE)
        assert none == (None, None)
    with app.app_context():
        session, units = db.session(), [people.li.id]
        assert queries.needs_by_state(session, units, 2026, ZONE) == {
            OrderState.OPEN: 1,
            OrderState.EXPIRED: 2,
        }
        assert queries.needs_by_state(session, units, 2025, ZONE) == {}
        assert queries.needs_by_state(session, [people.zhao.id], 2026, ZONE) == {}
        assert queries.unanswered_requests(session, units, 2026, ZONE) == 1
        assert queries.unanswered_requests(session, [people.zhao.id], 2026, ZONE) == 0
        year = queries.bounds(2026, ZONE)
        assert evaluated(session, year, organisation_ids=units) == 6
        assert evaluated(session, year, instructor_ids=[people.chen.id]) == 6
        assert evaluated(session, year, organisation_ids=[people.zhao.id]) == 0
        assert evaluated(session, queries.bounds(2025, ZONE), organisation_ids=units) == 0
    page = client.sign_in(LI).get("/year/branch?year=2026").text
    told = ["单位已评价：6场授课中的6场。", "点单：已过期", "未获接单或逾期未答复的申请"]
    assert [one for one in told if one not in page] == []


def test_one_answer_is_not_told(app: Flask, client: Client, people: Cast, time: Time) -> None:
    for number in evaluating.delivered(app, people, 4):
        evaluating.evaluate(app, number, evaluating.answers(1))
    time.now = NOW + timedelta(days=36)
    page = client.sign_in(CHEN).get("/year/instructor?year=2026").text
    assert "单位已评价：4场授课中的4场。" in page
    assert "1.0" not in page


def test_small_numbers() -> None:
    assert [shown(number) for number in (0, 1, 4, 5)] == [0, None, None, 5]


def test_pages_for_everybody_and_switched_off(app: Flask, client: Client, people: Cast) -> None:
    fill(app, people, 1)
    page = client.get("/totals")
    assert page.status_code == 200
    assert [name for name in ("陈明", "周芳", "题目", "支部") if name in page.text] == []
    with app.app_context(), unit_of_work() as session:
        settings.change(session, PUBLIC_TOTALS, "hidden", now=NOW)
    assert client.get("/totals").status_code == 404
    assert "/totals" not in client.get("/").text


def test_who_sees_which_year(app: Flask, client: Client, people: Cast) -> None:
    fill(app, people, 1)
    assert client.get("/year/branch").status_code == 302
    client.sign_in(LI)
    assert client.get("/year/branch?year=2025").status_code == 200
    assert client.get("/year/branch?year=nonsense").status_code == 200
    assert client.get("/year/instructor").status_code == 403
    client.sign_out()
    client.sign_in(CHEN)
    assert client.get("/year/instructor").status_code == 200
    assert client.get("/year/branch").status_code == 403


def test_a_year_begins_at_midnight_of_the_zone() -> None:
    assert queries.bounds(2026, ZONE)[0] == datetime(2025, 12, 31, 16, tzinfo=UTC)
