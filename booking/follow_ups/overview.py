"""What the overview of answers shows. A constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role
from booking.follow_ups import queries
from booking.follow_ups.models import FollowUp
from booking.follow_ups.outcomes import queries as outcome_queries
from booking.follow_ups.outcomes.models import Outcome
from booking.follow_ups.queries import OutcomeCount
from booking.instructors.models import Field

MOST_TOPICS, MOST_ANSWERS = 50, 50


@dataclass(frozen=True, slots=True)
class Overview:
    """Template data of `follow_ups/overview.html`."""

    outcomes: Sequence[Outcome]
    """Those that some answer of the period names, in their order."""
    fields: Sequence[OutcomeCount]
    names: Mapping[int, Field]
    topics: Sequence[OutcomeCount]
    topics_total: int
    answers: Sequence[FollowUp]


def overview_of(session: Session, who: Actor, period: tuple[datetime, datetime]) -> Overview:
    """The answers of the branches in the regions that somebody coordinates."""
    scopes = None if who.has(Role.ADMIN) else who.scopes
    fields = queries.outcomes_by_field(session, scopes, period)
    topics = queries.outcomes_by_topic(session, scopes, period)
    named = {outcome_id for one in fields for outcome_id in one.by_outcome}
    ids = [one.key for one in fields if isinstance(one.key, int)]
    names = session.scalars(select(Field).where(Field.id.in_(ids))).all() if ids else ()
    return Overview(
        outcomes=[one for one in outcome_queries.every(session) if one.id in named],
        fields=fields,
        names={one.id: one for one in names},
        topics=topics[:MOST_TOPICS],
        topics_total=len(topics),
        answers=queries.answered_in(session, scopes, period, limit=MOST_ANSWERS),
    )
