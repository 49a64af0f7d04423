"""Which entries are probably of one person. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from booking.instructors.engine.names import normalise

NEAR = 0.6
"""Share of equal characters from which two workplaces are near (difflib's ratio)."""

_ASIDE = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_NOT_A_LETTER = re.compile(r"[\W_]+")


class Known(NamedTuple):
    """An entry: contacts are compared, and neither shown nor told."""

    id: int
    name: str
    workplace: str
    contacts: frozenset[str] = frozenset()


class Why(StrEnum):
    """Why two entries of one name are probably one person; the surest first."""

    CONTACT = "contact"
    SAME_WORKPLACE = "same_workplace"
    NEAR_WORKPLACE = "near_workplace"
    NO_WORKPLACE = "no_workplace"


class Pair(NamedTuple):
    """Two entries, the older first, and why they are probably one person."""

    first_id: int
    second_id: int
    why: Why


def pairs(entries: Iterable[Known]) -> list[Pair]:
    """All pairs of one name whose workplaces are near, the surest first."""
    by_name: dict[str, list[Known]] = defaultdict(list)
    for entry in entries:
        by_name[_bare(entry.name)].append(entry)
    order = list(Why)
    found = [pair for same in by_name.values() for pair in _within(same)]
    return sorted(found, key=lambda pair: (order.index(pair.why), pair))


def _within(same: list[Known]) -> Iterator[Pair]:
    for one, other in combinations(sorted(same), 2):
        why = why_same(one, other)
        if why is not None:
            yield Pair(one.id, other.id, why)


def why_same(one: Known, other: Known) -> Why | None:
    """Why two entries of one name are probably one person; None if they probably are not."""
    if one.contacts & other.contacts:
        return Why.CONTACT
    here, there = _workplace(one.workplace), _workplace(other.workplace)
    if not here or not there:
        return Why.NO_WORKPLACE
    if here == there:
        return Why.SAME_WORKPLACE
    if here in there or there in here:
        return Why.NEAR_WORKPLACE
    near = SequenceMatcher(None, here, there, autojunk=False).ratio() >= NEAR
    return Why.NEAR_WORKPLACE if near else None


def _workplace(text: str) -> str:
    return _bare(_ASIDE.sub("", text)) or _bare(text)


def _bare(text: str) -> str:
    return _NOT_A_LETTER.sub("", normalise(text))
