"""Importing a register: all or nothing, twice is once, within one's region, and by command."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.engine.roles import SYSTEM
from booking.availability.engine.offers import SlotRequest
from booking.db import Base, db, unit_of_work
from booking.instructors.models import Instructor, Topic
from booking.lectures.schedules import queries as schedule_queries
from booking.privacy.retention.tasks import apply_schedule
from booking.register.engine.reports import Outcome, Report
from booking.register.engine.spreadsheet import read_roster
from booking.register.models import ImportDraft
from booking.register.service import RosterHasErrors, import_roster
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CITY, NOW, OTHER_CITY, SUN, WANG, Cast
from tests.register.rosters import BANK_CARD, IDENTITY
from tests.register.uploads import rows, sheet, text_of, upload

PEOPLE = 120
_SELECTED = re.compile(r'<option selected value="(\d+)"')

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def bring(app: Flask, data: bytes, *, skip_invalid: bool = False) -> Report:
    """Import by the service, as the coordinator of everything."""
    with app.app_context(), unit_of_work() as session:
        return import_roster(
            session,
            roster=read_roster(data, filename="师资.xlsx"),
            region_code=CITY,
            actor=SYSTEM,
            now=NOW,
            skip_invalid=skip_invalid,
        ).report


def outcomes(report: Report) -> dict[Outcome, int]:
    return {outcome: report.count(outcome) for outcome in Outcome if report.count(outcome)}


def dump(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the audit log, which each import adds to."""
    with app.app_context():
        return {
            name: sorted((tuple(row) for row in db.session().execute(select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
            if name != "audit_entry"
        }


def test_twice_is_once(app: Flask) -> None:
    data = sheet(rows())

    first = bring(app, data)
    stored = dump(app)
    second = bring(app, data)

    assert outcomes(first) == {Outcome.ADDED: PEOPLE}
    assert first.new_fields == ("急救", "法治", "公文")
    assert outcomes(second) == {Outcome.UNCHANGED: PEOPLE}
    assert dump(app) == stored
    assert (len(stored["instructor"]), len(stored["topic"])) == (PEOPLE, 2 * PEOPLE)
    assert stored["contact"]
    assert not stored["consent"]


def test_identity_and_bank_numbers_are_nowhere(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(WANG)
    status, draft, _page = upload(browser, sheet(rows(12)))
    assert status == 303
    waiting = repr(dump(app))

    preview = text_of(browser.get(draft).text)
    done = browser.post(draft)
    report = browser.get(done.location)
    stored = repr(dump(app))

    assert "“身份证号”" in preview
    assert "“银行卡号”" in preview
    assert (done.status_code, report.status_code) == (303, 200)
    assert "12000000003" in stored  # a telephone number is kept, hidden
    for page in (waiting, preview, report.text, stored):
        assert (IDENTITY in page, BANK_CARD in page) == (False, False)


def test_one_bad_row_stops_everything(app: Flask) -> None:
    data = sheet([*rows(20), ("", "男", "栖云市第一中学（虚构）", *[""] * 7)])
    before = dump(app)

    with pytest.raises(RosterHasErrors):
        bring(app, data)
    assert dump(app) == before

    assert outcomes(bring(app, data, skip_invalid=True)) == {Outcome.ADDED: 20}


@sqlite_only
def test_known_people_are_completed_and_nothing_is_overwritten(app: Flask) -> None:
    bring(app, sheet([("白露", "", "栖云市一中", "", "急救", "急救一", "全市", "", "", "")]))
    again = (
        "白  露",
        "女",
        "栖云市 一中",
        "高级教师",
        "法治",
        "急救一；急救二",
        "全省",
        "12000000001",
        "",
        "",
    )
    other = ("白露", "男", "栖云市一中", "院士", "", "急救一", "", "", "", "")

    assert outcomes(bring(app, sheet([again]))) == {Outcome.COMPLETED: 1}
    assert outcomes(bring(app, sheet([other]))) == {Outcome.UNCHANGED: 1}

    with app.app_context():
        [one] = db.session().scalars(select(Instructor))
        assert (one.gender, one.title) == ("f", "高级教师")
        assert [field.name for field in one.fields] == ["急救", "法治"]
        assert [topic.title for topic in one.topics] == ["急救一", "急救二"]
        assert [region.code for region in one.serves] == ["990000", CITY]
        assert "急救二" in one.search_text


@sqlite_only
def test_one_person_in_several_rows_is_one_person(app: Flask) -> None:
    twice = [
        ("白露", "女", "栖云市一中", "", "急救", "急救一", "", "", "", ""),
        ("方正", "男", "栖云市一中", "", "急救", "急救一", "", "", "", ""),
        ("白 露", "", "栖云市　一中", "讲师", "", "急救二", "", "", "", ""),
        ("白露", "", "栖云市二中", "", "", "急救三", "", "", "", ""),  # a namesake elsewhere
    ]

    report = bring(app, sheet(twice))

    assert outcomes(report) == {Outcome.ADDED: 3}
    with app.app_context():
        titles = {
            (one.name, one.workplace): [topic.title for topic in one.topics]
            for one in db.session().scalars(select(Instructor))
        }
        assert sorted(titles.values()) == [["急救一"], ["急救一", "急救二"], ["急救三"]]


@sqlite_only
def test_imported_people_have_no_hours_and_cannot_be_booked_by_accident(app: Flask) -> None:
    bring(app, sheet(rows(1)))

    with app.app_context():
        [topic] = db.session().scalars(select(Topic).limit(1))
        slots = schedule_queries.bookable_slots(
            db.session(), [topic.instructor_id],
            slot_request=SlotRequest(topic.minutes), first=NOW.date(),
            last=NOW.date() + timedelta(days=60), now=NOW, zone=factories.ZONE,
        )  # fmt: skip
    assert slots == {topic.instructor_id: []}


UNREADABLE = {
    "old": (
        bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512), "师资.xls",
        "旧版", "This is an old .xls file.",
    ),
    "broken": (
        sheet(rows(2))[:-200], "师资.xlsx",
        "损坏", "This file is damaged or not an .xlsx spreadsheet.",
    ),
    "empty": (
        b"", "师资.xlsx",
        "这个文件是空的", "This file is empty: it holds 0 bytes.",
    ),
}  # fmt: skip


@sqlite_only
@pytest.mark.parametrize("case", UNREADABLE)
def test_an_unreadable_file_is_answered_with_a_sentence(
    app: Flask, people: Cast, case: str
) -> None:
    data, filename, zh, en = UNREADABLE[case]
    browser = Client(app).sign_in(WANG)
    before = dump(app)

    for language, sentence in (("zh_Hans_CN", zh), ("en", en)):
        status, _there, page = upload(
            browser.language(language), data, filename=filename, region="990121"
        )
        assert status == 422
        assert _SELECTED.findall(page) == ["990121"]  # the choice is kept
        assert sentence in text_of(page)
    assert dump(app) == before


@sqlite_only
def test_no_file_at_all(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(WANG)

    answer = browser.post("/register/import", {"region": CITY})

    assert (answer.status_code, "Choose a spreadsheet first." in answer.text) == (422, True)


def test_a_coordinator_imports_into_the_own_region_only(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(WANG)  # keeps 990100
    before = dump(app)

    status, _there, _page = upload(browser, sheet(rows(3)), region=OTHER_CITY)
    assert status in {403, 422}
    assert dump(app) == before

    mixed = [*rows(3), *rows(1, place="澄湖市")]
    status, draft, _page = upload(browser, sheet(mixed))
    assert status == 303
    with_draft = dump(app)
    refused = browser.post(draft)
    assert refused.status_code == 422
    assert dump(app) == with_draft

    assert browser.post(draft, {"skip_invalid": "1"}).status_code == 303
    with app.app_context():
        added = list(db.session().scalars(select(Instructor.region_code).where(Instructor.id > 2)))
    assert added == [CITY] * 3


@sqlite_only
def test_a_draft_belongs_to_one_person(app: Flask, people: Cast) -> None:
    wang, sun = Client(app).sign_in(WANG), Client(app).sign_in(SUN)
    _status, draft, _page = upload(wang, sheet(rows(3)))
    before = dump(app)

    assert (sun.get(draft).status_code, sun.post(draft).status_code) == (404, 404)
    assert dump(app) == before
    for email in (factories.LI, factories.CHEN):
        assert Client(app).sign_in(email).get("/register/import").status_code == 403

    done = wang.post(draft)
    assert done.status_code == 303
    assert (wang.get(done.location).status_code, sun.get(done.location).status_code) == (200, 404)


@sqlite_only
def test_drafts_are_forgotten_after_a_day(app: Flask, people: Cast, time: Time) -> None:
    browser = Client(app).sign_in(WANG)
    _status, draft, _page = upload(browser, sheet(rows(3)))
    left = []
    for later in (timedelta(days=1), timedelta(days=1, seconds=1)):
        with app.app_context():
            apply_schedule(NOW + later)
            left.append(len(db.session().scalars(select(ImportDraft)).all()))

    assert left == [1, 0]
    assert browser.get(draft).status_code == 404


def test_the_command(app: Flask, tmp_path: Path) -> None:
    file, bad = tmp_path / "师资.xlsx", tmp_path / "坏.xlsx"
    file.write_bytes(sheet(rows(5)))
    bad.write_bytes(sheet([*rows(5), ("", "男", "栖云市一中", *[""] * 7)]))
    runner = app.test_cli_runner()
    empty = dump(app)

    def run(*arguments: str) -> tuple[int, str]:
        result = runner.invoke(args=["register", "import", *arguments])
        return result.exit_code, result.output.strip().splitlines()[-1]

    assert run(str(file), "--dry-run", "--region", CITY) == (
        0, "Would import: 5 added, 0 completed, 0 unchanged.",
    )  # fmt: skip
    assert dump(app) == empty
    assert run(str(bad), "--region", CITY)[0] == 1
    tried = runner.invoke(args=["register", "import", str(bad), "--dry-run", "--region", CITY])
    lines = tried.output.splitlines()
    assert (tried.exit_code, lines[-2:]) == (1, [
        "Would import: 5 added, 0 completed, 0 unchanged.",
        "Error: Rows that cannot be read: 1. Correct them, or leave them out with --skip-invalid.",
    ])  # fmt: skip
    assert lines.count("error: row 8, column A (姓名): The name is missing.") == 1
    assert len([line for line in lines if line.endswith(" added")]) == 5
    assert run(str(file), "--region", "000000")[0] == 1
    assert run(str(tmp_path / "missing.xlsx"))[0] == 2
    assert dump(app) == empty
    assert run(str(bad), "--region", CITY, "--skip-invalid") == (
        0, "Imported: 5 added, 0 completed, 0 unchanged.",
    )  # fmt: skip
    stored = dump(app)
    assert run(str(file), "--region", CITY) == (
        0, "Imported: 0 added, 0 completed, 5 unchanged.",
    )  # fmt: skip
    assert dump(app) == stored
