"""Other branches that take part in a lecture: features above say which (`taking_part`)."""

from __future__ import annotations

from blinker import Signal
from sqlalchemy.orm import Session

from booking.accounts.engine.permissions import Subject, allowed
from booking.accounts.engine.roles import Actor
from booking.lectures.models import Lecture

taking_part = Signal("taking_part")
"""Signal sent with `lecture_id`; receivers return the owners of what takes part in a lecture."""


def listens(session: Session, who: Actor, lecture: Lecture) -> bool:
    """Whether an actor books for a branch that takes part in a lecture, or coordinates it."""
    answers = taking_part.send(session, lecture_id=lecture.id)
    owners: list[Subject] = [one for _receiver, found in answers for one in found]
    return any(allowed("lecture.listen", who, one) for one in owners)
