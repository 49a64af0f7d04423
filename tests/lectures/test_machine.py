"""Which times can be booked: hours and lead time at any instant, beside what is taken already.

What becomes of lectures is the subject of `test_life`, which requests a few good times only.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import select

from booking.availability.engine.intervals import overlaps
from booking.db import db
from booking.lectures.engine.states import Command, Party
from booking.lectures.engine.unbookable import NotBookable, SlotTaken
from booking.lectures.models import Hold, Lecture
from tests import factories
from tests.databases import SqliteTemplate
from tests.factories import NOW, ZONE, Cast, at
from tests.lectures.frame import Machine, run

Span = tuple[int, datetime, datetime]
"""Instructor, start and end of a time."""


class Times(Machine):
    """Requests any time, and gives some back."""

    def __init__(self, app: Flask, people: Cast) -> None:
        super().__init__(app, people)
        self.held: dict[str, Span] = {}

    @rule(
        chen=st.booleans(),
        days=st.sampled_from([3, 4, 5, 7, 8, 9, 2, 1, 0]),
        hour=st.sampled_from([9, 10, 14, 8, 18, 19, 7]),
        half=st.booleans(),
    )
    def request(self, chen: bool, days: int, hour: int, half: bool) -> None:
        teacher = self.people.chen if chen else self.people.zhou
        passed = (self.now.astimezone(ZONE).date() - NOW.astimezone(ZONE).date()).days
        starts_at = at(passed + days, hour, 30 * half)
        span = (teacher.id, starts_at, starts_at + timedelta(hours=2))
        taken = any(span[0] == one[0] and overlaps(span[1:], one[1:]) for one in self.held.values())
        made: list[str] = []
        refused = self.attempt(
            lambda session: made.append(
                factories.request(
                    session,
                    self.people,
                    starts_at,
                    now=self.now,
                    instructor_id=teacher.id,
                    topic_id=teacher.topic,
                ).number
            )
        )
        if refused is None:
            assert not taken
            assert not self._closed(starts_at)
            assert starts_at > self.now + timedelta(days=2)
            self.held[made[0]] = span
            return
        assert isinstance(refused, NotBookable)
        if isinstance(refused, SlotTaken):
            assert taken
        else:
            assert taken or starts_at < self.now + timedelta(days=9) or self._closed(starts_at)

    @staticmethod
    def _closed(starts_at: datetime) -> bool:
        local = starts_at.astimezone(ZONE)
        return local.weekday() >= 5 or local.hour < 8 or (local.hour, local.minute) > (18, 0)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.held)))
        refused = self.attempt(
            lambda session: factories.move(
                session, number, Command.WITHDRAW, Party.BRANCH, now=self.now
            )
        )
        assert (refused is not None) == (self.held[number][1] <= self.now)
        if refused is None:
            del self.held[number]

    @rule(hours=st.sampled_from([1, 5, 24, 72]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def exactly_these_times_are_held(self) -> None:
        db.session.rollback()
        query = select(Lecture.number, Hold.instructor_id, Hold.starts_at, Hold.ends_at).join_from(
            Hold, Lecture, Hold.lecture_id == Lecture.id
        )
        found = {number: (who, begin, end) for number, who, begin, end in db.session.execute(query)}
        assert found == self.held


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    """Many short runs: on SQLite only."""
    return sqlite_template.copy_to(tmp_path)


def test_bookable_times_at_any_instant(app: Flask, people: Cast) -> None:
    run(lambda: Times(app, people), runs=50, steps=25)
