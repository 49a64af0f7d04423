"""Refusals of answers."""

from __future__ import annotations

from booking.errors import DomainError
from booking.sentences import N_


class FollowUpClosed(DomainError):
    """The question is over, or the lecture no longer counts as held (409)."""

    status = 409
    sentence = N_("This question is closed, so the answer can no longer be changed.")
