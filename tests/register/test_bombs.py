"""Spreadsheets made to take time and memory cost a bounded child process, and a sentence."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from flask import Flask

from booking.availability.external.engine import occurrences
from booking.process import child
from booking.process.child import Limits
from booking.register import child_program, reader
from booking.register.engine.roster import UnreadableReason, UnreadableRoster
from booking.register.engine.spreadsheet import read_roster
from booking.register.reader import read_upload
from booking.workbooks import one_at_a_time
from tests.architecture import sources
from tests.availability.external_files import calendar, event
from tests.browser import Client
from tests.extent import sample
from tests.factories import COUNTY, WANG, Cast
from tests.register.bombs import BOMBS, absolute_names, empty_cells, long_text
from tests.register.rosters import messy_roster
from tests.register.uploads import rows, sheet, text_of, upload

MEASURED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=-1, stderr=-3, env={})
used = resource.getrusage(resource.RUSAGE_CHILDREN)
told = json.loads(done.stdout) if done.returncode == 0 else {}
assert "roster" not in told
print(json.dumps([told.get("refused"), used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]))
"""
"""A process counts the memory of its parent at birth as its own: a small one starts the child."""

MEMORY, SECONDS = 700 * 1024 * 1024, 15
"""Bounds of the child; seconds of computing, because the machine may have other things to do."""

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("kind", sample(list(BOMBS), part=3))
def test_a_bomb_costs_bounded_time_and_memory(kind: str) -> None:
    data = BOMBS[kind]()
    told = subprocess.run(
        [
            *(sys.executable, "-I", "-c", MEASURED),
            *child.command(child_program.__name__, reader.LIMITS),
        ],
        input=child_program.question(data, "师资.xlsx"),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    refused, seconds, memory = json.loads(told)

    assert (seconds < SECONDS, memory < MEMORY) == (True, True), (seconds, memory)
    # None: the child was ended, or told nothing; then the file is too hard to read.
    assert refused in {None, *UnreadableReason}


def test_a_child_that_was_ended_is_a_file_that_is_too_hard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for limits in (Limits(16 * 1024 * 1024, 5, 10), Limits(640 * 1024 * 1024, 5, 0.01)):
        monkeypatch.setattr(reader, "LIMITS", limits)
        with pytest.raises(UnreadableRoster) as refused:
            read_upload(messy_roster(), filename="师资.xlsx")
        assert refused.value.reason is UnreadableReason.TOO_HARD


@pytest.mark.parametrize("data", [messy_roster(), sheet(rows(50)), absolute_names()])
def test_what_the_child_reads_is_what_the_file_holds(data: bytes) -> None:
    assert read_upload(data, filename="师资.xlsx").whole() == read_roster(
        data, filename="师资.xlsx"
    )


def test_two_thousand_people_are_read() -> None:
    people = [(f"{row[0]}{n % 97}", *row[1:]) for n, row in enumerate(rows(2000))]

    assert len(read_upload(sheet(people), filename="师资.xlsx").roster.people) == 2000


@sqlite_only
def test_the_page_says_why_and_other_pages_are_answered_meanwhile(app: Flask, people: Cast) -> None:
    wang, other = Client(app).language("en").sign_in(WANG), Client(app)
    data = long_text()

    with ThreadPoolExecutor(1) as aside:
        waiting = aside.submit(upload, wang, data, region=COUNTY)
        meanwhile = [other.get("/").status_code for _ in range(3)]
        status, _there, page = waiting.result()

    assert meanwhile == [200] * 3
    assert status == 422
    assert "This spreadsheet is too large" in text_of(page)
    assert f'selected value="{COUNTY}"' in page
    status, _there, page = upload(wang, empty_cells())
    assert (status, "takes too much time or memory to read" in text_of(page)) == (422, True)


@sqlite_only
def test_one_file_is_read_at_a_time(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client(app).language("en").sign_in(WANG)
    monkeypatch.setattr(one_at_a_time, "QUEUE_SECONDS", 0.1)
    really, begun, go_on = child.ask, Event(), Event()

    def slow(module: str, question: bytes, limits: Limits) -> bytes:
        begun.set()
        assert go_on.wait(10)
        return really(module, question, limits)

    with ThreadPoolExecutor(1) as aside:
        monkeypatch.setattr(child, "ask", slow)
        first = aside.submit(read_upload, sheet(rows(2)), filename="师资.xlsx")
        try:
            assert begun.wait(10)
            status, _there, page = upload(browser, sheet(rows(1)))
        finally:
            go_on.set()

    assert len(first.result().roster.people) == 2
    assert (status, "Another spreadsheet is being read" in text_of(page)) == (503, True)
    assert upload(browser, sheet(rows(1)))[0] == 303


def test_files_are_read_in_the_child_only() -> None:
    readers = {
        path.as_posix()
        for path in sources.python_files()
        if "booking.register.engine.spreadsheet.read_sheet" in sources.imported(path)
    }
    assert readers == {"booking/register/child_program.py"}


@pytest.mark.parametrize(
    ("module", "question"),
    [
        (child_program.__name__, child_program.question(sheet(rows(1)), "师资.xlsx")),
        (
            occurrences.__name__,
            json.dumps(
                {
                    "text": calendar(event("DTSTART:20261201T000000Z", "DURATION:PT1H")),
                    "zone": "Asia/Shanghai",
                    "all_day_busy": True,
                    "since": 1764547200,
                    "until": 1798675200,
                }
            ).encode(),
        ),
    ],
    ids=["spreadsheet", "calendar"],
)
def test_the_child_reads_without_the_application(module: str, question: bytes) -> None:
    """Whoever reads in the child imports neither Flask nor the database, at any depth."""
    python, *arguments = child.command(module, reader.LIMITS)
    done = subprocess.run(
        [python, "-v", *arguments],
        input=question,
        capture_output=True,
        check=True,
        env={},
    )
    imported = set(re.findall(r"^import '([\w.]+)' #", done.stderr.decode(), re.MULTILINE))
    assert module in imported
    assert {"flask", "sqlalchemy", "config"} & imported == set()
