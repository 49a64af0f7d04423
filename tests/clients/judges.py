"""Checks a feed with third-party calendar parsers ("judges").

Each judge takes the bytes of a feed and returns the events it parsed, in any order; it raises
``Refused`` if it rejects the feed, and ``JudgeMissing`` if it is not installed. ``judge_all``
runs all of them. A Python-only test does not notice what breaks Thunderbird (here: ical.js), so
these are third-party programs, run as processes.
"""

import importlib
import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from tests.clients import npm, subscription

HERE = Path(__file__).parent
SYSTEM_PYTHON = "/usr/bin/python3"
SECONDS = 60


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """One event as parsed; the instants are aware UTC, the end is exclusive."""

    uid: str
    start_utc: datetime
    end_utc: datetime
    summary: str


Judge = Callable[[bytes], list[Seen]]


class Refused(Exception):
    """The parser rejected the feed; the message is the parser's."""


class JudgeMissing(Exception):
    """The parser is not installed; the message says what to install."""


def judge_one(judge: Judge, feed: bytes) -> list[Seen]:
    """Return the events of one judge, sorted; skip the test, or fail in CI, if it is missing."""
    try:
        return sorted(judge(feed))
    except JudgeMissing as reason:
        excuse(f"{judge.__name__}: {reason}")


def excuse(reason: str) -> NoReturn:
    """Skip the test for a missing judge; fail it in CI, where all must be installed."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"judge missing: {reason}")
    pytest.skip(f"judge missing: {reason}")


def ical_js(feed: bytes) -> list[Seen]:
    """ical.js, Thunderbird's parser, in strict mode."""
    return _node("ical_js.mjs", feed)


def node_ical(feed: bytes) -> list[Seen]:
    """The parser of many wall displays and bots."""
    return _node("node_ical.mjs", feed)


def libical(feed: bytes) -> list[Seen]:
    """libical, the parser of Evolution, GNOME and KDE, with strict restrictions."""
    probe = "import gi; gi.require_version('ICalGLib', '3.0')"
    if not Path(SYSTEM_PYTHON).exists() or not _succeeds([SYSTEM_PYTHON, "-c", probe]):
        raise JudgeMissing("apt install python3-gi gir1.2-ical-3.0")
    return _ask([SYSTEM_PYTHON, str(HERE / "libical_check.py")], feed)


def ruby_icalendar(feed: bytes) -> list[Seen]:
    """The parser of many Ruby web applications, in strict mode."""
    if shutil.which("ruby") is None or not _succeeds(["ruby", "-ricalendar", "-e", ""]):
        raise JudgeMissing("apt install ruby ruby-icalendar")
    return _ask(["ruby", str(HERE / "ruby_check.rb")], feed)


def home_assistant(feed: bytes) -> list[Seen]:
    """``ical``, the parser of Home Assistant."""
    if importlib.util.find_spec("ical") is None:
        raise JudgeMissing("pip install ical")
    stream = importlib.import_module("ical.calendar_stream").IcsCalendarStream
    return [
        Seen(event.uid, event.dtstart.astimezone(UTC), event.dtend.astimezone(UTC), event.summary)
        for event in stream.calendar_from_ics(feed.decode()).events
    ]


def vdirsyncer(feed: bytes) -> list[Seen]:
    """The synchroniser of khal and others, run twice over HTTP; the second must change nothing."""
    if importlib.util.find_spec("vdirsyncer") is None:
        raise JudgeMissing("pip install vdirsyncer")
    try:
        items = subscription.items_after_two_syncs(feed)
    except subscription.SyncFailed as error:
        raise Refused(str(error)) from error
    return [Seen(*item) for item in items]


JUDGES: list[Judge] = [ical_js, node_ical, libical, ruby_icalendar, home_assistant, vdirsyncer]


def judge_all(
    feed: bytes, expected: Sequence[Seen], judges: Sequence[Judge] = tuple(JUDGES)
) -> None:
    """Assert that every judge returns exactly the expected events.

    A missing judge skips the test with its reason, after all others have run, or fails it
    if ``CI`` is set.
    """
    missing = []
    for judge in judges:
        try:
            seen = judge(feed)
        except JudgeMissing as reason:
            missing.append(f"{judge.__name__}: {reason}")
        else:
            assert sorted(seen) == sorted(expected), judge.__name__
    if missing:
        excuse("; ".join(missing))


def _node(script: str, feed: bytes) -> list[Seen]:
    try:
        npm.install(HERE)
    except npm.NotInstalled as error:
        raise JudgeMissing(str(error)) from error
    return _ask(["node", str(HERE / script)], feed)


def _succeeds(command: list[str]) -> bool:
    return (
        subprocess.run(command, capture_output=True, timeout=SECONDS, check=False).returncode == 0
    )


def _ask(command: list[str], feed: bytes) -> list[Seen]:
    """Run a judge's script, with the feed on standard input and JSON on standard output."""
    done = subprocess.run(
        command, input=feed, capture_output=True, timeout=SECONDS, cwd=HERE, check=False
    )
    if done.returncode != 0:
        raise Refused(done.stderr.decode(errors="replace"))
    return [
        Seen(
            event["uid"],
            datetime.fromtimestamp(event["start"], UTC),
            datetime.fromtimestamp(event["end"], UTC),
            event["summary"],
        )
        for event in json.loads(done.stdout)
    ]
