"""Who may read the dossier of a lecture: its sides, coordinators, and branches that take part."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.dossiers.records.parts import DossierReader
from booking.errors import NotFound
from booking.lectures import queries
from booking.lectures.engine.readers import reached_instructor
from booking.lectures.engine.states import Party, State
from booking.lectures.listeners import listens
from booking.lectures.models import Lecture
from booking.lectures.parties import parties

FILED = frozenset({State.CONFIRMED, State.DELIVERED, State.NOT_HELD, State.CANCELLED})
"""The states of lectures that were agreed: those have a dossier."""


def readable(session: Session, actor: Actor, number: str) -> tuple[Lecture, DossierReader]:
    """A lecture that was agreed, and its reader. Raises `NotFound` (404)."""
    lecture = queries.by_number(session, number, whole=True)
    reader = DossierReader(actor, parties(actor, lecture))
    if not reader.parties and not listens(session, actor, lecture):
        raise NotFound()
    if reader.parties == {Party.INSTRUCTOR} and not reached_instructor(
        entry.target for entry in lecture.history
    ):
        raise NotFound()
    if lecture.state not in FILED:
        raise NotFound()
    return lecture, reader


def has_dossier(lecture: Lecture, who: frozenset[Party], _now: datetime) -> bool:
    """Whether the page of a lecture leads these parties to its dossier."""
    return bool(who) and lecture.state in FILED
