"""Whether somebody can propose a change of a lecture now; the pages ask before they show a form."""

from __future__ import annotations

from datetime import datetime

from booking.accounts.guards import actor
from booking.db import db
from booking.lectures.engine.guards import Times
from booking.lectures.engine.lifecycle import take
from booking.lectures.engine.states import Command
from booking.lectures.models import Lecture
from booking.lectures.parties import parties
from booking.lectures.proposals.open_proposals import open_proposal


def refuse_if_impossible(lecture: Lecture, *, now: datetime) -> bool:
    """Whether a proposal is open already; raises what `lifecycle.take` raises for another."""
    times = Times(now, lecture.starts_at, lecture.ends_at, lecture.reply_due_at)
    take(lecture.state, Command.PROPOSE, parties(actor(), lecture), times, "")
    return open_proposal(db.session(), lecture.id) is not None
