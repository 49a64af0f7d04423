"""Delivered lectures, and questions about them."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta

from flask import Flask
from PIL import Image

from booking.db import db, unit_of_work
from booking.follow_ups import tasks
from booking.follow_ups.outcomes import queries as outcomes
from booking.lectures.engine.states import Command, Party
from booking.outbox import rounds
from tests import factories
from tests.factories import Cast, at

HELD = at(-31, 9)
"""The lecture of `delivered` begins, two hours long: a Friday, 31 days before `NOW`."""


def delivered(app: Flask, cast: Cast, starts_at: datetime = HELD, **more: object) -> str:
    """The number of a lecture that has been delivered."""
    with app.app_context(), unit_of_work() as session:
        asked = starts_at - timedelta(days=15)
        lecture = factories.request(session, cast, starts_at, now=asked, **more)
        factories.move(session, lecture.number, Command.CONFIRM, Party.INSTRUCTOR, now=asked)
        over = starts_at + timedelta(hours=3)
        factories.move(session, lecture.number, Command.DELIVER, Party.BRANCH, now=over)
        return lecture.number


def asked(app: Flask, cast: Cast, now: datetime = factories.NOW, **more: object) -> str:
    """The number of a delivered lecture about which the branch was just asked."""
    number = delivered(app, cast, **more)
    run(app, now)
    return number


def run(app: Flask, now: datetime) -> int:
    """One round of the job and of the outbox; returns how many questions and reminders."""
    with app.app_context():
        found = tasks.ask(now)
        db.session.remove()
        rounds.handle_waiting(now)
        return found


def outcome_ids(app: Flask) -> list[int]:
    """The ids of the outcomes that can be chosen, in their order."""
    with app.app_context():
        return [one.id for one in outcomes.choosable(db.session())]


def office(main: str = "word/document.xml", *more: str) -> bytes:
    """An Office file with these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("[Content_Types].xml", main, *more):
            archive.writestr(name, "<x/>")
    return file.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600)) -> bytes:
    """A picture whose file names a camera and a place."""
    image, file = Image.new("RGB", size, (200, 30, 30)), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "SecretCamera", {1: "N"}
    image.save(file, kind, exif=exif)
    return file.getvalue()


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\ntrailer\n%%EOF\n"
