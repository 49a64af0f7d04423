"""Of what a robot can be told. Pure."""

from __future__ import annotations

import enum


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
