"""PostgreSQL parses and plans what pages ask again and again only once for each connection."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text

from booking.accounts.models import Region
from booking.db import db, unit_of_work
from booking.db.postgresql import PREPARED_AFTER
from booking.instructors.models import Instructor

PREPARED = text("SELECT statement FROM pg_prepared_statements")


@pytest.mark.own_application  # Its connection is new: nothing is prepared before.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_statements_stay_prepared_from_one_request_to_the_next(app: Flask) -> None:
    def one_request() -> None:
        with app.app_context():
            db.session().scalars(select(Region)).all()
            with unit_of_work() as session:
                session.scalars(select(Instructor)).all()

    for _ in range(PREPARED_AFTER + 1):
        one_request()
    with app.app_context():
        kept = db.session().scalars(PREPARED).all()
    assert any("FROM region" in one for one in kept)
    assert any("FROM instructor" in one for one in kept)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_reader_leaves_no_transaction_open(app: Flask) -> None:
    with app.app_context():
        db.session().scalars(select(Region)).all()
        driver = db.session().connection().connection.driver_connection
        assert driver is not None
        assert driver.info.transaction_status.name == "IDLE"
