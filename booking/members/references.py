"""Invitations and requests to join that name an organisation or a region."""

from __future__ import annotations

from booking.db.references import Reference
from booking.members.models import Invitation, JoinRequest
from booking.sentences import N_

REFERENCES = (
    Reference("organisation", Invitation.organisation_id, N_("Invitations")),
    Reference("region", Invitation.region_code),
    Reference("region", JoinRequest.region_code, N_("Requests to join")),
)
