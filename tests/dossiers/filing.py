"""Lectures that took place, filed through the services."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from booking.db import unit_of_work
from booking.lectures.engine.states import Party
from booking.lectures.records import service as records
from booking.lectures.records.models import LectureOutcome
from booking.lectures.records.service import Filing, Held
from tests import factories
from tests.factories import Cast, at

HOSTILE = '#eval("1") $x$ \\ @a <b> `c` =HYPERLINK("x")'


def filing(now: datetime) -> Filing:
    return Filing(frozenset({Party.BRANCH}), None, now)


def held(
    app: Flask, people: Cast, days: int = 3, hour: int = 9, *, listeners: int = 42, note: str = ""
) -> str:
    """The number of a lecture of Chen for Li that took place from `hour`, for two hours."""
    number = factories.confirmed(app, people, at(days, hour), attendees=60)
    with app.app_context(), unit_of_work() as session:
        records.file(
            session,
            number=number,
            held=Held(at(days, hour), at(days, hour + 2), listeners, note),
            filing=filing(at(days, 20)),
            minutes_per_hour=45,
        )
    return number


def not_held(app: Flask, people: Cast, days: int = 4) -> str:
    """The number of a lecture that did not take place."""
    number = factories.confirmed(app, people, at(days, 9))
    with app.app_context(), unit_of_work() as session:
        records.not_held(
            session,
            number=number,
            outcome=LectureOutcome.EVENT,
            note="暴雨",
            filing=filing(at(days, 20)),
        )
    return number
