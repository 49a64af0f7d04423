"""Refusals of attendance lists."""

from __future__ import annotations

from booking.errors import Conflict
from booking.sentences import N_


class AlreadyOnList(Conflict):
    """This device has put somebody on the list already (409)."""

    sentence = N_("This device is on the list already. The branch can correct the name.")


class ListForgotten(Conflict):
    """The names were deleted by schedule (409)."""

    sentence = N_(
        "The names of this list were deleted by schedule, so it can no longer be changed."
    )
