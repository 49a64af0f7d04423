"""Cases that name a field or a region."""

from __future__ import annotations

from booking.db.references import Reference
from booking.recruiting.models import RecruitingCase

REFERENCES = (
    Reference("field", RecruitingCase.field_id, apart=(RecruitingCase.region_code,)),
    Reference("region", RecruitingCase.region_code, apart=(RecruitingCase.field_id,)),
)
