"""The lectures behind a number: a page of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, defaultload

from booking.accounts.models import Organisation
from booking.instructors.models import Instructor, Topic
from booking.lectures.models import Lecture
from booking.statistics.engine.filters import Behind
from booking.statistics.reads.selection import Selection, counted, narrowed

PAGE_LENGTH = 50


def lectures(
    session: Session, selection: Selection, behind: Behind, *, page: int
) -> tuple[Sequence[Lecture], int]:
    """A page of the lectures by start, and the number of all. One query."""
    query = (
        select(Lecture, func.count().over())
        .join(Lecture.organisation)
        .join(Lecture.instructor)
        .outerjoin(Topic, Topic.id == Lecture.topic_id)
        .where(counted(selection), *narrowed(selection.filters, behind))
        .options(
            contains_eager(Lecture.organisation),
            contains_eager(Lecture.instructor).load_only(
                Instructor.name, Instructor.name_pinyin, Instructor.region_code
            ),
            defaultload(Lecture.instructor).lazyload(Instructor.region),
            defaultload(Lecture.organisation).lazyload(Organisation.region),
        )
        .order_by(Lecture.starts_at, Lecture.id)
        .limit(PAGE_LENGTH)
        .offset((page - 1) * PAGE_LENGTH)
    )
    rows = session.execute(query).all()
    return [row[0] for row in rows], rows[0][1] if rows else 0
