"""Rows of availability that name a region."""

from __future__ import annotations

from booking.availability.defaults.models import DefaultWeek
from booking.availability.models import HalfDayTemplate
from booking.db.references import Reference
from booking.sentences import N_

REFERENCES = (
    Reference("region", HalfDayTemplate.region_code, N_("Half-days"), single=True),
    Reference("region", DefaultWeek.region_code, N_("Default hours"), single=True),
)
