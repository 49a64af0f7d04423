"""Thunderbird itself reads our feeds, and takes over what our mails say.

Without Thunderbird these tests are skipped, and say so; its parser, ical.js, is always a judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from booking.calendars.engine.ical import EventFacts
from booking.lectures.engine.states import Side
from tests.clients.marionette import Thunderbird, Unanswered, thunderbird
from tests.clients.reading import differences, reading_of
from tests.clients.sample import LANGUAGES, ZONES, expected_of, facts, feed_of, invitation_of
from tests.clients.thunderbird_scripts import READ, RECEIVE, script

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def program() -> Iterator[Thunderbird]:
    """One Thunderbird for all tests."""
    try:
        with thunderbird() as found:
            yield found
    except Unanswered as reason:
        pytest.skip(f"no Thunderbird: {reason}")


def ask(program: Thunderbird, body: str, calendar: bytes) -> Any:
    """What a script returns."""
    answer = program.run(script(body), calendar.decode())
    assert not (isinstance(answer, dict) and "failed" in answer), answer
    return answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_thunderbird_reads_every_field(program: Thunderbird, app: Flask, language: str) -> None:
    """Calendar rule 31."""
    side = {"zh": Side.INSTRUCTOR, "en": Side.BRANCH}[language]
    with app.app_context():
        sample = [one for zone in ZONES for one in facts(zone, language, side)]
    seen = reading_of(ask(program, READ, feed_of(sample)))

    assert differences(expected_of(sample), seen) == []


def test_thunderbird_enters_moves_and_removes(program: Thunderbird, app: Flask) -> None:
    """Calendar rule 16: REQUEST, REQUEST with a higher SEQUENCE, CANCEL."""
    with app.app_context():
        first = facts(ZONES[0], "zh", Side.INSTRUCTOR)[10]
    tentative = replace(first, status="TENTATIVE", sequence=0)
    moved = _later(replace(first, starts_at=first.starts_at + timedelta(minutes=30)), 1)
    cancelled = _later(replace(moved, status="CANCELLED"), 1)

    seen = []
    for one in (tentative, first, moved, cancelled):
        answer = ask(program, RECEIVE, invitation_of(one))
        events = [(event["start"], event["sequence"]) for event in answer["events"]]
        seen.append((answer["offered"], events))
    assert seen == [
        ("REQUEST", [(tentative.starts_at.timestamp(), 0)]),
        ("REQUEST:UPDATE", [(first.starts_at.timestamp(), 1)]),
        ("REQUEST:UPDATE", [(moved.starts_at.timestamp(), 2)]),
        ("CANCEL", []),
    ]


def _later(one: EventFacts, steps: int) -> EventFacts:
    return replace(
        one,
        sequence=one.sequence + steps,
        revised_at=one.revised_at + timedelta(minutes=steps),
    )
