"""The commands with which an installation is filled: each refusal is a sentence, and no change."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import Membership, Organisation, Region
from booking.db import db, unit_of_work
from config import ROOT
from tests import factories
from tests.browser import Client
from tests.counting import row_counts
from tests.extent import sample
from tests.factories import CITY, COUNTY, LI, OTHER_DISTRICT, PASSWORD, Cast


def run(app: Flask, *arguments: object) -> Result:
    """Run a command as somebody at a terminal."""
    return app.test_cli_runner().invoke(args=[str(one) for one in arguments])


def told(result: Result) -> tuple[int, list[str]]:
    """How a command ended and what it said."""
    return result.exit_code, result.output.strip().splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a list is written."""
    return tmp_path / "list.csv"


class TestOrganisations:
    """Without them nobody can book."""

    def test_a_list_is_loaded_once_however_often(self, app: Flask, file: Path) -> None:
        file.write_text(f"name,region\n第一支部,{COUNTY}\n第一支部,{OTHER_DISTRICT}\n", "utf-8-sig")

        assert told(run(app, "organisation", "load", file)) == (
            0, ["2 organisations loaded, 0 known already."],
        )  # fmt: skip
        assert told(run(app, "organisation", "load", file)) == (
            0, ["0 organisations loaded, 2 known already."],
        )  # fmt: skip

        with app.app_context():
            query = select(Organisation.name, Organisation.region_code).order_by(Organisation.id)
            assert [tuple(row) for row in db.session().execute(query)] == [
                ("第一支部", COUNTY),
                ("第一支部", OTHER_DISTRICT),
            ]

    def test_every_bad_row_is_named_and_nothing_is_loaded(self, app: Flask, file: Path) -> None:
        file.write_text(
            f"region,name\n{COUNTY},第一支部\n123456,第二支部\n{COUNTY},\u200b\n,第三支部\n{COUNTY}\n"
            f"{COUNTY},{'长' * 121}\n"
        )
        before = row_counts(app)

        assert told(run(app, "organisation", "load", file)) == (1, [
            "row 3, column region: there is no region '123456'.",
            "row 4, column name: it is empty.",
            "row 5, column region: it is empty.",
            "row 6, column name: it is empty.",
            "row 7, column name: it is longer than 120 characters.",
            "Error: Nothing was loaded: correct the list first.",
        ])  # fmt: skip
        assert row_counts(app) == before

    def test_a_missing_column_is_named(self, app: Flask, file: Path) -> None:
        file.write_text("name\n第一支部\n")

        assert told(run(app, "organisation", "load", file))[1][0] == (
            "row 1: there is no column region; the columns are name, region."
        )

    def test_one_is_created_and_somebody_books_for_it(self, app: Flask, people: Cast) -> None:
        made = run(app, "organisation", "create", "县医院支部", "--region", COUNTY)
        user = run(
            app, "user", "create", "new@example.org", "--password", PASSWORD,
            "--branch", "县医院支部",
        )  # fmt: skip
        assert (made.exit_code, user.exit_code) == (0, 0)
        browser = Client(app).sign_in("new@example.org")
        with app.app_context():
            found = db.session().scalars(select(Organisation.id).filter_by(name="县医院支部")).one()
        address = f"topic={people.chen.topic}&start=2026-11-26T09:00"
        values = {"organisation": found, "region": COUNTY, "place": "县医院", "format": "lecture"}

        booked = browser.post(f"/instructors/{people.chen.id}/book?{address}", values)

        assert booked.status_code == 303

    @pytest.mark.parametrize(
        ("name", "region", "sentence"),
        [
            ("岫云县第一支部", COUNTY, "岫云县第一支部 is known in this district already."),
            ("新支部", "123456", "There is no such district. Choose one from the list."),
            ("\u200b", COUNTY, "Give the branch a name."),
            ("长" * 121, COUNTY, "The name is too long: at most 120 characters."),
        ],
    )
    def test_what_cannot_be_created_is_told(
        self, app: Flask, people: Cast, name: str, region: str, sentence: str
    ) -> None:
        before = row_counts(app)

        result = told(run(app, "organisation", "create", name, "--region", region))

        assert (result, row_counts(app)) == ((1, [f"Error: {sentence}"]), before)


NO_CODE = "row 1: there is no column code; the columns are code, name, name_en (optional)."
REGIONS = "code,name,name_en\n970000,松原省,Songyuan\n970100,甲市,\n970101,乙区,\n"


class TestRegions:
    """The tree, from files as spreadsheet programs save them."""

    @pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
    def test_charsets(self, app: Flask, file: Path, charset: str) -> None:
        file.write_text(REGIONS, charset)

        assert told(run(app, "region", "load", file)) == (0, ["3 regions loaded."])

        with app.app_context():
            found = db.session().get_one(Region, "970101")
            assert (found.name, found.parent_code) == ("乙区", "970100")

    def test_below_a_city_that_is_a_province(self, app: Flask, file: Path) -> None:
        file.write_text("code,name\n110105,朝阳区\n110000,北京市\n")

        assert told(run(app, "region", "load", file)) == (0, ["2 regions loaded."])
        with app.app_context():
            assert db.session().get_one(Region, "110105").parent_code == "110000"

    @pytest.mark.parametrize(
        ("text", "sentences"),
        [
            ("name\n甲\n",
             [NO_CODE]),
            ("", [NO_CODE]),
            ("code,name\n97,甲\n9701x0,乙\n970000,丙\n",
             ["row 2, column code: '97' is no code of GB/T 2260, such as 990101.",
              "row 3, column code: '9701x0' is no code of GB/T 2260, such as 990101."]),
            ("code,name\n970101,甲\n",
             ["row 2, column code: no region above 970101 is known: add 970100 to the list."]),
            ("code,name\n970000\n\n,\n970000,丙\n",
             ["row 2, column name: it is empty.",
              "row 5, column code: 970000 stands in row 2 already."]),
        ],
    )  # fmt: skip
    def test_what_cannot_be_loaded_is_told(
        self, app: Flask, file: Path, text: str, sentences: list[str]
    ) -> None:
        file.write_text(text)
        before = row_counts(app)

        result = told(run(app, "region", "load", file))

        assert result == (1, [*sentences, "Error: Nothing was loaded: correct the list first."])
        assert row_counts(app) == before


class TestUsers:
    """Who can sign in."""

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["notmail", "--admin"], "This is not an e-mail address, such as name@example.org."),
            (["a@example.org", "--admin", "--password", "short"],
             "The password is too short: at least 10 characters."),
            (["a@example.org"],
             "Say what this person may do: --admin, --coordinator, --branch or --instructor."),
            (["a@example.org", "--instructor", 99999], "There is no instructor with the id 99999."),
            (["a@example.org", "--instructor", 10**30],
             f"There is no instructor with the id {10**30}."),
            (["a@example.org", "--instructor", 0], "There is no instructor with the id 0."),
            (["a@example.org", "--coordinator", "1"],
             "There is no such district. Choose one from the list."),
            (["a@example.org", "--branch", "无"],
             "No organisation is called 无: see `flask organisation create`."),
            ([LI, "--admin"], f"{LI} already has an account."),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_told(
        self, app: Flask, people: Cast, arguments: list[object], sentence: str
    ) -> None:
        before = row_counts(app)

        result = told(run(app, "user", "create", *arguments))

        assert (result, row_counts(app)) == ((1, [f"Error: {sentence}"]), before)

    def test_of_two_branches_with_one_name_the_region_tells(self, app: Flask, people: Cast) -> None:
        with app.app_context(), unit_of_work() as session:
            factories.make_branch(session, "岫云县第一支部", region=OTHER_DISTRICT)

        vague = run(app, "user", "create", "a@example.org", "--branch", "岫云县第一支部")
        clear = run(app, "user", "create", "a@example.org", "--branch", f"岫云县第一支部@{COUNTY}")

        assert told(vague) == (1, [
            "Error: Several organisations are called 岫云县第一支部: "
            f"say 岫云县第一支部@REGION, of {COUNTY}, {OTHER_DISTRICT}.",
        ])  # fmt: skip
        assert clear.exit_code == 0
        with app.app_context():
            last = db.session().scalars(select(Membership).order_by(Membership.id.desc())).first()
            assert last is not None
            assert last.organisation_id == people.li.id

    def test_somebody_may_be_several_things(self, app: Flask, people: Cast) -> None:
        made = run(
            app, "user", "create", "a@example.org", "--coordinator", CITY,
            "--instructor", people.chen.id,
        )  # fmt: skip

        assert made.exit_code == 0
        browser = Client(app).sign_in("a@example.org", made.output.split()[-1])
        assert browser.get("/account").status_code == 200


AWAY, UNUSABLE = "postgresql://u:s3cret@127.0.0.1:1/yueke", "sqlite:////proc/version/../x.db"


@pytest.mark.parametrize(
    ("command", "url", "says"),
    sample(
        [
            (["db", "upgrade"], AWAY, "refused"),
            (["worker"], AWAY, "refused"),
            (["days", "seed"], UNUSABLE, "folder"),
            (["db", "upgrade"], UNUSABLE, "folder"),
        ],
        part=2,
    ),
)
def test_a_database_that_cannot_be_opened_is_one_sentence(
    tmp_path: Path, url: str, says: str, command: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "INSTANCE_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    last = done.stderr.strip().splitlines()[-1]
    assert (done.returncode, says in last, "DATABASE_URL" in last) == (1, True, True)
    assert ("Traceback" in done.stderr, "s3cret" in done.stderr) == (False, False)
