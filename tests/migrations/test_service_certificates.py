"""Step 0050 with data: the tables of certificates go and come; entries stay."""

from __future__ import annotations

from decimal import Decimal

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, select

from booking.db import db, unit_of_work
from booking.dossiers.service_certificates.models import ServiceCertificate
from booking.instructors.models import Instructor
from tests import databases, factories
from tests.factories import NOW

TABLES = {"service_certificate", "service_certificate_counter"}


def test_the_tables_through_step_0050(app: Flask) -> None:
    cast = factories.invite(app)
    with app.app_context(), unit_of_work() as session:
        session.add(
            ServiceCertificate(
                number="SK-2026-0001",
                code="ABCDEFGHJK",
                instructor_id=cast.chen.id,
                year=2026,
                lectures=1,
                credit_hours=Decimal("2.5"),
                issued_at=NOW,
            )
        )
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0049")
        assert TABLES & set(inspect(db.engine).get_table_names()) == set()
        db.session.remove()
    databases.migrate(app)
    with app.app_context():
        assert list(db.session().scalars(select(ServiceCertificate))) == []
        names = select(Instructor.name).order_by(Instructor.id)
        assert list(db.session().scalars(names)) == ["陈明", "周岚"]
