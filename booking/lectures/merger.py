"""Lectures, holds and proposals of two entries that become one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from booking.instructors.merger import (
    CannotMerge,
    Merge,
    instructor_merging,
    move,
    move_topics,
)
from booking.lectures.models import Hold, Lecture
from booking.lectures.proposals.models import ProposalOption
from booking.sentences import N_

MOST_TOLD = 20


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def clashes(session: Session, one_id: int, other_id: int) -> Sequence[tuple[str, str]]:
    """Numbers of lectures of two instructors that hold overlapping times, in pairs. One query."""
    one, other = aliased(Hold), aliased(Hold)
    of_one, of_other = aliased(Lecture), aliased(Lecture)
    query = (
        select(of_one.number, of_other.number)
        .select_from(one)
        .join(other, (one.starts_at < other.ends_at) & (other.starts_at < one.ends_at))
        .join(of_one, of_one.id == one.lecture_id)
        .join(of_other, of_other.id == other.lecture_id)
        .where(one.instructor_id == one_id, other.instructor_id == other_id)
        .where(one.lecture_id != other.lecture_id)
        .distinct()
        .order_by(of_one.number, of_other.number)
        .limit(MOST_TOLD)
    )
    return [(first, second) for first, second in session.execute(query)]


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    found = clashes(session, merge.kept_id, merge.dropped_id)
    if found:
        pairs = "; ".join(" – ".join(pair) for pair in found)
        raise CannotMerge(
            N_(
                "Both have lectures at the same time: %(pairs)s. Move or cancel one of each pair "
                "first.",
                pairs=pairs,
            )
        )
    move(
        session,
        merge,
        Lecture.instructor_id,
        Hold.instructor_id,
        ProposalOption.instructor_id,
    )
    move_topics(session, merge, Lecture.topic_id, ProposalOption.topic_id)
