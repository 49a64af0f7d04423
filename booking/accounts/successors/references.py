"""Rows of accounts that name an organisation or a region."""

from __future__ import annotations

from booking.accounts.models import Membership, Organisation, Region
from booking.db.references import Reference
from booking.sentences import N_

REFERENCES = (
    Reference(
        "organisation",
        Membership.organisation_id,
        N_("Contacts"),
        apart=(Membership.user_id, Membership.role),
    ),
    Reference("organisation", Organisation.merged_into_id),
    Reference("region", Organisation.region_code, N_("Branches"), first=True),
    Reference(
        "region",
        Membership.region_code,
        N_("Coordinators"),
        apart=(Membership.user_id, Membership.role),
    ),
    Reference("region", Region.merged_into_code),
    Reference("region", Region.parent_code, kept="A region with regions below it is not merged."),
)
