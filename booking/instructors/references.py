"""Rows of the register that name a region or a field."""

from __future__ import annotations

from booking.db.references import Reference
from booking.instructors.models import Field, Instructor, InstructorField, ServedRegion, Topic
from booking.sentences import N_

REFERENCES = (
    Reference("region", Instructor.region_code, N_("Instructors"), first=True),
    Reference(
        "region",
        ServedRegion.region_code,
        N_("Instructors who teach there"),
        apart=(ServedRegion.instructor_id,),
    ),
    Reference(
        "field",
        InstructorField.field_id,
        N_("Instructors"),
        apart=(InstructorField.instructor_id,),
    ),
    Reference("field", Topic.field_id, N_("Topics")),
    Reference("field", Field.parent_id, N_("Fields below it")),
    Reference("field", Field.merged_into_id),
)
