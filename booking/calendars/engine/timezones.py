"""VTIMEZONE text of a zone, generated from the footer of its TZif file.

A TZif file ends with a POSIX TZ string (RFC 9636, section 3.3), for instance
``EST5EDT,M3.2.0,M11.1.0``. It gives at most two yearly observances, which every client supports:
one STANDARD and one DAYLIGHT, each with a yearly RRULE. Zones generated as lists of single
changes (RDATE) are shown an hour late by Thunderbird near a change and are rejected by libical,
so they are never written. A zone whose offsets differ from its footer in the years covered, or
whose rule an RRULE cannot express, has no VTIMEZONE, and its lectures are written in UTC.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

FIRST_YEAR = 2025
"""First year of the fixed range in which stored VEVENT texts refer to their zone."""

LAST_YEAR = 2040
"""Last year of that range. It is fixed, not relative to today: a VEVENT text is stored and
combined with a VTIMEZONE much later, and two responses must be byte-identical."""

_ZONE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)+")
_ABBREVIATION = r"(?:<[A-Za-z0-9+-]+>|[A-Za-z]{3,})"
_CLOCK = r"[+-]?\d{1,3}(?::\d{2}){0,2}"
_DATE = rf"M(\d{{1,2}})\.([1-5])\.([0-6])(?:/({_CLOCK}))?"
_FOOTER = re.compile(
    rf"({_ABBREVIATION})({_CLOCK})(?:({_ABBREVIATION})({_CLOCK})?,{_DATE},{_DATE})?"
)
_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Observance:
    """One observance of a yearly rule: the UTC offset in force from its onset on.

    ``offset`` and ``before`` are the UTC offsets after and before the onset. The
    onset is at ``clock`` (from 0 to under 24 hours, local time of ``before``) on the
    ``week``-th (5 = last) ``weekday`` (0 = Sunday) of ``month``.
    """

    name: str
    offset: timedelta
    before: timedelta
    month: int
    week: int
    weekday: int
    clock: timedelta

    def onset(self, year: int) -> datetime:
        """Return the naive local time (at offset ``before``) of the onset in a year."""
        if self.week == 5:
            after_month = datetime(year + self.month // 12, self.month % 12 + 1, 1)
            last = after_month - _DAY
            back = (last.isoweekday() - self.weekday) % 7
            return last - back * _DAY + self.clock
        first = datetime(year, self.month, 1)
        ahead = (self.weekday - first.isoweekday()) % 7
        return first + (ahead + 7 * (self.week - 1)) * _DAY + self.clock

    def rrule(self) -> str:
        """Return the RRULE value (RFC 5545, section 3.3.10) of the yearly onset."""
        week = -1 if self.week == 5 else self.week
        return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={week}{_WEEKDAYS[self.weekday]}"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A parsed footer: a fixed offset, or two observances a year."""

    name: str
    offset: timedelta
    changes: tuple[_Observance, ...]


@lru_cache(maxsize=1024)
def writable_zone(zone: str, first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> bool:
    """Return whether times in these years (inclusive) can be written with ``TZID=zone``."""
    return vtimezone(zone, first_year, last_year) is not None


@lru_cache(maxsize=1024)
def vtimezone(zone: str, first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> str | None:
    """Return the CRLF text of the VTIMEZONE (RFC 5545, section 3.6.5) of an IANA zone.

    The text is valid for local times in ``first_year`` to ``last_year``, both inclusive. It is
    None, and the caller writes UTC, for an unknown zone, for names without a location
    (``UTC``, ``GMT``, ``Etc/…``), for a rule that a yearly RRULE cannot express (an hour of
    24 or a negative one) and where the rule disagrees with ``zoneinfo`` within those years.
    """
    rule = _read_rule(zone)
    if rule is None or not _agrees(rule, ZoneInfo(zone), first_year, last_year):
        return None
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    if rule.changes:
        # The onset in force at the start of the first year is in the year before.
        for change in sorted(rule.changes, key=lambda change: change.offset):
            kind = "STANDARD" if change.offset < change.before else "DAYLIGHT"
            lines += _observance_lines(kind, change, first_year - 1)
    else:
        lines += _fixed_offset_lines(rule)
    lines += ["END:VTIMEZONE", ""]
    return "\r\n".join(lines)


def _observance_lines(kind: str, change: _Observance, year: int) -> list[str]:
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{change.onset(year):%Y%m%dT%H%M%S}",
        f"RRULE:{change.rrule()}",
        f"TZOFFSETFROM:{_offset(change.before)}",
        f"TZOFFSETTO:{_offset(change.offset)}",
        f"TZNAME:{change.name}",
        f"END:{kind}",
    ]


def _fixed_offset_lines(rule: _Rule) -> list[str]:
    return [
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        f"TZOFFSETFROM:{_offset(rule.offset)}",
        f"TZOFFSETTO:{_offset(rule.offset)}",
        f"TZNAME:{rule.name}",
        "END:STANDARD",
    ]


def _offset(offset: timedelta) -> str:
    """Return a UTC offset in the format of RFC 5545, section 3.3.14: ``+0800``."""
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def _read_rule(zone: str) -> _Rule | None:
    """Return the parsed footer of the zone's TZif file, None if it cannot be written."""
    if not _ZONE_KEY.fullmatch(zone) or zone.startswith("Etc/"):
        return None
    file = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    if not file.is_file():
        return None
    content = file.read_bytes()
    if not content.startswith(b"TZif"):
        return None
    return _parse_footer(content.rsplit(b"\n", 2)[1].decode("ascii"))


def _parse_footer(footer: str) -> _Rule | None:
    """Parse a POSIX TZ string. Its offsets are positive westward, ours eastward (RFC 5545)."""
    match = _FOOTER.fullmatch(footer)
    if match is None:
        return None
    name, west, other_name, other_west, *dates = match.groups()
    offset = -_clock(west)
    if other_name is None:
        return _writable(_Rule(name.strip("<>"), offset, ()))
    other = -_clock(other_west) if other_west else offset + timedelta(hours=1)
    return _writable(
        _Rule(
            name.strip("<>"),
            offset,
            (
                _observance(other_name, other, offset, dates[:4]),
                _observance(name, offset, other, dates[4:]),
            ),
        )
    )


def _observance(
    name: str, offset: timedelta, before: timedelta, date: list[str | None]
) -> _Observance:
    month, week, weekday = (int(part or 0) for part in date[:3])
    clock = _clock(date[3] or "2")
    return _Observance(name.strip("<>"), offset, before, month, week, weekday, clock)


def _clock(text: str) -> timedelta:
    """Parse ``[+-]h[h[h]][:mm[:ss]]`` as a duration."""
    sign = -1 if text.startswith("-") else 1
    hours, minutes, seconds = (*map(int, text.lstrip("+-").split(":")), 0, 0)[:3]
    return sign * timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _writable(rule: _Rule) -> _Rule | None:
    """Return None for what clients interpret differently: onsets outside 0 to 24 h, seconds."""
    if any(not timedelta(0) <= change.clock < _DAY for change in rule.changes):
        return None
    offsets = [rule.offset, *(change.offset for change in rule.changes)]
    if any(offset % timedelta(minutes=1) for offset in offsets):
        return None
    return rule


def _agrees(rule: _Rule, zone: ZoneInfo, first_year: int, last_year: int) -> bool:
    """Return whether ``zoneinfo`` agrees: just before and at each onset, and once a day."""
    return all(
        instant.astimezone(zone).utcoffset() == offset
        for instant, offset in _expected_offsets(rule, first_year, last_year)
    )


def _expected_offsets(
    rule: _Rule, first_year: int, last_year: int
) -> Iterator[tuple[datetime, timedelta]]:
    """Yield UTC instants and their offsets by the rule, over the years.

    No zone has ever changed its offset twice within a day and a half, so one sample a day and
    one on either side of each onset detect every change that the rule does not have.
    """
    onsets = sorted(
        (
            ((change.onset(year) - change.before).replace(tzinfo=UTC), change)
            for year in range(first_year - 1, last_year + 1)
            for change in rule.changes
        ),
        key=lambda onset: onset[0],
    )
    for instant, change in onsets:
        if first_year <= instant.year <= last_year:
            yield instant - timedelta(seconds=1), change.before
            yield instant, change.offset
    # A day more on either side, as local time reaches into the neighbouring UTC years.
    day = datetime(first_year, 1, 1, tzinfo=UTC) - _DAY
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC) + _DAY
    offset, index = rule.offset, 0
    while day <= end:
        while index < len(onsets) and onsets[index][0] <= day:
            offset = onsets[index][1].offset
            index += 1
        yield day, offset
        day += _DAY
