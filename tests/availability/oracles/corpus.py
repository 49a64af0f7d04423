"""Calendar files to read: those that installed packages ship as their own test data."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

PACKAGES = ("icalendar", "recurring_ical_events", "ical", "vdirsyncer", "x_wr_timezone")
PRESENT = datetime(2026, 11, 23, 2, tzinfo=UTC)

_EVENTS = re.compile(rb"BEGIN:V(?:EVENT|FREEBUSY).*?END:V(?:EVENT|FREEBUSY)", re.DOTALL)
_START = re.compile(rb"(?:DTSTART|FREEBUSY)[^:\r\n]*:(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True)
class CalendarFile:
    """A file, and the instants at which it is read: about its first and its last event."""

    name: str
    data: bytes
    instants: tuple[datetime, ...]


def public_files() -> list[CalendarFile]:
    """The different files of all installed packages, by name."""
    found: dict[bytes, CalendarFile] = {}
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            continue
        folder = Path(spec.origin).parent
        if folder.name == "site-packages":
            continue
        for path in sorted(folder.rglob("*.ics")):
            data = path.read_bytes()
            name = f"{package}/{path.relative_to(folder)}"
            found.setdefault(data, CalendarFile(name, data, instants(data)))
    return list(found.values())


def instants(data: bytes) -> tuple[datetime, ...]:
    """A day after the first event begins, and a day after the last; the present without any."""
    starts = []
    for block in _EVENTS.findall(data):
        for year, month, day in _START.findall(block):
            try:
                starts.append(datetime(int(year), int(month), int(day), tzinfo=UTC))
            except ValueError:
                continue
    usual = [start for start in starts if 1971 <= start.year <= 2100]
    if not usual:
        return (PRESENT,)
    return tuple(sorted({min(usual) + timedelta(days=1), max(usual) + timedelta(days=1)}))
