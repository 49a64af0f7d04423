"""Names and contacts in texts, JSON values and calendar texts are replaced. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from icalendar.parser import Contentline

SHORTEST_NAME, SHORTEST_CONTACT, SHORTEST_DETAIL = 2, 6, 4
"""Characters; shorter words would be found inside other words."""


def replaced(value: Any, words: Mapping[str, str]) -> Any:
    """The JSON value with each of the words replaced in its texts, the longest words first."""
    if isinstance(value, str):
        for word in sorted(words, key=len, reverse=True):
            value = value.replace(word, words[word])
        return value
    if isinstance(value, Mapping):
        return {name: replaced(one, words) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [replaced(one, words) for one in value]
    return value


def replaced_in_calendar(text: str, words: Mapping[str, str]) -> str:
    """The same for an iCalendar text, whose lines are folded after 75 octets (RFC 5545, 3.1)."""
    lines = str(text).replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")
    changed = [replaced(line, words) for line in lines]
    if changed == lines:
        return text
    return "\r\n".join(_folded(line) for line in changed)


def names_one_of(value: Any, name: str, keys: frozenset[int]) -> bool:
    """Whether a JSON value has a member of this name, at any depth, with one of the keys."""
    if isinstance(value, Mapping):
        return any(
            (key == name and one in keys) or names_one_of(one, name, keys)
            for key, one in value.items()
        )
    return isinstance(value, list) and any(names_one_of(one, name, keys) for one in value)


def _folded(line: str) -> str:
    to_ical: Any = Contentline(line).to_ical  # type: ignore[no-untyped-call]
    folded: bytes = to_ical()
    return folded.decode()
