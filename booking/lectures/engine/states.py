"""The vocabulary of a lecture's life: states, commands, events, sides, parties. Pure.

What may follow what is decided in `lifecycle`.
"""

from __future__ import annotations

import enum


class State(enum.StrEnum):
    """The states of a lecture."""

    SUBMITTED = "submitted"
    """Waits for review by a coordinator of the branch's region."""
    RETURNED = "returned"
    """The reviewer asks the branch to correct the request."""
    REJECTED = "rejected"
    REQUESTED = "requested"
    """Waits for the instructor's answer."""
    CONFIRMED = "confirmed"
    DELIVERED = "delivered"
    NOT_HELD = "not_held"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Command(enum.StrEnum):
    """The commands that cause a transition."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    RESUBMIT = "resubmit"
    CONFIRM = "confirm"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    CANCEL = "cancel"
    DELIVER = "deliver"
    NOT_HELD = "not_held"
    RECORD = "record"
    """File or correct the record of a delivered lecture."""
    PROPOSE = "propose"
    """Propose another time, place or instructor; nothing changes until everybody agrees."""
    AGREE = "agree"
    """Agree to a proposal to which somebody else must agree, too."""
    REFUSE = "refuse"
    RETRACT = "retract"
    """Take one's own proposal back."""
    LAPSE = "lapse"
    """The system closes a proposal that nobody answered in time."""
    MOVE = "move"
    """The last agreement to a proposal of another time or place."""
    REPLACE = "replace"
    """The last agreement to a proposal of another instructor."""
    UNDO = "undo"
    """Take one's own last command back, within `UNDO_WITHIN`."""


class EventKind(enum.StrEnum):
    """The events of a lecture's life, by the names under which they are stored."""

    SUBMITTED = "lecture.submitted"
    RETURNED = "lecture.returned"
    REJECTED = "lecture.rejected"
    REQUESTED = "lecture.requested"
    CONFIRMED = "lecture.confirmed"
    DECLINED = "lecture.declined"
    WITHDRAWN = "lecture.withdrawn"
    EXPIRED = "lecture.expired"
    CANCELLED = "lecture.cancelled"
    DELIVERED = "lecture.delivered"
    NOT_HELD = "lecture.not_held"
    RECORDED = "lecture.recorded"
    PROPOSED = "lecture.proposed"
    AGREED = "lecture.agreed"
    PROPOSAL_REFUSED = "lecture.proposal_refused"
    PROPOSAL_RETRACTED = "lecture.proposal_retracted"
    PROPOSAL_LAPSED = "lecture.proposal_lapsed"
    MOVED = "lecture.moved"
    REPLACED = "lecture.replaced"
    UNDONE = "lecture.undone"


class Side(enum.StrEnum):
    """The two sides of a lecture, for whom mails are written and calendars are kept."""

    BRANCH = "branch"
    INSTRUCTOR = "instructor"


class Party(enum.StrEnum):
    """The capacity in which somebody (or the system) acts on a lecture: a side, or another."""

    BRANCH = "branch"
    INSTRUCTOR = "instructor"
    COORDINATOR = "coordinator"
    """Coordinator of the instructor's region: acts on behalf of the instructor."""
    BRANCH_COORDINATOR = "branch_coordinator"
    """Coordinator of the branch's region: reviews its requests and acts on behalf of the branch,
    but never answers for an instructor of another region."""
    SYSTEM = "system"
