"""Step 0024: closed and merged organisations, merged regions and fields."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import select, text

from booking.accounts.engine.roles import SYSTEM
from booking.accounts.models import Organisation, Region
from booking.db import db, unit_of_work
from booking.instructors import service as instructors
from booking.instructors.fields import mergers as field_mergers
from booking.instructors.models import Field
from booking.organisations import service
from booking.organisations.mergers.service import merge
from booking.organisations.regions import mergers as region_mergers
from tests import databases, factories
from tests.factories import COUNTY, DISTRICT, NOW


def test_rows_survive_the_way_down_and_up(app: Flask) -> None:
    people = factories.invite(app)
    factories.requested(app, people)
    with app.app_context(), unit_of_work() as session:
        double = factories.make_branch(session, "岫云县第二支部").id
        merge(session, gone_id=double, stays_id=people.li.id, actor=SYSTEM)
        service.close(
            session, organisation_id=people.zhao.id, reason="已撤销", actor=SYSTEM, now=NOW
        )
        region_mergers.merge(session, gone_code=COUNTY, stays_code=DISTRICT, now=NOW)
        one, other = (instructors.add_field(session, code=code, name=code).id for code in "ab")
        field_mergers.merge(session, gone_id=one, stays_id=other, user_id=None, now=NOW)
    queries = (
        select(Organisation.id, Organisation.name, Organisation.region_code),
        select(Region.code, Region.name),
        select(Field.id, Field.name),
        text("SELECT organisation_id, region_code FROM lecture"),
    )

    def rows() -> list[list[tuple[object, ...]]]:
        found = [sorted(map(tuple, db.session.execute(query))) for query in queries]
        db.session.remove()
        return found

    with app.app_context():
        before = rows()
        flask_migrate.downgrade(revision="0021")
        assert rows() == before

    databases.migrate(app)

    with app.app_context():
        assert rows() == before
        session = db.session()
        # What was merged stands by itself again, and is open.
        assert set(session.scalars(select(Organisation.merged_into_id))) == {None}
        assert set(session.scalars(select(Organisation.closed_reason))) == {""}
        assert set(session.scalars(select(Region.merged_into_code))) == {None}
        assert set(session.scalars(select(Field.merged_into_id))) == {None}
