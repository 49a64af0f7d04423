"""Names and lecture counts of the instructors that matching considers or returns."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from booking.db import id_lists
from booking.directory.engine.match_query import MatchQuery
from booking.directory.engine.matching import LOAD_WITHIN, NOT_RECENT
from booking.directory.search.conditions import Values
from booking.instructors.models import Instructor
from booking.lectures.engine.transitions import HOLDING
from booking.lectures.models import Hold, Lecture

Person = tuple[str, str, str, str | None]
"""Name, title, workplace, and the pinyin of the name if it was entered."""


def loads(
    session: Session, match_query: MatchQuery, ids: Collection[int], now: datetime
) -> tuple[dict[int, int], frozenset[int]]:
    """Lecture counts by instructor id, and the ids of those recently at the branch. One query."""
    named = id_lists.few(ids)
    values: Values = id_lists.names(ids) if named else {}
    values |= {
        "load_since": now - LOAD_WITHIN,
        "lately": now - NOT_RECENT,
        "organisation": match_query.organisation_id,
    }
    rows = session.connection().execute(_loads(named), values).all()
    counts = {instructor_id: count for instructor_id, count in rows if count >= 0}
    return counts, frozenset(instructor_id for instructor_id, count in rows if count < 0)


@cache
def _loads(named: bool) -> CompoundSelect[Any, Any]:
    counts = (
        select(Hold.instructor_id, func.count())
        .where(
            id_lists.among(Hold.instructor_id, named),
            Hold.starts_at >= bindparam("load_since"),
            # A lecture that is being moved counts once.
            Hold.option_id.is_(None),
        )
        .group_by(Hold.instructor_id)
    )
    # A count of -1 marks the rows of the second result set.
    recently_here: Select[Any, Any] = (
        select(Lecture.instructor_id, literal_column("-1"))
        .distinct()
        .where(
            id_lists.among(Lecture.instructor_id, named),
            Lecture.organisation_id == bindparam("organisation"),
            Lecture.starts_at >= bindparam("lately"),
            Lecture.state.in_(HOLDING),
        )
    )
    return union_all(counts, recently_here)


def named(session: Session, ids: Collection[int]) -> dict[int, Person]:
    """Name, title, workplace and pinyin by instructor id, for the few that are shown."""
    rows = session.connection().execute(_PEOPLE, id_lists.names(ids)).all()
    return {
        instructor_id: (name, title, workplace, pinyin)
        for instructor_id, name, title, workplace, pinyin in rows
    }


_PEOPLE = select(
    Instructor.id,
    Instructor.name,
    Instructor.title,
    Instructor.workplace,
    Instructor.name_pinyin,
).where(id_lists.among(Instructor.id, True))
