"""Payloads of each version that was ever stored are read; what is written now is unchanged.

Whoever changes a payload adds a step of `upgrades`, and a file for the new version, taken from the
table. No file here is ever changed or removed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from booking.json_values import Unreadable
from booking.lectures.engine.events import OUTBOX_KINDS, LectureEvent
from booking.lectures.engine.states import EventKind, State
from booking.outbox.engine.kinds import OutboxKind
from tests.outbox.stored import KINDS, PAYLOADS, stored_text

VERSIONS = [(kind, version) for kind in KINDS for version in range(1, kind.version + 1)]
LectureKind = OutboxKind[LectureEvent]


def test_the_kinds_of_all_features_are_known() -> None:
    assert set(OUTBOX_KINDS.values()) <= set(KINDS)
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_there_is_a_file_for_each_version_of_each_kind() -> None:
    names = {f"{kind.name}.{version}.json" for kind, version in VERSIONS}
    assert {path.name for path in PAYLOADS.iterdir()} == names


@pytest.mark.parametrize(("kind", "version"), VERSIONS)
def test_each_is_read(kind: OutboxKind[object], version: int) -> None:
    payload = kind.read(json.loads(stored_text(kind.name, version)), version=version)
    assert type(payload) is kind.payload


@pytest.mark.parametrize("kind", OUTBOX_KINDS.values())
def test_the_events_of_lectures_are_what_they_were(kind: LectureKind) -> None:
    event = kind.read(json.loads(stored_text(kind.name, 1)), version=1)
    assert (event.kind.value, event.number, event.instructor) == (
        kind.name,
        "YK-2026-000001",
        "陈明",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_present_version_is_written_as_it_was(kind: OutboxKind[object]) -> None:
    text = stored_text(kind.name, kind.version)
    assert json.dumps(kind.write(kind.read(json.loads(text), version=kind.version))) == text


def test_every_field_of_the_first_version_is_understood() -> None:
    kind = OUTBOX_KINDS[EventKind.CANCELLED]
    event = kind.read(json.loads(stored_text(kind.name, 1)), version=1)
    assert event == LectureEvent(
        kind=EventKind.CANCELLED,
        at=datetime(2026, 11, 23, 2, 0, 2, tzinfo=UTC),
        source=State.CONFIRMED,
        state=State.CANCELLED,
        party=None,
        reason="改期",
        lecture_id=1,
        uid=event.uid,
        number="YK-2026-000001",
        sequence=2,
        title="家庭急救常识（120分钟）",
        starts_at=datetime(2026, 11, 26, 1, tzinfo=UTC),
        ends_at=datetime(2026, 11, 26, 3, tzinfo=UTC),
        time_zone="Asia/Shanghai",
        region="岫云县",
        place="岫云县文化馆二楼",
        online=False,
        attendees=None,
        note="",
        instructor_id=1,
        instructor="陈明",
        organisation_id=1,
        organisation="岫云县第一支部",
        reply_due_at=datetime(2026, 11, 26, 1, tzinfo=UTC),
        created_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
        cancelled_late=False,
        before=None,
        proposal=None,
    )
    assert (type(event.kind), type(event.source)) == (EventKind, State)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"sequence": "2"}, "$.sequence"),
        ({"online": 0}, "$.online"),
        ({"lecture_id": True}, "$.lecture_id"),
        ({"at": "2026-11-23T02:00:00"}, "$.at"),
        ({"kind": "lecture.forgotten"}, "$.kind"),
        ({"telephone": "12000001000"}, "$"),
    ],
)
def test_a_payload_of_another_shape_is_refused_by_the_name_of_the_field(
    wrong: dict[str, object], place: str
) -> None:
    kind = OUTBOX_KINDS[EventKind.CONFIRMED]
    values = json.loads(stored_text(kind.name, 2)) | wrong
    with pytest.raises(Unreadable) as refused:
        kind.read(values, version=2)
    assert str(refused.value).endswith(f" @ {place}")
    assert "1200000" not in str(refused.value)


@dataclass(frozen=True)
class Walk:
    """A payload of version 4."""

    steps: tuple[int, ...]


def test_steps_lead_from_each_version_to_the_present_one() -> None:
    def step(values: dict[str, Any]) -> dict[str, Any]:
        return {"steps": [*values["steps"], len(values["steps"]) + 1]}

    kind = OutboxKind("walk", Walk, upgrades=(step, step, step))
    read = [kind.read({"steps": []}, version=version).steps for version in (1, 2, 3, 4)]
    assert (kind.version, read) == (4, [(1, 2, 3), (1, 2), (1,), ()])
