"""Refusals of changes of entries."""

from __future__ import annotations

from booking.errors import Conflict
from booking.sentences import N_


class AlreadyThere(Conflict):
    """Another entry has the same name and workplace."""

    sentence = N_(
        "Another entry has this name and workplace. If it is the same person, merge them; if "
        "not, write the workplace so that they can be told apart."
    )


class TouchedSince(Conflict):
    """What a change left was changed again, so that it cannot be put back."""

    sentence = N_(
        "This was changed again later, so it cannot be put back alone. Put the later change back "
        "first, or write the value that it should have."
    )


class NothingBefore(Conflict):
    """A change whose value before is not kept."""

    sentence = N_("This change cannot be put back: what was there before is not kept.")


class AnsweredAlready(Conflict):
    """A requested change has been answered, withdrawn or asked for anew."""

    sentence = N_(
        "This change has been decided or altered in the meantime. Look at what is there now."
    )
