"""The change of a group between the test before and the test after a lecture. Pure.

Only numbers of a group exist here. They are shown from `SMALLEST_GROUP` answers on each side, and
only when no more answers are taken: who watched them grow would see the answers of one device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from booking.knowledge_tests.engine.questions import is_right

SMALLEST_GROUP = 5


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """How many answered one question rightly."""

    question_id: int
    text: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class GroupChange:
    """The change of a group: devices that answered, and right answers of each question."""

    before: int
    after: int
    both: int
    """Devices that answered before and after."""
    questions: tuple[QuestionChange, ...]

    @property
    def share_before(self) -> float:
        """The share of right answers before, from 0 to 1."""
        return share(sum(one.before for one in self.questions), self.before * len(self.questions))

    @property
    def share_after(self) -> float:
        """The share of right answers after, from 0 to 1."""
        return share(sum(one.after for one in self.questions), self.after * len(self.questions))


def share(right: int, of: int) -> float:
    """A share from 0 to 1; 0 of nothing."""
    return right / of if of else 0.0


def is_shown(before: int, after: int, *, taken: bool) -> bool:
    """Whether the change of a group is shown; `taken`: whether answers are still taken."""
    return not taken and min(before, after) >= SMALLEST_GROUP


def right_ones(rights: Sequence[int], given: Sequence[int]) -> tuple[bool, ...]:
    """Which questions were answered rightly; both sequences are in the order of the questions."""
    return tuple(is_right(right, one) for right, one in zip(rights, given, strict=True))
