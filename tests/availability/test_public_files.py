"""400 calendar files are read like other programs read them, or a sentence tells what is not.

Calendar rule 38. The files are the test data of installed packages, and generated ones. `make
audit-files` reads all of them, `make test` a part. The table that it prints names each difference
by its field; those in `EXPLAINED` are ours on purpose, or errors of the other program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from booking.availability.engine.intervals import Interval
from booking.availability.external.engine.calendar import AHEAD, BACK, CannotRead
from booking.availability.external.engine.flaws import Flaw
from booking.availability.external.expansion import read_calendar
from booking.availability.external.words import FLAWS, TROUBLES
from tests.availability.oracles.corpus import CalendarFile, public_files
from tests.availability.oracles.generated import generated_files
from tests.availability.oracles.readers import ORACLES, OWNER, Question, Reading
from tests.clients import npm
from tests.clients.judges import excuse
from tests.extent import WHOLE, sample

ALL = 400
_REPLACED = "the version with the higher SEQUENCE replaces the other (RFC 5545 3.8.7.4)"
_SERIES = "times of a series that begins with an exception; the series itself is not in the file"
_BEGINNING = "DTSTART is a time of a series although RDATE names others (RFC 5545 3.8.5.3)"
_MOVED = "Home Assistant's reader shows a moved time of a UTC series twice"
_PUBLIC = "recurring_ical_events/test/calendars"
EXPLAINED = {
    "icalendar/tests/calendars/issue_1426.ics": "only Home Assistant's reader leaves it out",
    "icalendar/tests/calendars/issue_156_RDATE_with_PERIOD_TZID_khal.ics": _SERIES,
    "icalendar/tests/calendars/issue_156_RDATE_with_PERIOD_TZID_khal_2.ics": _SERIES,
    f"{_PUBLIC}/fablab_cottbus.ics": "Europe/Berlin is described from 2018 on, and used before",
    f"{_PUBLIC}/issue_113_period_rdate_duration.ics": _BEGINNING,
    f"{_PUBLIC}/rdate.ics": _BEGINNING,
    f"{_PUBLIC}/rdate2.ics": "ical.js keeps a date that is in RDATE and in EXDATE",
    f"{_PUBLIC}/issue_148_exdate_and_rdate_updated.ics": _REPLACED,
    f"{_PUBLIC}/issue_148_ignored_exdate.ics": _REPLACED,
    f"{_PUBLIC}/issue_75_range_parameter.ics": "an UNTIL that is a day includes it (rule 39)",
    "generated/69": _MOVED,
    "generated/144": _MOVED,
}
"""Why a file is read otherwise than by one of the programs."""


@dataclass
class Outcome:
    """How one file was read at one instant."""

    name: str
    kind: str
    differences: list[str] = field(default_factory=list)


def files() -> list[CalendarFile]:
    """All files of this run."""
    public = public_files()
    return sample([*public, *generated_files(max(150, ALL - len(public)))])


def ours(question: Question, now: datetime) -> tuple[list[Interval], Sequence[Flaw]] | str:
    """Our busy times with the flaws that are told, or the sentence of a refusal."""
    try:
        read = read_calendar(question.data, zone=OWNER.key, all_day_busy=True, now=now)
    except CannotRead as error:
        return str(TROUBLES[error.trouble])
    return list(read.spans), [one.flaw for one in read.unread]


def outcomes(questions: Sequence[tuple[str, datetime, Question]]) -> Iterator[Outcome]:
    """The comparison, file by file."""
    asked = [question for _name, _now, question in questions]
    readings = {name: oracle(asked) for name, oracle in ORACLES.items()}
    for position, (name, now, question) in enumerate(questions):
        read = ours(question, now)
        if isinstance(read, str):
            assert read != ""
            yield Outcome(name, "refused")
            continue
        spans, flaws = read
        assert all(str(FLAWS[flaw]) for flaw in flaws)
        differences = [
            f"{oracle}: {difference}"
            for oracle, answers in readings.items()
            for difference in compared(spans, answers[position])
        ]
        kind = "told" if flaws else "differs" if differences else "same"
        yield Outcome(name, kind, differences)


def compared(spans: list[Interval], other: Reading) -> Iterator[str]:
    """The differences by field; none if the other program cannot read the file."""
    if isinstance(other, str):
        return
    only_ours = [span for span in spans if span not in other]
    only_theirs = [span for span in other if span not in spans]
    for start, end in only_ours:
        same_start = [span for span in only_theirs if span[0] == start]
        same_end = [span for span in only_theirs if span[1] == end]
        if same_start:
            yield f"end of {start:%Y-%m-%d %H:%M} is {end}, theirs {same_start[0][1]}"
        elif same_end:
            yield f"start is {start}, theirs {same_end[0][0]}"
        else:
            yield f"only ours {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
        for span in [*same_start, *same_end]:
            only_theirs.remove(span)
    for start, end in only_theirs:
        yield f"only theirs {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"


def test_rule_46_files_of_others_are_read_like_others_read_them_or_told() -> None:
    questions = [
        (file.name, now, Question(file.data, (now - BACK, now + AHEAD)))
        for file in files()
        for now in file.instants
    ]
    try:
        found = list(outcomes(questions))
    except npm.NotInstalled as error:
        excuse(f"ical.js: {error}")

    kinds: dict[str, str] = {}
    for outcome in found:
        worst = [kinds.get(outcome.name, "same"), outcome.kind]
        kinds[outcome.name] = max(worst, key=["same", "refused", "told", "differs"].index)
        for difference in outcome.differences[:4] if outcome.kind == "differs" else ():
            print(f"{outcome.name}: {difference}")
    counts = Counter(kinds.values())
    print(f"{len(kinds)} files: {dict(counts)}")
    different = {name for name, kind in kinds.items() if kind == "differs"}
    assert different - EXPLAINED.keys() == set()
    if WHOLE:
        assert len(kinds) >= ALL
        assert different == EXPLAINED.keys()
