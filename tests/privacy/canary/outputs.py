"""What leaves beside pages: mails, feeds, files of the worker, payloads, queue, backup."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from booking import json_values
from booking.accounts.engine.roles import ANONYMOUS
from booking.accounts.models import User
from booking.administration.operations import backups
from booking.db import db, unit_of_work
from booking.exports import service as exports
from booking.exports import tasks as exporting
from booking.notifications.transmission.delivery import deliver
from booking.outbox.models import OutboxEvent
from booking.register.exports.service import KIND, ExportChoice
from booking.workbooks.files import XLSX
from tests.factories import CITY, Cast
from tests.mailbox import read
from tests.privacy.canary.judging import Whom
from tests.privacy.canary.planting import Place, rows_of
from tests.privacy.canary.tokens import Sighting, sightings

TOLD_TO_ATTENDEES = frozenset(
    {"lecture.title", "lecture.place", "proposal_option.title", "proposal_option.place"}
)
"""What an invitation says to somebody whom a branch has named: not the note, not a reason."""


def mails(app: Flask, places: dict[int, Place], now: datetime) -> list[tuple[Whom, set[Sighting]]]:
    """Deliver all that waits; the recipient of each mail, and the tokens that it tells.

    The address and the name to which a mail is sent are its recipient's own.
    """
    with app.app_context():
        deliver(now)
        actors = {
            str(user.email): user.actor() for user in db.session.scalars(select(User)).unique()
        }
    found = []
    for path in sorted((Path(app.instance_path) / "mail").glob("*.eml")):
        mail = read(path.read_bytes())
        to = mail["To"].addresses[0].addr_spec
        parts = [str(one.get_content()) for one in mail.walk() if not one.is_multipart()]
        headers = [f"{name}: {value}" for name, value in mail.items() if name != "To"]
        named = [places[one.number] for one in sightings(to)]
        row = (named[0].table, named[0].key) if named else None
        whom = Whom(to, actors.get(to, ANONYMOUS), row)
        told = sightings("\n".join([*headers, *parts]))
        # Nobody else gets a calendar without an account.
        if to not in actors and any("METHOD:" in part for part in parts):
            told = {one for one in told if places[one.number].label not in TOLD_TO_ATTENDEES}
        found.append((whom, told))
    return found


def make_file(app: Flask, cast: Cast, now: datetime) -> str:
    """Let the worker make Wang's register with contacts; returns the path of the file."""
    with app.app_context():
        with unit_of_work() as session:
            file = exports.ask(
                session,
                kind=KIND,
                choice=json_values.write(ExportChoice(CITY, True, "年审")),
                rows=2_000,
                filename="师资.xlsx",
                mimetype=XLSX,
                user_id=cast.wang,
                language="zh_Hans_CN",
                now=now,
            )
            key = file.key
        assert exporting.make_waiting(now) == 1
    return f"/exports/{key}/file"


def payloads(app: Flask) -> tuple[int, set[Sighting]]:
    """How many events are stored, and the tokens in them."""
    with app.app_context():
        found = db.session.scalars(select(OutboxEvent.payload)).all()
    return len(found), sightings(json.dumps(list(found), ensure_ascii=False))


def messages(app: Flask) -> list[str]:
    """The messages of the task queue as they are stored."""
    storage = app.extensions["jobs"].huey.storage
    stored = [*storage.enqueued_items(), *storage.scheduled_items()]
    return [bytes(one).decode("utf-8", "replace") for one in stored]


def backup(app: Flask, now: datetime) -> tuple[Path, str]:
    """A backup of SQLite and its text; a backup holds the database by its nature."""
    with app.app_context():
        path = backups.make(now)
    return path, gzip.decompress(path.read_bytes()).decode("utf-8", "replace")


def sealed(app: Flask) -> list[str]:
    """What is stored encrypted: a backup shows it in this form only."""
    with app.app_context():
        return [row["address"] for row in rows_of("outside_calendar") if row["address"]]
