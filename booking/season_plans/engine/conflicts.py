"""Which options of one instructor exclude each other, as sets of which one can hold. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from booking.availability.engine.travel import FURTHER_MINUTES
from booking.season_plans.engine.partial_plan import MINUTE, InstructorDays, Option
from booking.season_plans.engine.task import Need


def cliques(
    instructor: InstructorDays, options: Sequence[Option], needs: Sequence[Need]
) -> Iterator[list[int]]:
    """Indexes of options, sorted by start, of which at most one can hold.

    Together these say exactly that lectures neither overlap nor are too near to each other.
    Options that overlap, the buffer included, are one clique at each of their starts; what only
    travel excludes are pairs.
    """
    buffer = MINUTE * instructor.buffer_minutes
    yield from _overlapping(options, buffer)
    yield from _too_near(instructor, options, needs, buffer)


def _overlapping(options: Sequence[Option], buffer: int) -> Iterator[list[int]]:
    """The largest sets of options that share a moment, each lengthened by the buffer."""
    running: list[int] = []
    grown = False
    for index, option in enumerate(options):
        still = [one for one in running if options[one].end + buffer > option.start]
        if len(still) < len(running) and grown:
            yield running
            grown = False
        running = [*still, index]
        grown = grown or len(running) > 1
    if grown:
        yield running


def _too_near(
    instructor: InstructorDays, options: Sequence[Option], needs: Sequence[Need], buffer: int
) -> Iterator[list[int]]:
    """Pairs that do not overlap, but between which there is no time to travel."""
    longest = max(buffer, MINUTE * FURTHER_MINUTES)
    for index, one in enumerate(options):
        place = needs[one.need].place
        for later in range(index + 1, len(options)):
            other = options[later]
            if other.start >= one.end + longest:
                # Options are sorted by start, and none is nearer.
                break
            if other.need == one.need or other.start < one.end + buffer:
                continue
            if other.start < one.end + instructor.gap(place, needs[other.need].place):
                yield [index, later]
