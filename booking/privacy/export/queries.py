"""Reads the parts of one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.privacy.export.contents import PARTS
from booking.privacy.export.parts import Owned, Part

MOST_ROWS = 5000
"""Rows of one part in a file; a part with more says so."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one part, the newest ones if there are too many."""

    part: Part
    rows: Sequence[tuple[Any, ...]]
    total: int

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [name for name, _column in self.part.columns]


def owned_by(actor: Actor) -> Owned:
    """Whose data the signed-in person may have: the own ones."""
    assert actor.user_id is not None
    return Owned(actor.user_id, tuple(sorted(actor.instructor_ids)))


def counts(session: Session, who: Owned) -> Mapping[str, int]:
    """The number of rows of each part, in one statement."""
    queries = [
        select(literal(name).label("name"), func.count().label("number")).select_from(
            part.query(who).subquery()
        )
        for name, part in PARTS.items()
    ]
    return dict(session.execute(union_all(*queries)).all())


def rows(session: Session, part: Part, who: Owned, *, most: int = MOST_ROWS) -> Rows:
    """The rows of one part."""
    return _rows(session, part, who, most)


def every(session: Session, who: Owned) -> list[Rows]:
    """The rows of all parts."""
    return [_rows(session, part, who, MOST_ROWS) for part in PARTS.values()]


def _rows(session: Session, part: Part, who: Owned, most: int) -> Rows:
    query = part.query(who)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    # By the first key of the table: rows are numbered as they are made.
    keys = part.owners[0].class_.__table__.primary_key.columns
    newest = query.order_by(*(key.desc() for key in keys)).limit(most)
    found = [tuple(row) for row in session.execute(newest)]
    return Rows(part, found[::-1], total)
