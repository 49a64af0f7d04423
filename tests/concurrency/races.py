"""Many want one time at once: what must be true of the answers."""

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
    """One time, and what everybody who wanted it was told."""

    slot: Slot
    answers: list[Answer]

    @property
    def accepted(self) -> int:
        """How many were told that the time is theirs."""
        return sum(answer.status == ACCEPTED for answer in self.answers)

    @property
    def slowest(self) -> float:
        """The longest wait, in seconds."""
        return max(answer.seconds for answer in self.answers)


def rounds(web: Web, province: Province, count: int) -> Iterator[Round]:
    """Another time in each round, and other visitors."""
    visitors = province.visitors
    for number in range(count):
        slot = province.slots[number]
        first = number * CLIENTS % len(visitors)
        crowd = visitors[first : first + CLIENTS]
        requests = [booking(visitor, slot, COUNTY) for visitor in crowd]
        yield Round(slot, at_once(web.port, requests))


def complaints(one: Round) -> list[str]:
    """What is wrong with a round; nothing, when one has the time and all others know."""
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
    """Whether a refusal offers the nearest times, and not the one that is gone."""
    return len(set(answer.offered)) == NEAREST and slot.start not in answer.offered
