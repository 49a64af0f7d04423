"""Rows of lectures that name an organisation or a region."""

from __future__ import annotations

from booking.db.references import Reference
from booking.lectures.models import Hold, Lecture
from booking.lectures.proposals.models import ProposalOption
from booking.sentences import N_

PROMISED = "A lecture keeps the region in which it was promised."

REFERENCES = (
    Reference("organisation", Lecture.organisation_id, N_("Lectures booked"), first=True),
    Reference("organisation", Hold.organisation_id),
    Reference("region", Lecture.region_code, first=True, kept=PROMISED),
    Reference("region", ProposalOption.region_code, kept=PROMISED),
    # Travel times are those between the regions of today.
    Reference("region", Hold.region_code, N_("Times that lectures take")),
)
