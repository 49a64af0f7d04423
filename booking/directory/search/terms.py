"""The words of a query with their synonyms, as the register knows them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from booking.directory.engine.synonyms import Terms, with_synonyms
from booking.instructors.engine import names
from booking.instructors.synonyms import queries as synonyms


def terms_of(session: Session, query: str) -> Terms:
    """The words of a query with their synonyms. One query, if there are words."""
    words = names.words(query)
    return with_synonyms(words, synonyms.of_words(session, words))
