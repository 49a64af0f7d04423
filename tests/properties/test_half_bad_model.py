"""Any generated file gives its known busy times or a sentence; damage stays in its entry.

Calendar rule 38: whatever is done to the lines of one event, the busy times of the others are those
that are read without it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from booking.availability.engine.intervals import Interval, union
from booking.availability.external.engine.calendar import CannotRead
from booking.availability.external.engine.flaws import Flaw
from booking.availability.external.engine.occurrences import busy_spans
from booking.availability.external.engine.text import busy_lines
from tests.availability.external_files import NOW, calendar, event
from tests.availability.oracles.generated import DEFINED
from tests.extent import examples
from tests.properties.test_external_model import Series, series

OWNER = ZoneInfo("Asia/Shanghai")
SINCE, UNTIL = NOW - timedelta(days=1), NOW + timedelta(days=120)
UIDS = [f"{number}b1946ac92492d2347c6235b4d2611184" for number in range(5)]
"""Too long to become one another by the damage that is done."""

NAMES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York"]
ODD = [" 1", "Büro;x", "(UTC) Nowhere, at all", "/vendor/2.0/Nowhere", '"', "", "x" * 70]


def read(file: str) -> tuple[list[Interval], list[Flaw]]:
    """The busy times, and the flaws that are told. In this process, not in a child of its own."""
    reduced = busy_lines(file.encode())
    found = busy_spans(reduced.text, zone=OWNER, all_day_busy=True, since=SINCE, until=UNTIL)
    told = [flawed.flaw for flawed in reduced.flaws]
    return union(found.spans), told + [Flaw.UNREADABLE] * len(found.failed)


@st.composite
def damage(draw: st.DrawFn, text: str) -> str:
    """The text with some characters or lines removed, replaced or doubled."""
    lines = text.split("\r\n")
    for _time in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 2))
        line = lines[at]
        match draw(st.integers(0, 4)):
            case 0:
                lines[at] = ""
            case 1:
                lines[at] = line[: draw(st.integers(0, len(line)))]
            case 2:
                position = draw(st.integers(0, len(line)))
                lines[at] = line[:position] + draw(_junk) + line[position + 1 :]
            case 3:
                lines.insert(at, draw(st.sampled_from(lines[:-1])))
            case _:
                other = draw(st.integers(0, len(lines) - 2))
                lines[at], lines[other] = lines[other], lines[at]
    return "\r\n".join(lines)


_junk = st.one_of(
    st.text('0123456789TZ:;=,"/-PBEGINDVT\\ \t\x00é', max_size=4), st.text(max_size=3)
).filter(lambda text: not set(text) & set("\r\n"))


@given(
    st.lists(series(), min_size=2, max_size=4),
    st.integers(0, 3),
    st.data(),
)
@settings(max_examples=examples(1500), deadline=None, suppress_health_check=list(HealthCheck))
def test_rule_46_damage_to_one_event_changes_no_other(
    found: list[Series], number: int, data: st.DataObject
) -> None:
    events = [_with_uid(one, uid) for one, uid in zip(found, UIDS, strict=False)]
    number %= len(events)
    damaged = data.draw(damage(events[number]))
    # One that begins or ends a calendar changes what all others belong to.
    assume("VCALENDAR" not in damaged.upper())
    others = [text for position, text in enumerate(events) if position != number]
    expected, _told = read(calendar(*others))

    try:
        spans, _flaws = read(calendar(*events[:number], damaged, *events[number + 1 :]))
    except CannotRead as error:
        raise AssertionError(error.trouble) from error

    assert union([*spans, *expected]) == spans
    alone = _alone(damaged)
    if alone is not None:
        assert spans == union([*expected, *alone])


def _alone(damaged: str) -> list[Interval] | None:
    try:
        return read(calendar(damaged))[0]
    except CannotRead:
        return None


def _with_uid(one: Series, uid: str) -> str:
    return one.lines(0).replace("UID:0", f"UID:{uid}")


@given(
    st.sampled_from(NAMES),
    st.sampled_from(ODD),
    st.integers(0, 6),
    st.sampled_from(["utc", "local", "day"]),
    st.integers(1, 9),
)
@settings(max_examples=examples(400), deadline=None)
def test_rule_45_and_47_zones_of_any_name_and_ends_of_any_form(
    zone: str, name: str, shift: int, form: str, days: int
) -> None:
    first = datetime(2026, 11, 25, 9) + timedelta(days=7 * shift)
    last = first + timedelta(days=days)
    until = {
        "utc": f"{last.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "local": f"{last:%Y%m%dT%H%M%S}",
        "day": f"{last:%Y%m%d}",
    }[form]
    quoted = '"{}"'.format(name.replace('"', ""))
    file = calendar(
        f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n{DEFINED[zone]}END:VTIMEZONE\r\n",
        event(
            f"DTSTART;TZID={quoted}:{first:%Y%m%dT%H%M%S}",
            "DURATION:PT1H",
            f"RRULE:FREQ=DAILY;UNTIL={until}",
        ),
    )

    spans, told = read(file)

    starts = [
        (first + timedelta(days=n)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for n in range(days + 1)
    ]
    assert spans == [(start, start + timedelta(hours=1)) for start in starts]
    assert told == []


_periods = st.lists(
    st.tuples(
        st.integers(0, 100 * 1440),
        st.integers(1, 600),
        st.sampled_from(["", "BUSY", "BUSY-TENTATIVE", "BUSY-UNAVAILABLE", "FREE", "X-A"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@given(_periods)
@settings(max_examples=examples(200), deadline=None)
def test_rule_48_lists_of_busy_times(periods: list[tuple[int, int, str, bool]]) -> None:
    lines, expected = [], []
    for minute, length, kind, by_length in periods:
        start = NOW + timedelta(minutes=minute)
        end = start + timedelta(minutes=length)
        text = f"PT{length}M" if by_length else f"{end:%Y%m%dT%H%M%SZ}"
        parameter = f";FBTYPE={kind}" if kind else ""
        lines.append(f"FREEBUSY{parameter}:{start:%Y%m%dT%H%M%SZ}/{text}\r\n")
        if kind != "FREE":
            expected.append((start, end))
    file = calendar("BEGIN:VFREEBUSY\r\nUID:1\r\n", *lines, "END:VFREEBUSY\r\n")

    assert read(file) == (union(expected), [])
