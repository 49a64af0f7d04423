"""Refusals of links."""

from __future__ import annotations

from booking.errors import Conflict, DomainError
from booking.sentences import N_


class Gone(DomainError):
    """The link is real, but closed, over, or its lecture does not stand."""

    status = 410
    sentence = N_("This code is closed: no more answers are taken. Ask whoever showed it to you.")


class NotOpen(Conflict):
    """Nothing can be opened, or prolonged, for this lecture now."""

    sentence = N_("No answers can be taken for this lecture now, because it does not stand.")


class Over(Conflict):
    """The time in which listeners can answer has passed."""

    sentence = N_("The time in which listeners can answer for this lecture is over.")
