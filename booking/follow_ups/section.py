"""What a lecture's page shows of the later question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.db import db
from booking.follow_ups import queries
from booking.follow_ups.documents.models import FollowUpDocument
from booking.follow_ups.models import FollowUp
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.lectures.page.sections import Section

KEEPERS = frozenset({Party.BRANCH, Party.BRANCH_COORDINATOR})
"""Who may have the document: the branch's side."""


@dataclass(frozen=True, slots=True)
class Line:
    """One question as its reader sees it."""

    follow_up: FollowUp
    can_answer: bool
    document: FollowUpDocument | None


def section_of(lecture: Lecture, parties: frozenset[Party], now: datetime) -> Section | None:
    """The branch sees its questions, others what was answered; None where there is nothing."""
    if not parties:
        return None
    session = db.session()
    answers = Party.BRANCH in parties
    found = [
        one for one in queries.follow_ups_of(session, lecture.id) if answers or one.answered_at
    ]
    if not found:
        return None
    documents = queries.documents_of(session, lecture.id) if parties & KEEPERS else {}
    lines = [
        Line(one, answers and queries.is_open(one, lecture, now), documents.get(one.id))
        for one in found
    ]
    return Section("follow_ups/_section.html", {"lines": lines})
