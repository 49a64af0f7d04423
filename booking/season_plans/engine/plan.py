"""A season plan, its measure, and what is told of the search for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Measure:
    """How good a plan is, compared from left to right; less is better."""

    unmet: int
    """Needs without an assignment."""
    travel_minutes: int
    """The sum of the ways to all lectures of the plan (`engine.travel_nodes`)."""
    load: int
    """The sum over instructors of the square of the number of their lectures in the period,
    existing ones included: smaller if the same lectures are spread more evenly."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A need with an instructor and a time."""

    need_id: int
    instructor_id: int
    topic_id: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """Assignments in the order of the needs; a need without one is not met."""

    assignments: tuple[Assignment, ...]
    measure: Measure


@dataclass(frozen=True, slots=True)
class Progress:
    """The best plan so far, beside first come, first served, and how far it can get at all."""

    plan: Plan
    greedy: Measure
    """Of the plan that first come, first served makes."""
    reachable: int
    """No plan meets more needs than this."""
    rounds: int
    """Neighbourhoods that were searched so far."""
    seconds: float
    optimal: bool = False
    """Whether no plan can be better."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search, on how many threads, from which random seed."""

    seconds: float
    workers: int = 2
    seed: int = 1
