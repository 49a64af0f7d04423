"""Who may file or correct a record, and which values are plausible. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.lectures.engine.states import Party

CORRECTED_WITHIN = timedelta(days=14)
"""How long after the end both sides file and correct the record; coordinators always may."""

LONGEST = timedelta(hours=12)
"""Of a lecture as it really was."""

AROUND = timedelta(hours=12)
"""How far the real start may lie from the planned one: beyond it, the lecture was moved."""

_ALWAYS = frozenset({Party.COORDINATOR, Party.BRANCH_COORDINATOR})


def can_file(parties: frozenset[Party], *, ends_at: datetime, now: datetime) -> bool:
    """Whether these parties may still file or correct the record of a lecture."""
    return now <= ends_at + CORRECTED_WITHIN or bool(parties & _ALWAYS)


def plausible(
    started_at: datetime, ended_at: datetime, *, planned: datetime, now: datetime
) -> bool:
    """Whether a lecture planned for an instant can have taken place from and to these."""
    in_order = started_at < ended_at <= now
    return in_order and ended_at - started_at <= LONGEST and abs(started_at - planned) <= AROUND
