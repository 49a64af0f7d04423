"""What the page of a lecture shows of its evaluation."""

from __future__ import annotations

from datetime import datetime

from booking.db import db
from booking.evaluations import queries
from booking.evaluations.engine import policy
from booking.lectures.engine.states import Party, State
from booking.lectures.engine.transitions import PUBLISHED
from booking.lectures.models import Lecture
from booking.lectures.page.sections import Section


def evaluation_section(lecture: Lecture, who: frozenset[Party], now: datetime) -> Section | None:
    """The section once the lecture has begun; None for whoever is no party, and before."""
    if not who or lecture.state not in PUBLISHED or now < lecture.starts_at:
        return None
    of_branch = Party.BRANCH in who
    found = queries.evaluation_of(db.session(), lecture.id, of_branch=of_branch, now=now)
    values = {
        "found": found,
        "may_give": of_branch and policy.branch_may(lecture.state, lecture.ends_at, now),
        "until": lecture.ends_at + policy.BRANCH_WITHIN,
        "asks": policy.listeners_may(lecture.state, lecture.starts_at, lecture.ends_at, now),
        "over": lecture.state is State.DELIVERED and lecture.ends_at <= policy.closed_before(now),
    }
    if not (values["may_give"] or values["asks"] or found.filed or found.listeners):
        return None
    return Section("evaluations/_section.html", values)
