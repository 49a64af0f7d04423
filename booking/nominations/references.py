"""Nominations that name an organisation, a region or a field."""

from __future__ import annotations

from booking.db.references import Reference
from booking.nominations.models import Nomination, NominationField
from booking.sentences import N_

REFERENCES = (
    Reference("organisation", Nomination.organisation_id, N_("Nominations")),
    Reference("region", Nomination.region_code, N_("Nominations")),
    Reference("field", NominationField.field_id, apart=(NominationField.nomination_id,)),
)
