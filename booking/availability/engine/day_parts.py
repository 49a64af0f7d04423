"""Morning, afternoon and evening: the slot template of a region (上午/下午/晚上). Pure.

Lectures have a real beginning and end; the parts of the day are labels, and handy hours to
open at once. Minutes count from local midnight.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from booking.availability.engine.hours_text import Block


class HalfDay(enum.StrEnum):
    """A part of the day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class SlotTemplate:
    """The usual hours of each part of the day. Raises `ValueError` unless they are in order."""

    morning: Block = (510, 720)
    afternoon: Block = (840, 1050)
    evening: Block = (1140, 1260)

    def __post_init__(self) -> None:
        ends = (0, *self.morning, *self.afternoon, *self.evening, 1440)
        blocks = (self.morning, self.afternoon, self.evening)
        if list(ends) != sorted(ends) or any(start == end for start, end in blocks):
            raise ValueError("morning, afternoon and evening follow each other")

    def hours(self, part: HalfDay) -> Block:
        """The usual hours of a part of the day."""
        block: Block = getattr(self, part.value)
        return block

    @property
    def limits(self) -> tuple[int, int]:
        """The first minute that is called afternoon, and the first that is called evening.

        The afternoon begins where the morning's hours end. The evening begins at the full hour
        before the middle between the hours of the afternoon and its own: with the usual hours
        noon and 18:00.
        """
        middle = (self.afternoon[1] + self.evening[0]) // 2
        return self.morning[1], max(self.afternoon[1], middle // 60 * 60)

    def part_of(self, minute: int) -> HalfDay:
        """How a minute of the day is called."""
        noon, dusk = self.limits
        if minute < noon:
            return HalfDay.MORNING
        return HalfDay.AFTERNOON if minute < dusk else HalfDay.EVENING


DEFAULT_TEMPLATE = SlotTemplate()
"""Where no region says otherwise."""
