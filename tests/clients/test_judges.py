"""Readers that other people use see in our calendars exactly what we wrote, field by field."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from booking.lectures.engine.states import Side
from tests.clients.judges import (
    JUDGES,
    Judge,
    Refused,
    judge_one,
    khal,
    node_ical,
    ruby_icalendar,
    vdirsyncer,
    wrongly_read,
)
from tests.clients.reading import FIELDS, differences
from tests.clients.sample import (
    BERLIN,
    LANGUAGES,
    NEW_YORK,
    SHANGHAI,
    ZONES,
    expected_of,
    facts,
    feed_of,
    invitation_of,
    invited,
)

LESS = {
    "vdirsyncer": {"method", "organizer", "attendee", "partstat", "rsvp", "role", "cutype"}
    | {"organizer_name", "attendee_name"},
    "khal": set(FIELDS) - set("start end summary location description url status attendee".split()),
}
"""The fields that a program does not show; all others show all of them."""

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
each_judge = pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)
READERS_OF_MAIL = [judge for judge in JUDGES if judge is not vdirsyncer]
each_language = pytest.mark.parametrize("language", LANGUAGES)
each_zone = pytest.mark.parametrize("zone", ZONES)


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    """Words and addresses come from the application."""
    with app.app_context():
        yield


@pytest.mark.usefixtures("in_app")
@each_zone
def test_sample_is_worth_judging(zone: str) -> None:
    sample = facts(zone, "zh", Side.INSTRUCTOR)

    assert len({one.uid for one in sample}) == len(sample) >= 26
    assert {one.status for one in sample} == {"CONFIRMED", "TENTATIVE", "CANCELLED"}
    assert {one.sequence for one in sample} == {0, 1, 2}
    english = facts(zone, "en", Side.BRANCH)
    assert [one for one in english if one.description in {two.description for two in sample}] == []


@pytest.mark.usefixtures("in_app")
@each_language
@each_judge
def test_judge_reads_every_field_of_a_feed(judge: Judge, language: str) -> None:
    """Calendar rule 31: all cases, in three zones."""
    side = {"zh": Side.INSTRUCTOR, "en": Side.BRANCH}[language]
    sample = [one for zone in ZONES for one in facts(zone, language, side)]
    seen = judge_one(judge, feed_of(sample))

    assert wrongly_read(judge, expected_of(sample), seen) == []
    shown = set(FIELDS) - LESS.get(judge.__name__, set())
    assert {name for fields in seen.values() for name in fields} == shown


@pytest.mark.usefixtures("in_app")
@each_language
@pytest.mark.parametrize("judge", READERS_OF_MAIL, ids=lambda judge: judge.__name__)
def test_judge_reads_every_field_of_an_invitation(judge: Judge, language: str) -> None:
    """Calendar rule 31: cancelled, moved, replaced, tentative, and held as the clocks go back."""
    samples = {zone: facts(zone, language, Side.BRANCH) for zone in ZONES}
    chosen = [
        samples[SHANGHAI][0],
        samples[NEW_YORK][1],
        samples[BERLIN][2],
        samples[NEW_YORK][3],
        samples[NEW_YORK][25],
    ]
    wrong = []
    for number, one in enumerate(chosen):
        accepted = number % 2 == 1
        seen = judge_one(judge, invitation_of(one, accepted=accepted))
        wrong += wrongly_read(judge, invited(one, accepted=accepted), seen)

    assert wrong == []


@pytest.mark.usefixtures("in_app")
@each_judge
def test_judge_notices_another_hour(judge: Judge) -> None:
    sample = facts(SHANGHAI, "zh", Side.INSTRUCTOR)
    moved = replace(sample[6], starts_at=sample[6].starts_at - timedelta(hours=1))
    seen = judge_one(judge, feed_of([*sample[:6], moved, *sample[7:]]))

    assert wrongly_read(judge, expected_of(sample), seen) == [
        f"{moved.uid}: start: wrote {sample[6].starts_at.timestamp():.0f}, "
        f"read {moved.starts_at.timestamp():.0f}"
    ]


@pytest.mark.usefixtures("in_app")
@each_judge
def test_judge_reads_an_empty_feed(judge: Judge) -> None:
    assert judge_one(judge, feed_of([])) == {}


@pytest.mark.usefixtures("in_app")
@pytest.mark.parametrize("judge", JUDGES[:1], ids=["ical_js"])
def test_thunderbird_refuses_a_zone_without_definition(judge: Judge) -> None:
    feed = feed_of(facts(SHANGHAI, "zh", Side.INSTRUCTOR))
    start, end = feed.index(b"BEGIN:VTIMEZONE"), feed.index(b"BEGIN:VEVENT")

    with pytest.raises(Refused):
        judge_one(judge, feed[:start] + feed[end:])


@pytest.mark.usefixtures("in_app")
@pytest.mark.parametrize(
    ("judge", "title"),
    [
        (node_ical, "C:\\new"),
        (node_ical, "C:\\New"),
        (ruby_icalendar, "C:\\new"),
        (khal, "C:\\New"),
    ],
)
def test_known_defects_are_still_there(judge: Judge, title: str) -> None:
    """If this fails a program has been mended: take it out of `DEFECTS`."""
    sample = [replace(facts(SHANGHAI, "zh", Side.INSTRUCTOR)[6], summary=title)]
    [told] = differences(expected_of(sample), judge_one(judge, feed_of(sample)))

    assert ": summary: wrote " in told
