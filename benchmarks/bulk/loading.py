"""Loads a register of any size into the empty database of the current application."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_migrate import upgrade
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from benchmarks.bulk.lectures import Added, add_lectures
from benchmarks.bulk.people import add_person
from benchmarks.bulk.rows import Row, Rows
from booking.accounts import service as accounts
from booking.accounts.models import Region
from booking.availability.holidays import service as holidays
from booking.db import Base, db, unit_of_work
from booking.demo.engine import data
from booking.demo.engine.people import branches, people
from booking.instructors import service as instructors
from booking.instructors.models import Field

PART = 2_000
"""Instructors generated at once: the size of the largest demonstration province."""
BRANCHES_PER_INSTRUCTOR = 0.6
CHUNK = 20_000
"""Rows per INSERT."""
ORDER = (
    "instructor organisation instructor_field served_region topic weekly_block "
    "date_override booking_rule term suspension lecture hold"
).split()
"""The tables to fill, in the order of their foreign keys."""


def load(*, count: int, seed: int, now: datetime, zone: ZoneInfo) -> dict[str, int]:
    """Migrate and fill the database with `count` instructors; returns row counts by table.

    The same count, seed and `now` give the same rows.
    """
    upgrade()
    with unit_of_work() as session:
        field_ids = _lists(session, now.astimezone(zone).year)
    rows = draw(count=count, seed=seed, field_ids=field_ids, now=now, zone=zone)
    with unit_of_work() as session:
        for name in ORDER:
            _insert(session, name, rows.tables[name])
    _settle()
    return {name: len(rows.tables[name]) for name in ORDER}


def draw(
    *, count: int, seed: int, field_ids: dict[str, int], now: datetime, zone: ZoneInfo
) -> Rows:
    """All rows of a register with `count` instructors, generated from a seed."""
    rows = Rows()
    for part, begin in enumerate(range(0, count, PART)):
        _draw_part(rows, part, min(PART, count - begin), seed + part, field_ids, now, zone)
    return rows


def _draw_part(
    rows: Rows,
    part: int,
    count: int,
    seed: int,
    field_ids: dict[str, int],
    now: datetime,
    zone: ZoneInfo,
) -> None:
    rng = random.Random(seed)
    cast = people(rng, count)
    units = branches(rng, max(1, round(count * BRANCHES_PER_INSTRUCTOR)))
    entered, today = now - timedelta(days=400), now.astimezone(zone).date()
    added_people = [
        add_person(rows, rng, person, part=part, field_ids=field_ids, now=entered, today=today)
        for person in cast
    ]
    organisations = [
        rows.add_with_id(
            "organisation",
            name=f"{unit.name}（{part + 1}）" if part else unit.name,
            region_code=unit.region,
        )
        for unit in units
    ]
    added = Added(
        [instructor_id for instructor_id, _ in added_people],
        [topics for _, topics in added_people],
        organisations,
    )
    add_lectures(rows, rng, cast, units, added, now=now, zone=zone)


def _lists(session: Session, year: int) -> dict[str, int]:
    """Add regions, fields and days off through the services; returns field ids by code."""
    if session.scalar(select(Region.code).limit(1)) or session.scalar(select(Field.id).limit(1)):
        raise RuntimeError("The database has data already: give the address of an empty one.")
    for region in data.REGIONS:
        accounts.add_region(
            session,
            code=region.code,
            name=region.name,
            name_en=region.name_en,
            parent_code=region.parent,
        )
        session.flush()
    ids: dict[str, int] = {}
    for field in data.FIELDS:
        ids[field.code] = instructors.add_field(
            session,
            code=field.code,
            name=field.name,
            name_en=field.name_en,
            parent_id=ids[field.parent] if field.parent else None,
        ).id
    holidays.seed_days(session, this_year=year)
    return ids


def _insert(session: Session, name: str, rows: list[Row]) -> None:
    statement = insert(Base.metadata.tables[name])
    for begin in range(0, len(rows), CHUNK):
        session.execute(statement, rows[begin : begin + CHUNK])


def _settle() -> None:
    """Update statistics: VACUUM (ANALYZE) on PostgreSQL, as autovacuum would; ANALYZE on SQLite."""
    postgresql = db.engine.dialect.name == "postgresql"
    if postgresql:
        _continue_sequences()
    with db.engine.connect() as connection:
        # VACUUM cannot run in a transaction; connections for reading open none.
        connection.execute(text("VACUUM (ANALYZE)" if postgresql else "ANALYZE"))


def _continue_sequences() -> None:
    """The rows have ids of their own, of which PostgreSQL's sequences know nothing."""
    tables = [Base.metadata.tables[name] for name in ORDER]
    with unit_of_work() as session:
        for table in tables:
            if "id" in table.c:
                highest = select(func.coalesce(func.max(table.c.id), 1)).scalar_subquery()
                session.execute(
                    select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest))
                )
