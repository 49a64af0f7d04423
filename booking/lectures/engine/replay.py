"""The present state of a lecture, computed from its history alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from booking.lectures.engine.facts import LectureFacts
from booking.lectures.engine.lifecycle import find
from booking.lectures.engine.states import Command, State


class Entry(NamedTuple):
    """One row of a history; `facts` only where the change set them."""

    source: State | None
    command: Command | None
    target: State
    facts: LectureFacts | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """State, facts and iCalendar SEQUENCE after a history."""

    state: State
    facts: LectureFacts | None
    sequence: int


class BrokenHistory(ValueError):
    """Raised when a history contains a change that the transition table does not know."""


def replay(history: Iterable[Entry]) -> Replayed:
    """Apply a history, oldest entry first; raises `BrokenHistory`."""
    now: Replayed | None = None
    for entry in history:
        now = _first(entry) if now is None else _next(now, entry)
    if now is None:
        raise BrokenHistory("a lecture without history")
    return now


def _first(entry: Entry) -> Replayed:
    if entry.source is not None or entry.command is not None:
        raise BrokenHistory("the first entry is not the request")
    return Replayed(entry.target, entry.facts, 0)


def _next(now: Replayed, entry: Entry) -> Replayed:
    if entry.command is None or entry.source is not now.state:
        raise BrokenHistory(f"{entry.source} after {now.state}")
    facts = entry.facts or now.facts
    if entry.command is Command.UNDO:
        return Replayed(entry.target, facts, now.sequence + 1)
    row = find(now.state, entry.command)
    if row is None or row.target is not entry.target:
        raise BrokenHistory(f"{entry.command} leads from {now.state} to {entry.target}")
    return Replayed(entry.target, facts, now.sequence + row.raises_sequence)
