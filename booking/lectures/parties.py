"""In which capacities somebody may act on a lecture, and what these can do with it now."""

from __future__ import annotations

from datetime import datetime

from booking.accounts.engine.permissions import books, teaches
from booking.accounts.engine.roles import Actor
from booking.lectures import queries
from booking.lectures.engine import lifecycle
from booking.lectures.engine.guards import Times
from booking.lectures.engine.readers import REVIEW
from booking.lectures.engine.states import Party
from booking.lectures.engine.transitions import Transition
from booking.lectures.models import Lecture


def parties(who: Actor, lecture: Lecture) -> frozenset[Party]:
    """The capacities in which an actor may act on a lecture.

    Only a coordinator whose scope has the instructor's region is `COORDINATOR`, who may answer. The
    instructor is no party of a request that is still reviewed.
    """
    subject = queries.subject(lecture)
    table = {
        Party.BRANCH: books(who, subject),
        Party.INSTRUCTOR: teaches(who, subject) and lecture.state not in REVIEW,
        Party.COORDINATOR: who.coordinates(lecture.instructor.region_code),
        Party.BRANCH_COORDINATOR: who.coordinates(lecture.organisation.region_code),
    }
    return frozenset(party for party, holds in table.items() if holds)


def possible(lecture: Lecture, who: frozenset[Party], *, now: datetime) -> list[Transition]:
    """The transitions that these parties can trigger at `now` by a button and at most a reason."""
    times = Times(now, lecture.starts_at, lecture.ends_at, lecture.reply_due_at)
    return [row for row in lifecycle.possible(lecture.state, who, times) if row.plain]
