"""Files that would take any time and memory end early, and harm nobody (calendar rule 21)."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from booking.availability.external import expansion
from booking.availability.external.engine import occurrences
from booking.availability.external.engine import text as calendar_text
from booking.availability.external.engine.calendar import AHEAD, BACK, Trouble
from booking.process import child
from tests.availability.external_files import (
    NOW,
    ZONE,
    calendar,
    event,
    read,
    timed,
    trouble,
    unread,
)

EVERY_SECOND = "FREQ=DAILY;BYHOUR={};BYMINUTE={};BYSECOND={}".format(
    *(",".join(map(str, range(count))) for count in (24, 60, 60))
)


def repeating(rule: str, start: str = "20200101T010000Z") -> str:
    return calendar(event(f"DTSTART:{start}", "DURATION:PT1S", f"RRULE:{rule}"))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "freq=secondly", "COUNT=2;FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=0", "INTERVAL=000;FREQ=DAILY", "FREQ=DAILY;COUNT=5001",
        "FREQ=DAILY;COUNT=" + "9" * 5000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["RRULE", "EXRULE", "rrule;X=Y"])
def test_what_repeats_too_often_is_refused_before_a_child_is_asked(
    rule: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_arguments: object, **_more: object) -> None:
        raise AssertionError("a child was asked")

    monkeypatch.setattr(subprocess, "run", asked)
    assert trouble(repeating(rule).replace("RRULE", name)) is Trouble.TOO_OFTEN


def test_a_zone_is_no_way_around() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    zone += "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nRRULE:FREQ=SECONDLY\r\n"
    zone += "END:STANDARD\r\nEND:VTIMEZONE\r\n"

    assert trouble(calendar(zone, timed())) is Trouble.TOO_OFTEN


def test_five_thousand_is_enough() -> None:
    assert trouble(repeating("FREQ=DAILY;INTERVAL=10;COUNT=5000")) is None
    many = [timed(start="20200101T090000", end="20200101T100000")] * 5000
    assert trouble(calendar(*many)) is None
    assert trouble(calendar(*many, timed())) is Trouble.TOO_MANY


def test_a_bomb_is_refused_in_time() -> None:
    first_day = ("DTSTART:00010101T000000Z", "DURATION:PT1S", "RRULE:FREQ=DAILY")
    begun = time.monotonic()

    assert trouble(calendar(*(event(*first_day, uid=f"{n}") for n in range(3000)))) is (
        Trouble.TOO_HARD
    )
    assert time.monotonic() - begun < expansion.LIMITS.seconds + 2


def test_a_bomb_costs_bounded_time_and_memory() -> None:
    """Measured on the child alone, with the same program and the same kind of question."""
    bombs = "".join(repeating(EVERY_SECOND) for _bomb in range(9))
    question = {
        "text": calendar_text.busy_lines(bombs.encode()).text,
        "zone": ZONE.key,
        "all_day_busy": True,
        "since": int(NOW.timestamp()),
        "until": int((NOW + AHEAD).timestamp()),
    }
    # A process counts the memory of its parent at birth as its own: a small one starts it.
    measured = (
        "import json, resource, subprocess, sys;"
        "code = subprocess.run(sys.argv[1:], stdout=-3, stderr=-3, env={}).returncode;"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(json.dumps([code, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]))"
    )
    told = subprocess.run(
        [
            *(sys.executable, "-I", "-c", measured),
            *child.command(occurrences.__name__, expansion.LIMITS),
        ],
        input=json.dumps(question).encode(),
        capture_output=True,
        check=True,
    ).stdout
    code, seconds, memory = json.loads(told)

    assert seconds < expansion.LIMITS.cpu_seconds + 1
    assert memory < expansion.LIMITS.memory
    assert code == -signal.SIGKILL


def test_rule_46_one_bomb_takes_no_other_event_along() -> None:
    bomb = event("DTSTART:20261201T010000Z", "DURATION:PT1H", f"RRULE:{EVERY_SECOND}", uid="bomb")
    good = event("DTSTART:20261205T090000", "DTEND:20261205T100000", uid="good")

    for file in (calendar(bomb, good), calendar(good, bomb)):
        assert read(file) == ["12-01 09:00–12-01 10:00", "12-05 09:00–12-05 10:00"]
        assert unread(file) == [("unreadable", ["12-01"], True)]


def test_too_much_memory_ends_the_child_and_nobody_else() -> None:
    greedy = (
        "import runpy, sys; it = runpy.run_path(sys.argv[1]);"
        f"it['limit_this_process']({expansion.LIMITS.memory}, 5); bytearray(600 * 1024 * 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", greedy, str(child.PROGRAM)],
        capture_output=True,
        check=False,
    )

    assert done.stderr.splitlines()[-1:] == [b"MemoryError"]
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


def test_the_child_knows_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, object]] = []
    really: Callable[..., object] = subprocess.run

    def watch(*arguments: object, **named: object) -> object:
        seen.append(named)
        return really(*arguments, **named)

    monkeypatch.setattr(subprocess, "run", watch)
    monkeypatch.setenv("SECRET_KEY", "a-secret")

    assert read(calendar(timed())) == ["12-01 09:00–12-01 10:00"]
    assert [named["env"] for named in seen] == [{}]


def test_two_thousand_times_are_the_most_and_the_list_says_how_far_it_goes() -> None:
    hours = ",".join(map(str, range(0, 24, 2)))
    file = calendar(
        event("DTSTART:20261201T000000Z", "DURATION:PT1H", f"RRULE:FREQ=DAILY;BYHOUR={hours}")
    )

    found = expansion.read_calendar(file.encode(), zone=ZONE.key, all_day_busy=True, now=NOW)

    assert len(found.spans) == occurrences.MOST_OCCURRENCES
    assert found.until > found.spans[-1][1]
    assert found.until - found.spans[-1][0] == found.spans[-1][0] - found.spans[-2][0]


def test_the_window_is_a_day_back_and_four_hundred_ahead() -> None:
    found = expansion.read_calendar(
        calendar(event("DTSTART:20200101T000000Z", "DURATION:P1D", "RRULE:FREQ=DAILY")).encode(),
        zone=ZONE.key,
        all_day_busy=True,
        now=NOW,
    )

    assert list(found.spans) == [(NOW - BACK, NOW + AHEAD)]
    assert found.until == NOW + AHEAD
