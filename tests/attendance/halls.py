"""Lectures with an open code, and listeners with their own devices."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from booking.attendance.models import AttendanceEntry
from booking.db import db, unit_of_work
from booking.lectures.queries import by_number
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.service import open_link, token_of
from tests import factories
from tests.browser import Client
from tests.factories import NOW, Cast, at


def opened(app: Flask, number: str) -> str:
    """The path that the code of a lecture leads to."""
    with app.app_context(), unit_of_work() as session:
        lecture = by_number(session, number)
        closes_at = max(lecture.ends_at, NOW) + timedelta(hours=12)
        link = open_link(session, lecture.id, LinkPurpose.ATTENDANCE, closes_at=closes_at, now=NOW)
        return f"/listeners/{token_of(link)}"


def hall(app: Flask, cast: Cast) -> tuple[str, str]:
    """The number of a confirmed lecture, and the path of its code."""
    number = factories.confirmed(app, cast, at(3, 9))
    return number, opened(app, number)


def listener(app: Flask, path: str, name: str) -> Client:
    """A device that has opened the code and sent a name."""
    device = Client(app).language("en")
    assert device.get(path).status_code == 200
    assert device.post(path, {"name": name}).status_code == 303
    return device


def names(app: Flask) -> list[tuple[str, bool]]:
    """The names on all lists, and whether they were struck out."""
    with app.app_context():
        query = select(AttendanceEntry).order_by(AttendanceEntry.id)
        return [(one.name, one.struck_at is not None) for one in db.session().scalars(query)]


def ids(app: Flask) -> list[int]:
    """The ids of all entries."""
    with app.app_context():
        query = select(AttendanceEntry.id).order_by(AttendanceEntry.id)
        return list(db.session().scalars(query))
