"""Step 0052 with data: its tables go and come; fields and regions stay."""

from __future__ import annotations

from datetime import date

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, select

from booking.db import db, unit_of_work
from booking.demand import service as demand
from booking.demand.models import SearchMiss
from booking.instructors.models import Field
from booking.recruiting import service
from booking.recruiting.models import RecruitingCase, RecruitingStep
from booking.recruiting.service import Recruiter
from tests import databases, factories
from tests.factories import COUNTY, NOW

TABLES = {"search_miss", "recruiting_case", "recruiting_step"}


def test_the_tables_through_step_0052(app: Flask) -> None:
    factories.invite(app)
    with app.app_context(), unit_of_work() as session:
        session.add(Field(id=1, code="aid", name="急救"))
        session.flush()
        recruiter = Recruiter(None, "王强", NOW)
        service.open_case(session, field_id=1, region_code=COUNTY, recruiter=recruiter)
        day = date(2026, 11, 23)
        demand.count_miss(session, words="量子", field_code="", region_code=COUNTY, day=day)
    with app.app_context():
        assert set(inspect(db.engine).get_table_names()) >= TABLES
        db.session.remove()
        flask_migrate.downgrade(revision="0045")
        assert TABLES & set(inspect(db.engine).get_table_names()) == set()
        db.session.remove()
    databases.migrate(app)
    with app.app_context():
        for table in (SearchMiss, RecruitingCase, RecruitingStep):
            assert db.session().scalars(select(table)).all() == []
        assert list(db.session().scalars(select(Field.code))) == ["aid"]
