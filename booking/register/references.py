"""Rows of imports that name a region."""

from __future__ import annotations

from booking.db.references import Reference
from booking.register.models import ImportBatch, ImportDraft

REFERENCES = (
    Reference("region", ImportDraft.region_code),
    Reference("region", ImportBatch.region_code),
)
