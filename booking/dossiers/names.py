"""Names of instructors as papers write them."""

from __future__ import annotations

from booking import i18n
from booking.instructors.engine.names import romanised
from booking.instructors.models import Instructor


def paper_name(instructor: Instructor) -> str:
    """陈明, or on English papers 陈明 Chen Ming; plain text."""
    if i18n.is_chinese():
        return instructor.name
    reading = romanised(instructor.name, instructor.name_pinyin)
    return f"{instructor.name} {reading}" if reading else instructor.name
