"""Two workers at once record each reminder and each digest once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

from flask import Flask
from sqlalchemy import select

from booking.db import db
from booking.notifications.choices.engine.preferences import DigestRhythm, ReminderOffset
from booking.notifications.digests.tasks import write_digests
from booking.notifications.reminders.models import LectureReminder
from booking.notifications.reminders.tasks import remind
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.factories import Cast, at
from tests.notifications.choices.choosing import choose

WORKERS = 4


def _at_once(app: Flask, job: Callable[[datetime], int], now: datetime) -> int:
    barrier = Barrier(WORKERS)

    def work(_number: int) -> int:
        with app.app_context():
            barrier.wait(timeout=20)
            done = job(now)
            db.session.remove()
            return done

    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(work, range(WORKERS)))


def test_each_reminder_once(app: Flask, people: Cast) -> None:
    for days in (10, 11, 14, 15):
        factories.confirmed(app, people, at(days, 9))
    every = frozenset(ReminderOffset)
    for user_id in (people.chen.user, people.li.user):
        choose(app, user_id, reminders=every)
    recorded = Counter(
        {moment: _at_once(app, remind, moment) for moment in (at(4, 9), at(9, 9), at(10, 7))}
    )
    # A week before days 10 (late) and 11, a day before day 10 and a week before day 15 (late), two
    # hours before day 10; for two people each.
    assert list(recorded.values()) == [4, 4, 2]
    with app.app_context():
        query = select(
            LectureReminder.lecture_id, LectureReminder.user_id, LectureReminder.offset
        ).order_by(LectureReminder.id)
        rows = db.session().execute(query).all()
        events = select(OutboxEvent.id).where(OutboxEvent.kind == "notifications.lecture_reminder")
        assert len(db.session().scalars(events).all()) == len(rows) == len(set(rows))


def test_each_digest_once(app: Flask, people: Cast) -> None:
    for user_id in (people.wang, people.sun, people.root):
        choose(app, user_id, digest=DigestRhythm.DAILY)
    assert [_at_once(app, write_digests, at(day, 9)) for day in (1, 1, 2)] == [3, 0, 3]
