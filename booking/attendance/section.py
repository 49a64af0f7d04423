"""What a lecture's page shows of the attendance list."""

from __future__ import annotations

from datetime import datetime

from booking.attendance import queries
from booking.attendance.link import KEEPERS
from booking.db import db
from booking.lectures.engine.states import Party
from booking.lectures.engine.transitions import PUBLISHED
from booking.lectures.models import Lecture
from booking.lectures.page.sections import Section


def section_of(lecture: Lecture, parties: frozenset[Party], _now: datetime) -> Section | None:
    """The branch's side a way to the list, others the number, if there is one."""
    if not parties:
        return None
    count = queries.count_of(db.session(), lecture.id)
    keeps = bool(parties & KEEPERS) and lecture.state in PUBLISHED
    if not keeps and not count:
        return None
    return Section("attendance/_section.html", {"count": count, "keeps": keeps})
