"""Any text that a user can type comes back equal from each reader.

Each run of a reader gets one calendar with many texts, because starting it takes longest.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from booking.calendars.engine.ical import (
    EventFacts,
    clean_text,
    invitation_calendar,
    join_calendar,
    render_event,
)
from booking.text import plain
from tests.clients.judges import JUDGES, Judge, judge_one, vdirsyncer, wrongly_read
from tests.clients.reading import Reading, written
from tests.extent import WHOLE

STARTS = datetime(2026, 11, 26, 1, tzinfo=UTC)
ESCAPED = "\\,;:\n\t\"'<>&%{}|^"
CHARACTERS = st.one_of(
    st.sampled_from(ESCAPED + "nN"),
    st.sampled_from("急救🚑👩‍🏫，；：“”（）　\u00a0\u200b\u200d\ufeff\u2028\u2029\u0085\u202e"),
    st.characters(exclude_categories=["Cs"]),
)
TEXTS = st.text(CHARACTERS, max_size=60).map(lambda text: plain(text).strip())
"""As the services store what a form or a client sends."""
each_judge = pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)


class Typed(NamedTuple):
    """What somebody typed about one lecture."""

    title: str
    place: str
    note: str
    name: str


SOME = TEXTS.filter(bool)
TYPED = st.builds(Typed, SOME, SOME, TEXTS, SOME)
few = settings(
    max_examples=4 if WHOLE else 1,
    deadline=None,
    database=None,
    # A smaller failing example would take one process for each step.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def event_of(number: int, typed: Typed) -> EventFacts:
    """One lecture of such texts, as calendars tell of it; no two at one time."""
    starts_at = STARTS + timedelta(hours=number)
    return EventFacts(
        uid=f"{number}@calendars.example.org",
        sequence=0,
        revised_at=STARTS,
        created_at=STARTS,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        zone="Asia/Shanghai",
        summary=f"{typed.title}（{typed.name}）",
        location=f"栖云市 {typed.place}",
        description=f"讲师：{typed.name}\n备注：{typed.note}\n详情：https://example.org/",
        url="https://example.org/",
        status="CONFIRMED",
    )


def told_wrongly(judge: Judge, typed: list[Typed]) -> list[str]:
    """The differences between what was typed and what a judge reads of one calendar."""
    events = [event_of(number, one) for number, one in enumerate(typed)]
    calendar = join_calendar(
        name="任意文字",
        zone="Asia/Shanghai",
        zones=["Asia/Shanghai"],
        events=[render_event(one) for one in events],
    )
    expected = {one.uid: written(one) for one in events}
    return wrongly_read(judge, expected, judge_one(judge, calendar))


@each_judge
@few
@given(typed=st.lists(TYPED, min_size=60, max_size=60))
def test_title_place_note_and_name_come_back(judge: Judge, typed: list[Typed]) -> None:
    """Calendar rule 46."""
    assert told_wrongly(judge, typed) == []


def _rare() -> list[str]:
    """Every character that is no letter, digit or symbol and can be typed; 64 in each text."""
    rare = [
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(letter) in ("Cc", "Cf", "Zs", "Zl", "Zp", "Pd", "Ps", "Pe", "Mn")
        and plain(f"急{letter}") != "急"
    ]
    rare += ["\ufffe", "\uffff", "\U0001fffe", "\ue000", "\U000f0000", "\U0010ffff"]
    return ["·".join(rare[first : first + 64]) for first in range(0, len(rare), 64)]


@each_judge
def test_every_rare_character_comes_back(judge: Judge) -> None:
    """Calendar rule 46."""
    texts = _rare()
    assert len("".join(texts)) > 3_000

    assert told_wrongly(judge, [Typed("题目", text, text, "陈明") for text in texts]) == []


def _invited(names: list[str]) -> tuple[bytes, Reading]:
    """One calendar of invitations to people of these names, and what must be read of it."""
    texts: list[str] = []
    expected: Reading = {}
    for number, name in enumerate(names):
        event = event_of(number, Typed("题目", "社区", "", ""))
        calendar = invitation_calendar(
            event,
            method="REQUEST",
            organizer_email="platform@example.org",
            organizer_name="师资库",
            attendee_email=f"a{number}@example.org",
            attendee_name=name,
        ).decode()
        begin, end = calendar.index("BEGIN:VEVENT"), calendar.index("END:VCALENDAR")
        texts.append(calendar[begin:end])
        shown = " ".join(re.sub(r'["^\\]', "", clean_text(name)).replace(";", "；").split())
        expected[event.uid] = {
            **written(event),
            "method": "REQUEST",
            "organizer": "mailto:platform@example.org",
            "organizer_name": "师资库",
            "attendee": f"mailto:a{number}@example.org",
            "attendee_name": shown or None,
            "partstat": "NEEDS-ACTION",
            "rsvp": "TRUE",
            "role": "REQ-PARTICIPANT",
            "cutype": "INDIVIDUAL",
        }
    calendar_of_all = join_calendar(
        name="",
        zone="Asia/Shanghai",
        zones=["Asia/Shanghai"],
        events=texts,
        method="REQUEST",
    )
    return calendar_of_all, expected


@pytest.mark.parametrize(
    "judge", [one for one in JUDGES if one is not vdirsyncer], ids=lambda judge: judge.__name__
)
@few
@given(names=st.lists(TEXTS, min_size=60, max_size=60))
def test_names_of_attendees_come_back(judge: Judge, names: list[str]) -> None:
    """Calendar rule 46: without the characters that a parameter cannot hold."""
    calendar, expected = _invited(names)

    assert wrongly_read(judge, expected, judge_one(judge, calendar)) == []
