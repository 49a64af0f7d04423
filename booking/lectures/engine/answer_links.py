"""Signed links in mails with which requests and proposals are answered (calendar rule 18). Pure.

A link opens a page; only a POST from that page changes state. It is bound to one user, expires when
the reply is due, and is for one `sequence` of a lecture, or for one proposal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer

from booking.lectures.engine.agreement import Approver

_SALT = "lecture-answer"
_PROPOSAL_SALT = "proposal-answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """The payload of a link: lecture number and sequence, instructor, user, expiry."""

    number: str
    sequence: int
    instructor_id: int
    user_id: int
    until: datetime
    """The aware instant at which the link expires."""


def sign(answer: Answer, secret: str) -> str:
    """The signed token of an answer link."""
    values = [
        answer.number,
        answer.sequence,
        answer.instructor_id,
        answer.user_id,
        answer.until.isoformat(),
    ]
    return str(URLSafeSerializer(secret, salt=_SALT).dumps(values))


def read(token: str, secrets: Sequence[str], *, now: datetime) -> Answer | None:
    """The payload of a token; None if the signature or format is invalid, or it has expired.

    Any of the secrets may have signed it, so that links survive a key rotation.
    """
    try:
        number, sequence, instructor_id, user_id, until = URLSafeSerializer(
            list(secrets), salt=_SALT
        ).loads(token)
    except (BadSignature, ValueError):
        return None
    answer = Answer(number, sequence, instructor_id, user_id, datetime.fromisoformat(until))
    return answer if now < answer.until else None


@dataclass(frozen=True, slots=True)
class ProposalAnswer:
    """The payload of a link to a proposal: its id, for whom its reader answers, user, expiry."""

    proposal_id: int
    approver: Approver
    user_id: int
    until: datetime
    """The aware instant at which the link expires."""


def sign_proposal(answer: ProposalAnswer, secret: str) -> str:
    """The signed token of a link to a proposal."""
    values = [
        answer.proposal_id,
        answer.approver.value,
        answer.user_id,
        answer.until.isoformat(),
    ]
    return str(URLSafeSerializer(secret, salt=_PROPOSAL_SALT).dumps(values))


def read_proposal(token: str, secrets: Sequence[str], *, now: datetime) -> ProposalAnswer | None:
    """The payload of a token of `sign_proposal`; None as `read`."""
    try:
        proposal_id, approver, user_id, until = URLSafeSerializer(
            list(secrets), salt=_PROPOSAL_SALT
        ).loads(token)
    except (BadSignature, ValueError):
        return None
    answer = ProposalAnswer(proposal_id, Approver(approver), user_id, datetime.fromisoformat(until))
    return answer if now < answer.until else None
