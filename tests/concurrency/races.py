"""Concurrent bookings of one slot, and checks of the responses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.concurrency.province import Province
from tests.concurrency.server import Web
from tests.concurrency.visitors import Answer, Slot, at_once, booking
from tests.factories import COUNTY

CLIENTS = 20
NEAREST = 3
ACCEPTED, REFUSED = 303, 409


@dataclass(frozen=True, slots=True)
class Round:
    """One slot, and the responses to all who requested it."""

    slot: Slot
    answers: list[Answer]

    @property
    def accepted(self) -> int:
        """The number of successful responses."""
        return sum(answer.status == ACCEPTED for answer in self.answers)

    @property
    def slowest(self) -> float:
        """The longest response time, in seconds."""
        return max(answer.seconds for answer in self.answers)


def rounds(web: Web, province: Province, count: int, *, first: int = 0) -> Iterator[Round]:
    """Run several rounds, each with another slot and other visitors, from a slot on."""
    visitors = province.visitors
    for number in range(first, first + count):
        slot = province.slots[number]
        begin = number * CLIENTS % len(visitors)
        crowd = visitors[begin : begin + CLIENTS]
        requests = [booking(visitor, slot, COUNTY) for visitor in crowd]
        yield Round(slot, at_once(web.port, requests))


def complaints(one: Round) -> list[str]:
    """The problems of a round; none if one booking succeeded and all others were refused."""
    found = []
    if one.accepted != 1:
        found.append(f"{one.slot.start} was given to {one.accepted}")
    others = Counter(answer.status for answer in one.answers if answer.status != ACCEPTED)
    if others != Counter({REFUSED: CLIENTS - 1}):
        found.append(f"{one.slot.start}: the others were told {dict(others)}")
    for answer in one.answers:
        if answer.status == REFUSED and not _helps(answer, one.slot):
            found.append(f"{one.slot.start}: a refusal offers {answer.offered}")
        if "database is locked" in answer.body:
            found.append(f"{one.slot.start}: the database was locked")
    return found


def _helps(answer: Answer, slot: Slot) -> bool:
    """Whether a refusal offers the nearest slots, without the one that is taken."""
    return len(set(answer.offered)) == NEAREST and slot.start not in answer.offered
