"""Checks a calendar with third-party calendar parsers ("judges").

Each judge takes the bytes of a calendar and returns what it read of the events (see `reading`); it
raises ``Refused`` if it rejects the calendar, and ``JudgeMissing`` if it is not installed.
``judge_all`` runs all of them. A Python-only test does not notice what breaks Thunderbird (here:
ical.js), so these are third-party programs, most of them run as processes.
"""

import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.clients import npm, subscription
from tests.clients.reading import Reading, differences, reading_of

HERE = Path(__file__).parent
SYSTEM_PYTHON = "/usr/bin/python3"
SECONDS = 60


Judge = Callable[[bytes], Reading]


class Refused(Exception):
    """The parser rejected the feed; the message is the parser's."""


class JudgeMissing(Exception):
    """The parser is not installed; the message says what to install."""


def judge_one(judge: Judge, feed: bytes) -> Reading:
    """Return what one judge reads; skip the test, or fail in CI, if it is missing."""
    try:
        return judge(feed)
    except JudgeMissing as reason:
        excuse(f"{judge.__name__}: {reason}")


def excuse(reason: str) -> NoReturn:
    """Skip the test for a missing judge; fail it in CI, where all must be installed."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"judge missing: {reason}")
    pytest.skip(f"judge missing: {reason}")


def ical_js(feed: bytes) -> Reading:
    """ical.js, Thunderbird's parser, in strict mode."""
    return _node("ical_js.mjs", feed)


def node_ical(feed: bytes) -> Reading:
    """The parser of many wall displays and bots."""
    return _node("node_ical.mjs", feed)


def libical(feed: bytes) -> Reading:
    """libical, the parser of Evolution, GNOME and KDE, with strict restrictions."""
    probe = "import gi; gi.require_version('ICalGLib', '3.0')"
    if not Path(SYSTEM_PYTHON).exists() or not _succeeds([SYSTEM_PYTHON, "-c", probe]):
        raise JudgeMissing("apt install python3-gi gir1.2-ical-3.0")
    return _ask([SYSTEM_PYTHON, str(HERE / "libical_check.py")], feed)


def ruby_icalendar(feed: bytes) -> Reading:
    """The parser of many Ruby web applications, in strict mode."""
    if shutil.which("ruby") is None or not _succeeds(["ruby", "-ricalendar", "-e", ""]):
        raise JudgeMissing("apt install ruby ruby-icalendar")
    return _ask(["ruby", str(HERE / "ruby_check.rb")], feed)


def home_assistant(feed: bytes) -> Reading:
    """``ical``, the parser of Home Assistant."""
    if importlib.util.find_spec("ical") is None:
        raise JudgeMissing("pip install ical")
    stream = importlib.import_module("ical.calendar_stream").IcsCalendarStream
    calendar = stream.calendar_from_ics(feed.decode())
    return reading_of(_of_home_assistant(event, calendar.method) for event in calendar.events)


def _of_home_assistant(event: Any, method: str | None) -> dict[str, Any]:
    attendee = event.attendees[0] if event.attendees else None
    organizer = event.organizer
    return {
        "uid": event.uid,
        "start": int(event.dtstart.timestamp()),
        "end": int(event.dtend.timestamp()),
        "stamp": int(event.dtstamp.timestamp()),
        "modified": int(event.last_modified.timestamp()),
        "created": int(event.created.timestamp()),
        "summary": event.summary,
        "location": event.location,
        "description": event.description,
        "url": event.url and str(event.url),
        "status": event.status and event.status.value,
        "transp": event.transparency,
        "sequence": event.sequence,
        "method": method,
        "organizer": organizer and str(organizer.uri),
        "organizer_name": organizer and organizer.common_name,
        "attendee": attendee and str(attendee.uri),
        "attendee_name": attendee and attendee.common_name,
        "partstat": attendee and attendee.status,
        "rsvp": attendee and str(attendee.rsvp).upper(),
        "role": attendee and attendee.role,
        "cutype": attendee and attendee.user_type,
    }


def vdirsyncer(feed: bytes) -> Reading:
    """The synchroniser of khal and others, run twice over HTTP; the second must change nothing."""
    if importlib.util.find_spec("vdirsyncer") is None:
        raise JudgeMissing("pip install vdirsyncer")
    try:
        items = subscription.items_after_two_syncs(feed)
    except subscription.SyncFailed as error:
        raise Refused(str(error)) from error
    return reading_of(items)


def khal(feed: bytes) -> Reading:
    """The calendar of the command line; its pages show neither SEQUENCE nor TRANSP."""
    if importlib.util.find_spec("khal") is None:
        raise JudgeMissing("pip install khal")
    split = importlib.import_module("khal.icalendar").split_ics
    read = importlib.import_module("khal.khalendar.event").Event.fromString
    zone = importlib.import_module("pytz").UTC
    locale = {"default_timezone": zone, "local_timezone": zone}
    return reading_of(_of_khal(read(item, locale=locale)) for item in split(feed.decode()))


def _of_khal(event: Any) -> dict[str, Any]:
    return {
        "uid": event.uid,
        "start": int(event.start.timestamp()),
        "end": int(event.end.timestamp()),
        "summary": event.summary,
        "location": event.location,
        "description": event.description,
        "url": event.url,
        "status": event.status,
        "attendee": event.attendees and f"mailto:{event.attendees}",
    }


JUDGES: list[Judge] = [
    ical_js,
    node_ical,
    libical,
    ruby_icalendar,
    home_assistant,
    vdirsyncer,
    khal,
]

DEFECTS = {
    # It also makes a number of a name that looks like one.
    "node_ical": re.compile(
        r"\\[nN]|^[+-]?(0[xXoObB][0-9A-Fa-f]+|[0-9.]+([eE][+-]?[0-9]+)?|Infinity)$"
    ),
    "ruby_icalendar": re.compile(r"\\n"),
    "khal": re.compile(r"\\N"),
}
"""What these programs read wrongly: a backslash before this letter, which RFC 5545, 3.3.11, writes
as two backslashes and the letter, is a line break to them. No other way to write it exists."""


def wrongly_read(judge: Judge, expected: Reading, seen: Reading) -> list[str]:
    """The differences between what was written and what a judge read, besides known defects."""
    return differences(expected, seen, DEFECTS.get(judge.__name__))


def judge_all(feed: bytes, expected: Reading, judges: Sequence[Judge] = tuple(JUDGES)) -> None:
    """Assert that every judge reads every field of every event as it was written.

    The failure lists the differences by judge, event and field. A missing judge skips the test
    with its reason, after all others have run, or fails it if ``CI`` is set.
    """
    missing, wrong = [], []
    for judge in judges:
        try:
            seen = judge(feed)
        except JudgeMissing as reason:
            missing.append(f"{judge.__name__}: {reason}")
        else:
            wrong += [f"{judge.__name__}: {line}" for line in wrongly_read(judge, expected, seen)]
    assert wrong == [], "\n".join(wrong)
    if missing:
        excuse("; ".join(missing))


def _node(script: str, feed: bytes) -> Reading:
    try:
        npm.install(HERE)
    except npm.NotInstalled as error:
        raise JudgeMissing(str(error)) from error
    return _ask(["node", str(HERE / script)], feed)


def _succeeds(command: list[str]) -> bool:
    return (
        subprocess.run(command, capture_output=True, timeout=SECONDS, check=False).returncode == 0
    )


def _ask(command: list[str], feed: bytes) -> Reading:
    """Run a judge's script, with the feed on standard input and JSON on standard output."""
    done = subprocess.run(
        command, input=feed, capture_output=True, timeout=SECONDS, cwd=HERE, check=False
    )
    if done.returncode != 0:
        raise Refused(done.stderr.decode(errors="replace"))
    return reading_of(json.loads(done.stdout))
