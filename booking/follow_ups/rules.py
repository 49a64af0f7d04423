"""The rules of the later question as the settings say."""

from __future__ import annotations

from booking.follow_ups.engine.due import FollowUpRules, FollowUpStage
from booking.settings.engine.follow_up_declarations import (
    FOLLOW_UP_FIRST,
    FOLLOW_UP_OPEN,
    FOLLOW_UP_SECOND,
)
from booking.settings.queries import in_force


def rules() -> FollowUpRules:
    """When branches are asked, in this installation."""
    days = {
        FollowUpStage.FIRST: in_force(FOLLOW_UP_FIRST),
        FollowUpStage.SECOND: in_force(FOLLOW_UP_SECOND),
    }
    return FollowUpRules(days, in_force(FOLLOW_UP_OPEN))
