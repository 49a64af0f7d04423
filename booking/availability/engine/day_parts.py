"""Half-days of a region: the hours called morning, afternoon, evening (上午/下午/晚上). Pure.

Lectures have an exact start and end; half-days are labels for them, and default hours that can be
opened at once. Minutes count from local midnight.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from booking.availability.engine.hours_text import Block


class HalfDay(enum.StrEnum):
    """A half-day: a labelled part of the day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class SlotTemplate:
    """The usual hours of each half-day. Raises `ValueError` unless they are in order."""

    morning: Block = (510, 720)
    afternoon: Block = (840, 1050)
    evening: Block = (1140, 1260)

    def __post_init__(self) -> None:
        ends = (0, *self.morning, *self.afternoon, *self.evening, 1440)
        blocks = (self.morning, self.afternoon, self.evening)
        if list(ends) != sorted(ends) or any(start == end for start, end in blocks):
            raise ValueError("morning, afternoon and evening follow each other")

    def hours(self, part: HalfDay) -> Block:
        """The usual hours of a half-day."""
        block: Block = getattr(self, part.value)
        return block

    @property
    def limits(self) -> tuple[int, int]:
        """The first minute that is labelled afternoon, and the first that is labelled evening.

        The afternoon begins where the morning's hours end. The evening begins midway between the
        hours of afternoon and evening, rounded down to the full hour but not before the afternoon's
        hours end: by default at noon and at 18:00.
        """
        middle = (self.afternoon[1] + self.evening[0]) // 2
        return self.morning[1], max(self.afternoon[1], middle // 60 * 60)

    def part_of(self, minute: int) -> HalfDay:
        """The half-day whose label a minute of the day has."""
        afternoon_start, evening_start = self.limits
        if minute < afternoon_start:
            return HalfDay.MORNING
        return HalfDay.AFTERNOON if minute < evening_start else HalfDay.EVENING


DEFAULT_TEMPLATE = SlotTemplate()
"""For regions without a template of their own or above them."""
