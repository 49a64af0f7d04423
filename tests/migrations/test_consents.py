"""Contacts and consents where a schema goes down and up: what nobody agreed to stays hidden."""

from __future__ import annotations

import flask_migrate
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from booking.contacts.consents.engine.questions import Question
from booking.db import db
from booking.instructors.engine.vocabulary import Channel
from booking.visibility.engine.readers import Purpose
from config import ROOT
from tests import databases
from tests.browser import Client
from tests.contacts.consenting import ENTRY, PHONE, add_contacts, give
from tests.factories import Cast

REVISION = "0032"


def before() -> str:
    """The revision before this one, wherever it was put in line."""
    alembic = Config()
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    alembic.set_main_option("path_separator", "os")
    found = ScriptDirectory.from_config(alembic).get_revision(REVISION).down_revision
    assert isinstance(found, str)
    return found


def test_a_contact_that_was_public_by_nobodys_consent_is_hidden(app: Flask, people: Cast) -> None:
    add_contacts(app, people.chen.id)
    give(app, people.chen, Question(Purpose.LECTURES, Channel.PHONE))
    give(app, people.chen, ENTRY)
    with app.app_context():
        flask_migrate.downgrade(revision=before())
        kinds = db.session.execute(text("SELECT visibility FROM contact")).scalars().all()
        assert kinds == ["hidden", "hidden"]
        kept = db.session.execute(text("SELECT purpose, channel FROM consent")).all()
        assert [tuple(row) for row in kept] == [("lectures", "phone")]
        db.session.execute(text("UPDATE contact SET visibility = 'public'"))
        db.session.commit()
        db.session.remove()
    databases.migrate(app)
    with app.app_context():
        columns = "SELECT channel, value FROM contact ORDER BY id"
        assert next(row[1] for row in db.session.execute(text(columns))) == PHONE
        public = db.session.execute(text("SELECT count(*) FROM instructor WHERE public")).scalar()
        assert public == 0
        db.session.remove()
    assert PHONE not in Client(app).get(f"/instructors/{people.chen.id}").text
