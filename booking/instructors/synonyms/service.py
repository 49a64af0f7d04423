"""Add and remove synonyms; each change is in the audit log."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import audit
from booking.errors import Invalid
from booking.instructors.engine import names
from booking.instructors.models import Synonym

MOST = 500
"""Synonyms in all: enough for a province, and few enough for one page."""


def add(session: Session, word: str, means: str) -> Synonym:
    """Let searches for `word` also find entries with `means`; both are normalised.

    Raises `Invalid` unless each is one word, they differ, and the pair is new.
    """
    word, means = _one_word(word, "word"), _one_word(means, "means")
    if word == means:
        raise Invalid(_("Both words are the same."), "means")
    known = select(Synonym.id).where(Synonym.word == word, Synonym.means == means)
    if session.scalar(known) is not None:
        raise Invalid(_("This synonym is in the list already."), "word")
    if (session.scalar(select(func.count(Synonym.id))) or 0) >= MOST:
        raise Invalid(_("The list holds at most %(count)s synonyms.", count=MOST), "word")
    synonym = Synonym(word=word, means=means)
    session.add(synonym)
    session.flush()
    _record(session, synonym, "added")
    return synonym


def remove(session: Session, synonym_id: int) -> Synonym | None:
    """Remove a synonym; None if somebody else has removed it."""
    synonym = session.get(Synonym, synonym_id)
    if synonym is not None:
        _record(session, synonym, "removed")
        session.delete(synonym)
    return synonym


def _one_word(typed: str, field: str) -> str:
    words = names.words(typed)
    if len(words) != 1:
        raise Invalid(_("Type one word, without spaces or commas."), field)
    return words[0]


def _record(session: Session, synonym: Synonym, change: str) -> None:
    detail = {"change": change, "word": synonym.word, "means": synonym.means}
    audit.record(session, audit.Action.SYNONYMS_CHANGED, detail=detail)
