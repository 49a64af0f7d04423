"""Two people save the same week at the same time: one after the other, nothing mixed."""

from __future__ import annotations

import threading

from flask import Flask

from booking.availability import queries, service
from booking.availability.editor import undo
from booking.availability.engine.rules import Part
from booking.db import db, unit_of_work
from tests.factories import NOW, Cast

PATIENCE = 0.4
"""Seconds that the first writer stays in its transaction after the second has begun."""


def test_the_second_writer_waits_for_the_first(app: Flask, people: Cast) -> None:
    written, begun = threading.Event(), threading.Event()
    weeks = [{1: [(540, 600)]}, {2: [(600, 660)]}]

    def save(number: int) -> None:
        with (
            app.app_context(),
            unit_of_work() as session,
            undo.recorded(
                session,
                instructor_id=people.chen.id,
                part=Part.WEEK,
                user_id=None,
                now=NOW,
            ),
        ):
            service.set_week(session, instructor_id=people.chen.id, week=weeks[number])
            if number == 0:
                written.set()
                begun.wait(10)
                # The second one must now wait for this transaction to end.
                threading.Event().wait(PATIENCE)

    def save_second() -> None:
        begun.set()
        save(1)

    first = threading.Thread(target=save, args=(0,))
    first.start()
    assert written.wait(10)
    second = threading.Thread(target=save_second)
    second.start()
    for thread in (first, second):
        thread.join(20)

    with app.app_context():
        session = db.session()
        assert queries.week_of(session, people.chen.id) == weeks[1]
        change = undo.last_change(session, people.chen.id)
        assert change is not None
        assert change.before == [[1, 540, 600]]
