"""Read the synonyms: those of some words, and all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from booking.instructors.models import Synonym


def of_words(session: Session, words: Sequence[str]) -> dict[str, list[str]]:
    """The synonyms by word, in the order in which they were added. No query without words."""
    found: dict[str, list[str]] = defaultdict(list)
    if words:
        query = select(Synonym.word, Synonym.means).where(Synonym.word.in_(words))
        for word, means in session.execute(query.order_by(Synonym.id)):
            found[word].append(means)
    return found


def every(session: Session) -> Sequence[Row[int, str, str]]:
    """Id, word and synonym of all, in the order of the words."""
    query = select(Synonym.id, Synonym.word, Synonym.means)
    return session.execute(query.order_by(Synonym.word, Synonym.id)).all()
