"""The section of a lecture's page, and what the pages for the hall are told."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from booking.db import db
from booking.errors import Text
from booking.knowledge_tests import queries, service
from booking.knowledge_tests.engine.questions import FEWEST_ASKED
from booking.lectures.engine.states import Party
from booking.lectures.engine.transitions import PUBLISHED
from booking.lectures.models import Lecture
from booking.lectures.page.sections import Section
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.ports import LinkPort

LATE = timedelta(minutes=30)
"""For so long after the beginning the test before is open: a lecture may begin late."""
AFTER = timedelta(days=2)
"""For so long after the end the test after is open, unless somebody closes it."""


KEEPERS = frozenset({Party.INSTRUCTOR, Party.COORDINATOR})
"""Who sees the questions with their answers, chooses among them, and adds some."""


def test_section(lecture: Lecture, who: frozenset[Party], now: datetime) -> Section | None:
    """The test of a lecture that stands, if it has one or its topic has enough questions.

    Until the lecture begins, those who keep the questions are told that there are too few.
    """
    if not who or lecture.state not in PUBLISHED:
        return None
    session = db.session()
    test = queries.test_of(session, lecture.id)
    few = test is None and len(queries.on_offer(session, lecture.topic_id)) < FEWEST_ASKED
    can_add = bool(who & KEEPERS) and lecture.topic is not None and now < lecture.starts_at
    if few and not can_add:
        return None
    change = queries.change_of_group(session, lecture.id, now) if test else None
    values = {"test": test, "change": change, "few": few, "fewest": FEWEST_ASKED}
    return Section("knowledge_tests/_section.html", values)


def _refusal(purpose: LinkPurpose, lecture: Lecture, now: datetime) -> Text | None:
    return service.refusal(db.session(), lecture, now, purpose)


PORTS = {
    LinkPurpose.TEST_BEFORE: LinkPort(
        "knowledge_tests.answer",
        count=queries.count,
        refusal=partial(_refusal, LinkPurpose.TEST_BEFORE),
        closes_at=lambda lecture: lecture.starts_at + LATE,
        latest=lambda lecture: lecture.ends_at,
    ),
    LinkPurpose.TEST_AFTER: LinkPort(
        "knowledge_tests.answer",
        count=queries.count,
        refusal=partial(_refusal, LinkPurpose.TEST_AFTER),
        closes_at=lambda lecture: lecture.ends_at + AFTER,
    ),
}
