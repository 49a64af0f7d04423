"""Of what a robot can be told. Pure."""

from __future__ import annotations

import enum

from booking.notifications.engine.kinds import MessageKind


class RobotSubject(enum.StrEnum):
    """A matter that waits in a region."""

    ORDER = "order"
    """A need waits for an instructor."""
    REVIEW = "review"
    """A request waits for the review of a coordinator."""
    OVERDUE = "overdue"
    """A request is to be answered until tomorrow, or nobody answered it."""
    DIGEST = "digest"
    """Each morning: how much of all this waits."""


KIND_OF_SUBJECT = {
    RobotSubject.ORDER: MessageKind.ANSWER,
    RobotSubject.REVIEW: MessageKind.ANSWER,
    RobotSubject.OVERDUE: MessageKind.ANSWER,
    RobotSubject.DIGEST: MessageKind.DIGEST,
}
"""The kind of message as a coordinator chooses it for themselves."""
