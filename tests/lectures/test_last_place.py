"""Two ask at once for the last place that a cap leaves: one gets it, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.availability import service as availability
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import WhyNot
from booking.availability.engine.rules import RuleSet
from booking.db import db, unit_of_work
from booking.lectures.engine.unbookable import REASONS, NotBookable, WayTooLong
from booking.lectures.models import Hold
from tests import factories
from tests.factories import NOW, OTHER_DISTRICT, Cast, at

ROUNDS = range(3, 5)
NEAR: dict[str, Any] = {}
FAR: dict[str, Any] = {"region_code": OTHER_DISTRICT}


def race(
    app: Flask, cast: Cast, booking_requests: list[tuple[datetime, dict[str, Any]]]
) -> list[NotBookable | None]:
    """What each of the threads is told; each has a session of its own."""
    barrier = Barrier(len(booking_requests))

    def ask(booking_request: tuple[datetime, dict[str, Any]]) -> NotBookable | None:
        with app.app_context():
            barrier.wait(timeout=20)
            try:
                with unit_of_work() as session:
                    factories.request(session, cast, booking_request[0], **booking_request[1])
            except NotBookable as refused:
                return refused
            finally:
                db.session.remove()
        return None

    with ThreadPoolExecutor(len(booking_requests)) as pool:
        return list(pool.map(ask, booking_requests))


@pytest.mark.parametrize(
    ("caps", "why"),
    [
        (Caps(day=2), WhyNot.DAY_FULL),
        (Caps(branch_quarter=2), WhyNot.BRANCH_QUARTER_FULL),
    ],
)
def test_the_last_place_is_given_once(app: Flask, people: Cast, caps: Caps, why: WhyNot) -> None:
    with app.app_context(), unit_of_work() as session:
        rules = RuleSet(caps=caps)
        availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
    factories.requested(app, people, at(3, 8))

    told = race(app, people, [(at(3, hour), NEAR) for hour in (10, 12, 14, 16)])

    sentences = [str(one.sentence) for one in told if one is not None]
    assert sentences == [str(REASONS[why])] * 3
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Hold)) == 2


def test_two_places_that_are_too_far_apart_are_given_once(app: Flask, people: Cast) -> None:
    for days in ROUNDS:
        told = race(app, people, [(at(days, 9), NEAR), (at(days, 12), FAR)])

        assert {type(one) for one in told} == {type(None), WayTooLong}
