"""Refusals of certificates of service."""

from __future__ import annotations

from booking.errors import DomainError, NotFound
from booking.sentences import N_


class NothingToCertify(DomainError):
    """Raised for a year in which no lecture is recorded as held."""

    status = 409
    sentence = N_(
        "No lecture of this year is recorded as held, so there is nothing to certify. File the "
        "records first."
    )


class NoSuchCertificate(NotFound):
    """Raised for a code of no certificate."""

    sentence = N_(
        "There is no certificate with this code. Compare it with the paper, letter by letter."
    )
