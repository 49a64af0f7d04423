"""Calendar files made for the comparison: valid ones, with what real calendars have."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.availability.external_files import calendar, event
from tests.availability.oracles.corpus import CalendarFile

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
_FIRST = date(2026, 11, 25)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _observance(kind: str, start: str, before: str, after: str, rule: str = "") -> str:
    lines = (
        f"BEGIN:{kind}", f"DTSTART:{start}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}",
        *([f"RRULE:FREQ=YEARLY;{rule}"] if rule else []), f"END:{kind}", "",
    )  # fmt: skip
    return "\r\n".join(lines)


DEFINED = {
    "Asia/Shanghai": _observance("STANDARD", "19700101T000000", "+0800", "+0800"),
    "Europe/Berlin": _observance(
        "DAYLIGHT", "19810329T020000", "+0100", "+0200", "BYMONTH=3;BYDAY=-1SU"
    )
    + _observance("STANDARD", "19961027T030000", "+0200", "+0100", "BYMONTH=10;BYDAY=-1SU"),
    "America/New_York": _observance(
        "DAYLIGHT", "20070311T020000", "-0500", "-0400", "BYMONTH=3;BYDAY=2SU"
    )
    + _observance("STANDARD", "20071104T020000", "-0400", "-0500", "BYMONTH=11;BYDAY=1SU"),
}
_ZONES = (*DEFINED, "UTC", "")


def generated_files(number: int) -> list[CalendarFile]:
    """So many files, always the same ones; each begins with a zone of its own choice."""
    return [
        CalendarFile(f"generated/{seed}", _file(random.Random(seed)).encode(), (NOW,))
        for seed in range(number)
    ]


def _file(chance: random.Random) -> str:
    events = "".join(_event(chance, uid) for uid in range(chance.randint(1, 6)))
    zones = "".join(
        f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n{text}END:VTIMEZONE\r\n"
        for name, text in DEFINED.items()
        if f"TZID={name}" in events
    )
    stamp = "DTSTAMP:20261101T000000Z\r\nUID:"
    return calendar("PRODID:-//yueke//test//EN\r\n", zones, events.replace("UID:", stamp))


def _event(chance: random.Random, uid: int) -> str:
    whole = chance.random() < 0.2
    start = datetime.combine(
        _FIRST + timedelta(days=chance.randint(0, 200)), datetime.min.time()
    ) + timedelta(minutes=0 if whole else chance.randint(5 * 60, 20 * 60))
    zone = "" if whole else chance.choice(_ZONES)
    length = timedelta(days=chance.randint(1, 4)) if whole else timedelta(
        minutes=chance.randint(1, 180)
    )  # fmt: skip
    lines = [_line("DTSTART", [start], zone, whole)]
    if chance.random() < 0.5:
        lines.append(_line("DTEND", [start + length], zone, whole))
    else:
        minutes = int(length.total_seconds()) // 60
        lines.append(f"DURATION:P{length.days}D" if whole else f"DURATION:PT{minutes}M")
    lines += chance.choices(
        [[], ["TRANSP:TRANSPARENT"], ["TRANSP:OPAQUE"], ["STATUS:CANCELLED"], ["STATUS:TENTATIVE"]],
        [8, 1, 2, 1, 1],
    )[0]
    more = ""
    if chance.random() < 0.7:
        rule, known = _rule(chance, start, zone, whole)
        lines.append(f"RRULE:{rule}")
        if known and chance.random() < 0.4:
            lines.append(_line("EXDATE", [chance.choice(known)], zone, whole))
        elif known and not whole and chance.random() < 0.4:
            moved = chance.choice(known)
            more = event(
                _line("RECURRENCE-ID", [moved], zone, whole),
                _line("DTSTART", [moved + timedelta(hours=3)], zone, whole),
                "DURATION:PT50M",
                uid=str(uid),
            )
    return event(*lines, uid=str(uid)) + more


def _rule(
    chance: random.Random, start: datetime, zone: str, whole: bool
) -> tuple[str, list[datetime]]:
    """A rule, and some of its times after the first."""
    every = chance.randint(1, 4)
    end = chance.choice([f";COUNT={chance.randint(2, 30)}", _until(chance, start, zone, whole)])
    kind = chance.randint(0, 5)
    if kind <= 1:
        unit = timedelta(days=1 if kind == 0 else 7)
        name = ("DAILY", "WEEKLY")[kind]
        return f"FREQ={name};INTERVAL={every};COUNT=9", [
            start + every * unit * number for number in range(1, 9)
        ]
    weekday = _DAYS[start.weekday()]
    if kind == 2:
        days = sorted({start.weekday(), chance.randint(0, 6)})
        return f"FREQ=WEEKLY;BYDAY={','.join(_DAYS[day] for day in days)}{end}", []
    if kind == 3:
        return f"FREQ=MONTHLY;BYDAY={(start.day - 1) // 7 + 1}{weekday}{end}", []
    if kind == 4:
        return f"FREQ=MONTHLY;BYMONTHDAY={start.day}{end}", []
    return f"FREQ=YEARLY;BYMONTH={start.month};BYMONTHDAY={start.day};COUNT=3", []


def _until(chance: random.Random, start: datetime, zone: str, whole: bool) -> str:
    until = start + timedelta(days=chance.randint(20, 300))
    if whole:
        return f";UNTIL={until:%Y%m%d}"
    if not zone:
        return f";UNTIL={until:%Y%m%dT%H%M%S}"
    return f";UNTIL={until.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _line(name: str, times: list[datetime], zone: str, whole: bool) -> str:
    if whole:
        return f"{name};VALUE=DATE:" + ",".join(f"{time:%Y%m%d}" for time in times)
    text = ",".join(f"{time:%Y%m%dT%H%M%S}" + ("Z" if zone == "UTC" else "") for time in times)
    return f"{name}:{text}" if zone in {"", "UTC"} else f"{name};TZID={zone}:{text}"
