"""The calendar of days off: what files replace, what they only touch, and what the worker fills."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from booking.availability import tasks
from booking.availability.engine.hours import DayKind
from booking.availability.holidays import service as holidays
from booking.availability.models import CalendarDay
from booking.availability.queries import estimated_years
from booking.db import db, unit_of_work
from booking.jobs import Jobs
from tests.counting import QueryCount
from tests.factories import NOW, Cast

NEXT = {"2026-12-31": True, "2027-01-01": True, "2027-01-02": False, "2027-02-05": True}
OWN = {"2026-01-01": True, "2026-01-04": False, "2026-10-01": True}


def as_json(year: int, days: dict[str, bool]) -> str:
    told = [{"name": "节", "date": day, "isOffDay": off} for day, off in days.items()]
    return json.dumps({"year": year, "days": told})


def as_ics(_year: int, days: dict[str, bool]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//"]
    for day, off in days.items():
        lines += ["BEGIN:VEVENT", f"UID:{day}", f"SUMMARY:{'节假期' if off else '上班(补节假期)'}"]
        lines += [f"DTSTART;VALUE=DATE:{day.replace('-', '')}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def load(app: Flask, folder: Path, name: str, text: str) -> str:
    """Import a file by the command; returns what it says."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["days", "import", str(file)])
    assert done.exit_code == 0, done.output
    return done.output


def known(app: Flask) -> dict[date, tuple[DayKind, bool, str]]:
    with app.app_context():
        rows = db.session().scalars(select(CalendarDay))
        return {row.day: (row.kind, row.official, row.source) for row in rows}


def estimated(app: Flask) -> list[int]:
    with app.app_context():
        return estimated_years(db.session(), date(2025, 1, 1), date(2028, 12, 31))


def forget(app: Flask, *years: int) -> None:
    with app.app_context(), unit_of_work() as session:
        for row in session.scalars(select(CalendarDay)):
            if row.day.year in years:
                session.delete(row)


@pytest.mark.parametrize("write", [as_json, as_ics])
def test_next_years_file_only_touches_december(app: Flask, tmp_path: Path, write: object) -> None:
    assert callable(write)
    before = known(app)
    assert Counter(day.year for day in before)[2026] == 39
    said = load(app, tmp_path, "2027", write(2027, NEXT))

    after = known(app)
    of_2026 = {day: row for day, row in after.items() if day.year == 2026}
    assert of_2026 == {day: row for day, row in before.items() if day.year == 2026} | {
        date(2026, 12, 31): (DayKind.OFF, False, "2027")
    }
    assert {day: row for day, row in after.items() if day.year == 2027} == {
        date(2027, 1, 1): (DayKind.OFF, True, "2027"),
        date(2027, 1, 2): (DayKind.WORK, True, "2027"),
        date(2027, 2, 5): (DayKind.OFF, True, "2027"),
    }
    assert estimated(app) == [2028]
    assert said == ("2026: 1 single days beside its own schedule.\n2027: 3 official days.\n")


@pytest.mark.parametrize("write", [as_json, as_ics])
def test_the_order_of_files_does_not_matter(app: Flask, tmp_path: Path, write: object) -> None:
    assert callable(write)
    found = []
    for order in permutations([(2026, OWN), (2027, NEXT)]):
        forget(app, 2026, 2027)
        for year, days in order:
            load(app, tmp_path, str(year), write(year, days))
        found.append(known(app))
    assert found[0] == found[1]
    assert sorted(day.isoformat() for day in found[0] if day.year == 2026) == [
        *OWN,
        "2026-12-31",
    ]
    assert estimated(app) == [2028]


def test_a_year_that_is_only_touched_stays_estimated(app: Flask, tmp_path: Path) -> None:
    load(app, tmp_path, "2028", as_json(2028, {"2027-12-31": True, "2028-01-01": True}))
    assert estimated(app) == [2027]
    # Estimating anew keeps what is known, and a file that no longer says it takes it back.
    with app.app_context(), unit_of_work() as session:
        for row in session.scalars(select(CalendarDay).where(CalendarDay.source == "holidays")):
            session.delete(row)
        session.flush()
        assert holidays.seed_days(session, this_year=2026) > 0
    assert known(app)[date(2027, 12, 31)] == (DayKind.OFF, False, "2028")
    load(app, tmp_path, "2028", as_json(2028, {"2028-01-01": True}))
    assert date(2027, 12, 31) not in known(app)


def test_the_worker_fills_years_that_come_near(
    app: Flask, people: Cast, queries: QueryCount, tmp_path: Path
) -> None:
    load(app, tmp_path, "2027", as_json(2027, NEXT))
    before = known(app)
    with app.app_context():
        assert tasks.seed_days(NOW) == 0
        spring = datetime(2027, 3, 1, 2, tzinfo=UTC)
        written = tasks.seed_days(spring)
        with queries() as seen:
            assert tasks.seed_days(spring) == 0
    assert len(seen) == 1
    after = known(app)
    assert {day.year for day in after} == {2025, 2026, 2027, 2028, 2029}
    assert len(after) == len(before) + written
    assert {day: row for day, row in after.items() if day.year < 2029} == before
    assert after[date(2028, 1, 26)][:2] == (DayKind.OFF, False)


def test_the_worker_knows_the_job(app: Flask) -> None:
    jobs: Jobs = app.extensions["jobs"]
    with_days = [
        minute
        for minute in range(60)
        for task in jobs.huey.read_periodic(datetime(2026, 11, 23, 10, minute))
        if task.name == "availability.seed_days"
    ]
    assert with_days == [7]
