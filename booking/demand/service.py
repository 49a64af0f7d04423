"""Count the words of a search that found nothing. The caller owns the transaction."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.demand.engine.words import is_kept, normalised, possible_names
from booking.demand.models import SearchMiss
from booking.instructors.models import Instructor

MOST_A_DAY = 500
"""Different words that are kept of one day: a robot cannot fill the disk."""


def names_somebody(session: Session, words: str) -> bool:
    """Whether normalised words contain the name of a person in the register or with an account."""
    parts = possible_names(words)
    names = [
        select(column).where(func.lower(func.replace(column, " ", "")).in_(parts)).limit(1)
        for column in (Instructor.name, User.name)
    ]
    return any(session.scalar(query) is not None for query in names)


def count_miss(
    session: Session, *, words: str, field_code: str, region_code: str, day: date
) -> bool:
    """Count one search without result; returns whether its words are kept."""
    words = normalised(words)
    if not is_kept(words) or names_somebody(session, words):
        return False
    key = (day, words, field_code, region_code)
    same = (
        SearchMiss.day == day,
        SearchMiss.words == words,
        SearchMiss.field_code == field_code,
        SearchMiss.region_code == region_code,
    )
    more = update(SearchMiss).where(*same).values(searches=SearchMiss.searches + 1)
    found = session.scalar(more.returning(SearchMiss.searches))
    if found is None:
        of_day = select(func.count()).select_from(SearchMiss).where(SearchMiss.day == day)
        if (session.scalar(of_day) or 0) >= MOST_A_DAY:
            return False
        session.add(SearchMiss(**dict(zip(_KEY, key, strict=True)), searches=1))
    return True


_KEY = ("day", "words", "field_code", "region_code")
