"""Evolution's own calendar reads our feeds, and takes over what our mails say.

Where Evolution's data server is missing these tests are skipped, and say so; its parser, libical,
is a judge in any case.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from booking.lectures.engine.states import Side
from tests.clients.judges import HERE, SYSTEM_PYTHON
from tests.clients.reading import Fields, Reading, differences, reading_of
from tests.clients.sample import LANGUAGES, ZONES, expected_of, facts, feed_of, invitation_of

SECONDS = 120
_PROBE = "import gi; gi.require_version('ECal', '2.0'); from gi.repository import ECal"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def received(calendars: list[bytes]) -> list[Reading]:
    """What stands in an empty calendar after each of these was received; skips without Evolution.

    Its services run in a D-Bus session and a home folder of their own.
    """
    if shutil.which("dbus-run-session") is None or not _has_evolution():
        pytest.skip("no Evolution: apt install evolution-data-server gir1.2-ecal-2.0 dbus")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        done = subprocess.run(
            ["dbus-run-session", "--", SYSTEM_PYTHON, str(HERE / "evolution_check.py")],
            input=json.dumps([one.decode() for one in calendars]).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": home,
                "XDG_RUNTIME_DIR": home,
                "LANG": "C.UTF-8",
                "GSETTINGS_BACKEND": "memory",
            },
        )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return [reading_of(map(_without_method, events)) for events in json.loads(done.stdout)]


def _without_method(event: dict[str, str | int | None]) -> Fields:
    return {name: value for name, value in event.items() if name != "method"}


def _has_evolution() -> bool:
    if not Path(SYSTEM_PYTHON).exists():
        return False
    probe = subprocess.run(
        [SYSTEM_PYTHON, "-c", _PROBE], capture_output=True, timeout=SECONDS, check=False
    )
    return probe.returncode == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_evolution_reads_every_field(app: Flask, language: str) -> None:
    """Calendar rule 31."""
    side = {"zh": Side.INSTRUCTOR, "en": Side.BRANCH}[language]
    with app.app_context():
        sample = [one for zone in ZONES for one in facts(zone, language, side)]
    [seen] = received([feed_of(sample)])

    assert differences(expected_of(sample), seen) == []


def test_evolution_enters_moves_and_removes(app: Flask) -> None:
    """Calendar rule 16: REQUEST, REQUEST with a higher SEQUENCE, CANCEL."""
    with app.app_context():
        first = facts(ZONES[0], "zh", Side.INSTRUCTOR)[10]
    moved = replace(
        first,
        starts_at=first.starts_at + timedelta(minutes=30),
        sequence=2,
        revised_at=first.revised_at + timedelta(minutes=1),
    )
    cancelled = replace(
        moved,
        status="CANCELLED",
        sequence=3,
        revised_at=moved.revised_at + timedelta(minutes=1),
    )
    messages = [replace(first, status="TENTATIVE", sequence=0), first, moved, cancelled]
    seen = received([invitation_of(one) for one in messages])

    assert [
        [(event["start"], event["sequence"], event["status"]) for event in one.values()]
        for one in seen
    ] == [
        [(first.starts_at.timestamp(), 0, "TENTATIVE")],
        [(first.starts_at.timestamp(), 1, "CONFIRMED")],
        [(moved.starts_at.timestamp(), 2, "CONFIRMED")],
        [],
    ]
