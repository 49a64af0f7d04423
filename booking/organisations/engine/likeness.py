"""Which names of organisations may mean the same one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

from booking.text import visible

LIKE = 0.6
"""Likeness (0 to 1) from which two names are proposed as doubles. Our own choice."""


def likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1, without regard to spaces and case."""
    return SequenceMatcher(None, _compared(one), _compared(other), autojunk=False).ratio()


def alike(name: str, others: Mapping[int, str], *, most: int) -> list[int]:
    """The keys of the names that are most like `name`, the most alike first."""
    rated = sorted((-likeness(name, other), key) for key, other in others.items())
    return [key for rate, key in rated if -rate >= LIKE][:most]


def _compared(name: str) -> str:
    return "".join(visible(name).casefold().split())
