"""Of lectures in somebody's own calendar, only those of this installation do not count."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select, update

from booking.availability.external.models import BusySpan
from booking.db import db, unit_of_work
from booking.installation import Installation, uid_suffix
from booking.lectures.models import Lecture
from tests import factories
from tests.availability.external_files import calendar, event
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import CHEN, Cast, at


def busy(app: Flask, people: Cast, *uids: str) -> int:
    """How many of these events close time, after Chen has uploaded them."""
    file = calendar(
        *(
            event(f"DTSTART:202612{day:02d}T090000", f"DTEND:202612{day:02d}T100000", uid=uid)
            for day, uid in enumerate(uids, 1)
        )
    )
    path = f"/instructors/{people.chen.id}/availability/calendars/upload"
    fields = {"upload-label": "x", "upload-all_day": "busy"}
    sent = fields | {"upload-file": (io.BytesIO(file.encode()), "x.ics")}
    answer = Client(app).sign_in(CHEN).post(path, sent)
    assert answer.status_code == 303, answer.text
    with app.app_context():
        return len(db.session().scalars(select(BusySpan.id)).all())


def uid_of(app: Flask, number: str) -> str:
    with app.app_context():
        query = select(Lecture.uid).where(Lecture.number == number)
        return db.session().scalars(query).one()


def test_lectures_of_another_installation_close_time(app: Flask, people: Cast) -> None:
    own = uid_of(app, factories.confirmed(app, people, at(10, 9)))
    name = own.rpartition("@")[2]

    assert name.endswith(".yueke")
    assert len(name) == len("0123456789abcdef.yueke")
    foreign = ("4711@yueke", "4711@0123456789abcdef.yueke", f"4711@x{name}", "4711@YUEKE")
    assert busy(app, people, own, f"no-longer-known@{name}", *foreign) == len(foreign)


def test_uids_of_before_are_known_where_they_were_made(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people, at(10, 9))
    early = "0a5e2d1c-1111-4222-8333-444455556666@yueke"
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Lecture).where(Lecture.number == number).values(uid=early))

    assert busy(app, people, early, early.replace("0", "1")) == 1
    assert uid_of(app, number) == early


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_name_of_an_installation_is_read_once(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    with app.app_context():
        with queries() as first:
            suffix = uid_suffix(db.session())
        with queries() as second:
            assert uid_suffix(db.session()) == suffix
        assert db.session().scalars(select(Installation)).one().id == 1
    assert (len(first), len(second)) == (1, 0)
