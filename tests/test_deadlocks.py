"""Two transactions that wait for each other: PostgreSQL ends one, which is told to repeat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import unit_of_work
from booking.errors import Conflict
from booking.instructors.models import Instructor
from tests.factories import Cast

postgresql_only = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@postgresql_only
def test_a_deadlock_is_a_conflict(app: Flask, people: Cast) -> None:
    first_locked = Barrier(2)

    def lock(*ids: int) -> bool:
        """Lock two instructors one after the other; returns whether that was refused."""
        with app.app_context():
            try:
                with unit_of_work() as session:
                    for position, instructor_id in enumerate(ids):
                        query = select(Instructor).where(Instructor.id == instructor_id)
                        session.scalars(query.with_for_update(of=Instructor)).one()
                        if position == 0:
                            first_locked.wait(timeout=20)
            except Conflict:
                return True
            return False

    chen, zhou = people.chen.id, people.zhou.id
    with ThreadPoolExecutor(2) as pool:
        refused = [pool.submit(lock, chen, zhou), pool.submit(lock, zhou, chen)]
        assert sorted(one.result() for one in refused) == [False, True]
