"""Random mergers keep the sums of lectures, orders and contacts, and every row is found."""

from __future__ import annotations

import random

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, Organisation, User
from booking.db import db, unit_of_work
from booking.instructors import service as instructors
from booking.lectures.models import Lecture
from booking.orders.models import Order
from tests import factories
from tests.factories import COUNTY, DISTRICT, NOW, OTHER_DISTRICT, WANG, Cast, at
from tests.orders import ordering
from tests.organisations.merging import merge, rows

UNITS, MERGERS = 8, 6


def sums(app: Flask) -> tuple[int, int, int]:
    """Lectures, orders, and people who are a contact of anything."""
    with app.app_context():
        session = db.session()
        lectures = session.scalar(select(func.count(Lecture.id))) or 0
        orders = session.scalar(select(func.count(Order.id))) or 0
        branch = Membership.role == Role.BRANCH
        people = session.scalar(select(func.count(func.distinct(Membership.user_id))).where(branch))
        return lectures, orders, people or 0


@pytest.mark.parametrize("seed", range(3))
def test_sums_stay(app: Flask, people: Cast, seed: int) -> None:
    chance = random.Random(seed)
    with app.app_context(), unit_of_work() as session:
        units = [
            factories.make_branch(
                session, f"第{number}支部", region=chance.choice((COUNTY, DISTRICT, OTHER_DISTRICT))
            ).id
            for number in range(UNITS)
        ]
        teachers = [factories.make_instructor(session, f"讲师{one}") for one in range(UNITS)]
        for one in teachers:
            factories.open_hours(session, one)
            factories.request(
                session,
                people,
                at(chance.choice((3, 4, 7)), chance.choice((9, 14))),
                instructor_id=one,
                topic_id=instructors.topic_ids(session, one)[0],
                organisation_id=chance.choice(units),
            )
            ordering.place(session, people, organisation_id=chance.choice(units))
        for number in range(5):
            user = accounts.create_user(
                session, email=f"x{number}@example.org", name="甲", password_hash="-", now=NOW
            )
            for unit in chance.sample(units, 3):
                accounts.add_membership(
                    session, user=user, role=Role.BRANCH, organisation_id=unit, now=NOW
                )
    before = sums(app)
    live = list(units)
    for _ in range(MERGERS):
        gone, stays = chance.sample(live, 2)
        merge(app, gone, stays)
        live.remove(gone)

    assert sums(app) == before
    assert [one for one in units if one not in live and rows(app, one)] == []
    with app.app_context():
        session = db.session()
        successors = dict(
            session.execute(select(Organisation.id, Organisation.merged_into_id)).all()
        )
        # Each alias leads to a live one at once, and nobody is a contact of one unit twice.
        assert {successors[one] for one in units if one not in live} <= set(live)
        pairs = session.execute(
            select(Membership.user_id, Membership.organisation_id).where(
                Membership.role == Role.BRANCH
            )
        ).all()
        assert len(pairs) == len(set(pairs))
        named = set(session.scalars(select(Lecture.organisation_id)))
        named |= set(session.scalars(select(Order.organisation_id)))
        assert named <= {*live, people.li.id}
        wang = session.scalars(select(User).where(User.email == WANG)).one()
        assert wang.memberships[0].role is Role.COORDINATOR
