"""Rows of orders that name an organisation, a region or a field."""

from __future__ import annotations

from booking.db.references import Reference
from booking.orders.models import Order
from booking.sentences import N_

REFERENCES = (
    Reference("organisation", Order.organisation_id, N_("Orders"), first=True),
    Reference("region", Order.region_code, N_("Orders"), first=True),
    Reference("field", Order.field_id, N_("Orders")),
)
