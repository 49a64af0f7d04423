"""Domain events of lectures, named in the past tense. Pure.

An event carries a snapshot of the lecture, so that a message about it does not depend on when
the worker processes it. It never contains a contact value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking.lectures.engine.agreement import Approver, ProposalKind
from booking.lectures.engine.states import EventKind, Party, State
from booking.lectures.engine.transitions import TRANSITIONS
from booking.outbox.engine.kinds import OutboxKind


def place_line(region: str, place: str, *, online: bool) -> str:
    """Where a lecture takes place, in one line: mail and calendars say the same.

    A lecture held online has no region: its place is the meeting.
    """
    return place if online else f"{region} {place}"


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who lectures when and where: what a proposal offers, or what a change replaced."""

    instructor_id: int
    instructor: str
    title: str
    starts_at: datetime
    ends_at: datetime
    region: str
    place: str
    online: bool

    @property
    def where(self) -> str:
        """Region and place in one line."""
        return place_line(self.region, self.place, online=self.online)


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """The proposal that an event is about."""

    proposal_id: int
    kind: ProposalKind
    party: Party
    """The capacity in which it was made."""
    reason: str
    options: tuple[Appointment, ...]
    pending: tuple[Approver, ...]
    """Whose agreement is missing after the event, sorted."""
    reply_due_at: datetime


@dataclass(frozen=True, slots=True)
class LectureEvent:
    """One event with a snapshot of the lecture at that time. Instants are aware UTC."""

    kind: EventKind
    at: datetime
    source: State | None
    state: State
    """The lecture's state after the event."""
    party: Party | None
    """The capacity of who caused it; None where an older release did not record it."""
    reason: str
    lecture_id: int
    uid: str
    number: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    region: str
    place: str
    online: bool
    attendees: int | None
    note: str
    instructor_id: int
    instructor: str
    organisation_id: int
    organisation: str
    reply_due_at: datetime
    created_at: datetime
    cancelled_late: bool
    before: Appointment | None
    """What a move or another instructor replaced."""
    proposal: ProposedChange | None

    @property
    def where(self) -> str:
        """Region and place in one line."""
        return place_line(self.region, self.place, online=self.online)


_STATES = {row.event.value: row.target.value for row in TRANSITIONS}


def _with_state(values: dict[str, Any]) -> dict[str, Any]:
    """Version 1 to 2: the state after the event follows from its kind."""
    return values | {
        "state": _STATES[values["kind"]],
        "party": None,
        "cancelled_late": False,
        "before": None,
        "proposal": None,
    }


_OF_VERSION_1 = frozenset(
    {
        EventKind.REQUESTED,
        EventKind.CONFIRMED,
        EventKind.DECLINED,
        EventKind.WITHDRAWN,
        EventKind.EXPIRED,
        EventKind.CANCELLED,
        EventKind.DELIVERED,
    }
)
"""The kinds that were stored before events knew their state; the others begin with it."""

OUTBOX_KINDS = {
    kind: OutboxKind(
        kind.value,
        LectureEvent,
        upgrades=(_with_state,) if kind in _OF_VERSION_1 else (),
    )
    for kind in EventKind
}
"""The declarations of these events for the outbox; all have one payload."""
