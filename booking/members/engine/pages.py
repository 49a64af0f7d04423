"""Lists in pages of a fixed size. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

AT_ONCE = 50
FARTHEST = 10_000
"""The last page that can be asked for; a larger offset would only be slow."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list, counted from 1, and how many rows there are in all."""

    rows: Sequence[Row]
    total: int
    number: int = 1

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-self.total // AT_ONCE))

    @property
    def before(self) -> int | None:
        """The page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        """The page after, if there is one."""
        return self.number + 1 if self.number < self.pages else None


def page_number(asked: int | None) -> int:
    """The number of a page that was asked for, within bounds."""
    return min(max(asked or 1, 1), FARTHEST)
