"""What tests share is as new for each of them: databases and applications."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg

from tests.applications import Applications
from tests.children import REALLY
from tests.databases import CHEAP, PostgresTemplates, SqliteTemplate
from tests.distribution import BOTH, BOTH_FOLDERS, LEFT_OUT, PARTS, WHOLE_FILES
from tests.quick import LONG, WITH_SERVERS

IN_PART = re.compile(
    r"^from tests(?:\.extent import|\.lectures\.frame import| import .*\bextent\b)", re.MULTILINE
)
"""What tests import that run a part of their cases."""

REGIONS = "SELECT code, name FROM region ORDER BY code"
NEXT = "SELECT nextval(pg_get_serial_sequence('organisation', 'id'))"


def test_rows_and_numbers_come_back(postgres: PostgresTemplates) -> None:
    url = postgres.fresh(people=True)
    with psycopg.connect(url) as connection:
        first = connection.execute(REGIONS).fetchall(), connection.execute(NEXT).fetchall()
        connection.execute("UPDATE region SET name = 'another'")
        connection.execute("DELETE FROM calendar_day")

    assert postgres.fresh(people=True) == url
    with psycopg.connect(url) as connection:
        again = connection.execute(REGIONS).fetchall(), connection.execute(NEXT).fetchall()
        days = connection.execute("SELECT count(*) FROM calendar_day").fetchall()
    assert again == first
    assert days > [(0,)]


def test_another_schema_is_not_kept(postgres: PostgresTemplates) -> None:
    url = postgres.fresh()
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE calendar_day RENAME TO another")

    renewed = postgres.fresh()

    assert renewed != url
    with psycopg.connect(renewed) as connection:
        assert connection.execute("SELECT count(*) FROM calendar_day").fetchall() > [(0,)]


def test_an_application_comes_back_as_it_was_built(
    applications: Applications, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    url = sqlite_template.copy_to(tmp_path)
    app = applications.get(url, {}, CHEAP)
    hosts = list(app.config["TRUSTED_HOSTS"])
    app.config["TRUSTED_HOSTS"] = ["en"]
    app.extensions["uid_suffix"] = "@another"
    app.extensions["audit"].waiting.append({})
    mail = Path(app.instance_path) / "mail"
    mail.mkdir()
    applications.release(app)

    assert applications.get(url, {}, CHEAP) is app
    assert list(app.config["TRUSTED_HOSTS"]) == hosts
    assert "uid_suffix" not in app.extensions
    assert list(app.extensions["audit"].waiting) == []
    assert not mail.exists()
    applications.release(app)


AUDITED = re.compile(r"^\tEXTENT=whole(?:.*\\\n)*.*", re.MULTILINE)
"""A command of the Makefile that runs tests at full length."""


def test_what_is_run_in_part_is_run_as_a_whole_by_an_audit() -> None:
    here = Path(__file__).parent
    commands = AUDITED.findall((here.parent / "Makefile").read_text())
    named = [here.parent / path for text in commands for path in re.findall(r"tests/[\w/.]+", text)]
    in_part = [file for file in here.rglob("test_*.py") if IN_PART.search(file.read_text())]

    in_part += [here / file for file in [*PARTS, *LEFT_OUT]]

    assert len(in_part) > 20
    missing = [file for file in in_part if not {file, *file.parents} & set(named)]
    assert [str(file.relative_to(here)) for file in missing] == []


def test_the_files_in_lists_exist() -> None:
    here = Path(__file__).parent
    files = {f"{file.parent.name}/{file.name}" for file in here.rglob("test_*.py")}

    parts = {file for file in PARTS if file.endswith(".py")}
    left_out = {*LEFT_OUT, *LEFT_OUT.values()}
    assert sorted((LONG | BOTH | REALLY | WHOLE_FILES | parts | left_out) - files) == []
    folders = WITH_SERVERS | BOTH_FOLDERS | {file for file in PARTS if file not in parts}
    assert sorted(folder for folder in folders if not (here / folder).is_dir()) == []
