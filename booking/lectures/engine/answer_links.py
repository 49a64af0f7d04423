"""Signed links with which an instructor answers from the mail (calendar rule 18). Pure.

A link opens a page; only a POST from that page acts. It is bound to one request of one
lecture, to one person, and to the time until the answer is due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer

_SALT = "lecture-answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """Who may answer which request through a link."""

    number: str
    sequence: int
    instructor_id: int
    user_id: int
    until: datetime
    """The first aware instant at which the link is worth nothing."""


def sign(answer: Answer, secret: str) -> str:
    """The token of a link."""
    values = [
        answer.number,
        answer.sequence,
        answer.instructor_id,
        answer.user_id,
        answer.until.isoformat(),
    ]
    return str(URLSafeSerializer(secret, salt=_SALT).dumps(values))


def read(token: str, secrets: Sequence[str], *, now: datetime) -> Answer | None:
    """What a token stands for; None when it is forged, spoilt or out of date.

    It was signed with one of the secrets: a link outlives a change of the key.
    """
    try:
        number, sequence, instructor_id, user_id, until = URLSafeSerializer(
            list(secrets), salt=_SALT
        ).loads(token)
    except (BadSignature, ValueError):
        return None
    answer = Answer(number, sequence, instructor_id, user_id, datetime.fromisoformat(until))
    return answer if now < answer.until else None
