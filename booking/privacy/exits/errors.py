"""Refusals of leaving."""

from __future__ import annotations

from booking.errors import Conflict
from booking.sentences import N_


class LeavesAlready(Conflict):
    """The person has asked already."""

    sentence = N_("This person is leaving already. Look at the page again.")


class NothingToTakeBack(Conflict):
    """It was taken back or carried out in the meantime."""

    sentence = N_("There is nothing to take back: nobody is leaving here.")
