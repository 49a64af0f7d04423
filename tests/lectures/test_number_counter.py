"""Numbers stay without gaps and doubles when many ask at once, also in a new year."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

from flask import Flask

from booking.db import db, unit_of_work
from tests import factories
from tests.factories import Cast

NEW_YEAR = datetime.fromisoformat("2027-01-01T00:00+08:00")
FIRST_START = datetime.fromisoformat("2027-01-20T08:00+08:00")
EACH = 5


def test_the_first_numbers_of_a_year_under_many_writers(app: Flask, people: Cast) -> None:
    booking_requests: list[dict[str, Any]] = [
        {
            "instructor_id": teacher.id,
            "topic_id": teacher.topic,
            "starts_at": FIRST_START + timedelta(hours=2 * place),
        }
        for place in range(EACH)
        for teacher in (people.chen, people.zhou)
    ]
    barrier = Barrier(len(booking_requests))

    def ask(booking_request: dict[str, Any]) -> str:
        with app.app_context():
            barrier.wait(timeout=20)
            with unit_of_work() as session:
                number = factories.request(session, people, now=NEW_YEAR, **booking_request).number
            db.session.remove()
            return number

    with ThreadPoolExecutor(len(booking_requests)) as pool:
        numbers = list(pool.map(ask, booking_requests))
    assert sorted(numbers) == [
        f"YK-2027-{number:06d}" for number in range(1, len(booking_requests) + 1)
    ]
