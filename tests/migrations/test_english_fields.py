"""Revision 0008 with data: English names of fields are searched, numbered previews are gone."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import select, text

from booking.db import db, unit_of_work
from booking.instructors import search_index
from booking.instructors import service as instructors
from booking.instructors.models import Instructor
from booking.register import drafts
from booking.register.child_program import Parsed
from booking.register.engine.reports import Report
from booking.register.engine.spreadsheet import read_sheet, roster_of
from booking.register.service import Imported
from tests import databases, factories
from tests.register.rosters import roster

BEFORE = "0007"
SHEET = roster(("姓名", "工作单位"), [("赵安", "栖云市第一中学（虚构）")])


def _down(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision=BEFORE)


def _texts(app: Flask) -> dict[int, str]:
    with app.app_context():
        return dict(db.session().execute(select(Instructor.id, Instructor.search_text)).all())


def _instructors(app: Flask) -> dict[str, int]:
    """Ids of one who works in a field below another, and of one without any field."""
    with app.app_context(), unit_of_work() as session:
        aid = instructors.add_field(session, code="aid", name="急救", name_en="First aid")
        scene = instructors.add_field(
            session,
            code="aid.scene",
            name="现场急救",
            name_en="Ｅmergency  Scenes",
            parent_id=aid.id,
        )
        both = factories.make_instructor(session, "陈明")
        entry = factories.editable(session, both)
        instructors.add_fields(session, entry=entry, field_ids=[aid.id, scene.id])
        search_index.refresh(session, [entry.instructor])
        return {"both": both, "none": factories.make_instructor(session, "周岚")}


def test_english_names_come_into_texts_that_were_written_without_them(app: Flask) -> None:
    ids = _instructors(app)
    written = _texts(app)
    before, _english, summary = written[ids["both"]].partition(" first aid emergency scenes")
    assert summary == " 从拨打急救电话说起。"
    _down(app)
    with app.app_context(), unit_of_work() as session:
        session.execute(
            text("UPDATE instructor SET search_text = :words WHERE id = :id"),
            {
                "words": before,
                "id": ids["both"],
            },
        )

    databases.migrate(app)

    assert _texts(app) == written


def test_previews_do_not_outlive_the_step_in_either_direction_and_the_register_does(
    app: Flask,
) -> None:
    people = factories.invite(app)
    with app.app_context(), unit_of_work() as session:
        cells = read_sheet(SHEET, filename="师资.xlsx")
        draft = drafts.keep_draft(
            session,
            parsed=Parsed(cells, roster_of(cells)),
            filename="师资.xlsx",
            region_code=factories.CITY,
            user_id=people.wang,
            now=factories.NOW,
        )
        imported = Imported(Report((), ()), (), {}, ())
        drafts.close_draft(session, draft=draft, imported=imported, now=factories.NOW)
    before = _texts(app)

    _down(app)
    with app.app_context(), unit_of_work() as session:
        session.execute(
            text(
                "INSERT INTO import_draft (user_id, filename, roster, region_code, created_at) "
                f"VALUES ({people.wang}, '师资.xlsx', '{{}}', '990100', '2026-11-23 02:00:00')"
            )
        )
    databases.migrate(app)

    assert _texts(app) == before
    with app.app_context(), db.engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM import_draft")).all() == []
        assert connection.execute(text("SELECT id FROM import_batch")).all() == []
