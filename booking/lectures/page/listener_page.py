"""What other branches read of a lecture in which they take part: when, where, what, and by whom.

Neither the note, which is the host's, nor the history, nor who else takes part.
"""

from __future__ import annotations

from blinker import Signal
from flask import render_template
from flask.typing import ResponseReturnValue
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


def listener_page(lecture: Lecture) -> ResponseReturnValue:
    """The page of a lecture for another branch that takes part."""
    return render_template("lectures/listener.html", lecture=lecture)
