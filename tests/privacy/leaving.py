"""Help for tests of people who leave."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask

from booking.accounts.models import User
from booking.db import unit_of_work
from booking.privacy.exits import service, tasks
from tests.conftest import Time
from tests.factories import NOW

TODAY = NOW.date()
GRACE = timedelta(days=7)


def ask(app: Flask, user_id: int, now: datetime = NOW) -> int:
    """The account leaves; returns the id of the leaving."""
    with app.app_context(), unit_of_work() as session:
        actor = session.get_one(User, user_id).actor()
        return service.ask(session, actor=actor, today=now.date(), now=now).id


def take_back(app: Flask, user_id: int, now: datetime = NOW) -> None:
    """The account stays after all."""
    with app.app_context(), unit_of_work() as session:
        service.take_back(session, actor=session.get_one(User, user_id).actor(), now=now)


def work(app: Flask, time: Time, after: timedelta = GRACE) -> int:
    """Let the worker's job run some time later; returns how many were erased."""
    time.now = NOW + after
    with app.app_context():
        return tasks.erase(time.now)
