"""The event that somebody is to be reminded of a reply. Pure."""

from __future__ import annotations

from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import EventKind, State
from booking.outbox.engine.kinds import OutboxKind

REPLY_REMINDER = OutboxKind("lecture.reply_reminder", LectureEvent)
"""A snapshot of the lecture; its kind is that of the change since which it waits."""

PROPOSAL_REMINDER = OutboxKind("lecture.proposal_reminder", LectureEvent)
"""A snapshot of the lecture with its open proposal, as `EventKind.PROPOSED` has it."""

WAITS_SINCE: dict[State, EventKind] = {
    State.SUBMITTED: EventKind.SUBMITTED,
    State.RETURNED: EventKind.RETURNED,
    State.REQUESTED: EventKind.REQUESTED,
}
