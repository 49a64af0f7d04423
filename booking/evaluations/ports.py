"""What the codes for listeners are told of evaluations (`listener_links.ports`)."""

from __future__ import annotations

from datetime import datetime

from booking.errors import Text
from booking.evaluations import queries
from booking.evaluations.engine import policy
from booking.evaluations.errors import NotYet
from booking.lectures.models import Lecture
from booking.listener_links.ports import LinkPort


def _refusal(lecture: Lecture, now: datetime) -> Text | None:
    allowed = policy.listeners_may(lecture.state, lecture.starts_at, lecture.ends_at, now)
    return None if allowed else NotYet.sentence


def _closes_at(lecture: Lecture) -> datetime:
    return lecture.ends_at + policy.LISTENERS_WITHIN


PORT = LinkPort(
    "evaluations.answer",
    count=queries.answers_of_link,
    refusal=_refusal,
    closes_at=_closes_at,
    latest=_closes_at,
)
