"""Other programs' readings of calendar files ("oracles"), in the form of our busy times.

Each takes questions and returns for each the busy times of every calendar of the file, or a message
why it cannot read the file. Conventions are ours: a time without a zone, and a whole day, is in the
zone that X-WR-TIMEZONE names, else in the owner's.
"""

from __future__ import annotations

import json
import re
import subprocess
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
from icalendar.timezone import tzp
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from booking.availability.engine.intervals import Interval, union
from tests.clients import npm
from tests.clients.judges import HERE as CLIENTS

OWNER = ZoneInfo("Asia/Shanghai")
SECONDS = 10
DAY = timedelta(days=1)

_HOME = re.compile(r"^X-WR-TIMEZONE:\s*(.*?)\s*$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """A file, and the window for which its busy times are asked."""

    data: bytes
    window: Interval


Reading = list[Interval] | str
"""Busy times in normal form, or why the file cannot be read."""

Oracle = Callable[[Sequence[Question]], list[Reading]]


def recurring(questions: Sequence[Question]) -> list[Reading]:
    """recurring-ical-events on icalendar, without any of our repairs."""
    return [_alone(_recurring, one) for one in questions]


def home_assistant(questions: Sequence[Question]) -> list[Reading]:
    """The package ical, which Home Assistant reads calendars with."""
    return [_alone(_home_assistant, one) for one in questions]


def ical_js(questions: Sequence[Question]) -> list[Reading]:
    """ical.js, the reader of Thunderbird; a process for each file, because some never end."""
    npm.install(CLIENTS)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_ical_js, questions))


def _ical_js(question: Question) -> Reading:
    asked = {
        "text": question.data.decode(errors="replace"),
        "since": question.window[0].timestamp(),
        "until": question.window[1].timestamp(),
    }
    try:
        told = subprocess.run(
            ["node", str(CLIENTS / "ical_js_busy.mjs")],
            input=json.dumps([asked]).encode(),
            capture_output=True,
            check=True,
            timeout=SECONDS,
            cwd=CLIENTS,
        ).stdout
    except subprocess.SubprocessError as error:
        return type(error).__name__
    [answer] = json.loads(told)
    if isinstance(answer, str):
        return answer
    return _in_window(_told(question, answer), question.window)


ORACLES: dict[str, Oracle] = {
    "recurring-ical-events": recurring,
    "ical.js": ical_js,
    "ical (Home Assistant)": home_assistant,
}


def _told(question: Question, answer: list[list[list[str | int]]]) -> Iterator[Interval]:
    homes = _homes(question.data.decode(errors="replace"))
    for number, spans in enumerate(answer):
        home = homes[min(number, len(homes) - 1)]
        for start, end in spans:
            yield _moment(start, home), _moment(end, home)


def _moment(told: str | int, home: tzinfo) -> datetime:
    if isinstance(told, str):
        return datetime.fromisoformat(told).replace(tzinfo=home).astimezone(UTC)
    return datetime.fromtimestamp(told, UTC)


def _homes(text: str) -> list[tzinfo]:
    """The zone for times without one, for each calendar of a file."""
    parts = re.split(r"(?im)^BEGIN:VCALENDAR", text)[1:] or [text]
    return [_home(part) for part in parts]


def _home(text: str) -> tzinfo:
    match = _HOME.search(text)
    name = match[1].strip() if match else ""
    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(name, name)) if name else OWNER
    except (KeyError, ValueError, OSError):
        return OWNER


def _recurring(question: Question) -> list[Interval]:
    tzp.use_default()
    found = []
    since, until = question.window
    calendars: Any = icalendar.Calendar.from_ical(question.data, multiple=True)
    homes = _homes(question.data.decode(errors="replace"))
    for number, calendar in enumerate(calendars):
        for event in recurring_ical_events.of(calendar).between(since - DAY, until + DAY):
            if _is_busy(event):
                home = homes[min(number, len(homes) - 1)]
                found.append((_at(event["DTSTART"].dt, home), _at(event["DTEND"].dt, home)))
        for component in calendar.walk("VFREEBUSY"):
            found += _periods(component)
    return _in_window(found, question.window)


def _periods(component: Any) -> Iterator[Interval]:
    values = component.get("FREEBUSY", [])
    for value in values if isinstance(values, list) else [values]:
        if value.params.get("FBTYPE", "BUSY").upper() != "FREE":
            yield value.start, value.end


def _is_busy(event: Any) -> bool:
    def value(name: str) -> str:
        return str(event.get(name, "")).upper()

    return (
        value("TRANSP") != "TRANSPARENT"
        and value("STATUS") != "CANCELLED"
        and value("X-MICROSOFT-CDO-BUSYSTATUS") != "FREE"
    )


def _home_assistant(question: Question) -> list[Interval]:
    text = question.data.decode(errors="replace")
    if "BEGIN:VFREEBUSY" in text.upper():
        raise NotImplementedError("lists of busy times")
    home = _homes(text)[0]
    calendar = IcsCalendarStream.calendar_from_ics(text)
    since, until = question.window
    found = []
    for event in calendar.timeline_tz(home).overlapping(since - DAY, until + DAY):
        status = str(getattr(event.status, "value", event.status)).upper()
        if str(event.transparency).upper() != "TRANSPARENT" and status != "CANCELLED":
            found.append((_at(event.start, home), _at(event.end, home)))
    return _in_window(found, question.window)


def _at(moment: date, home: tzinfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=home)).astimezone(UTC)


def _in_window(spans: Sequence[Interval] | Iterator[Interval], window: Interval) -> list[Interval]:
    return union(
        (max(start, window[0]), min(end, window[1]))
        for start, end in spans
        if start < end and start < window[1] and end > window[0]
    )


def _alone(read: Callable[[Question], list[Interval]], question: Question) -> Reading:
    """A reading; a file on which the oracle fails or hangs cannot be read by it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return read(question)
        except Exception as error:  # whatever the other program raises
            return f"{type(error).__name__}: {error}"
