"""Changes of the list of outcomes, each in the audit log. The caller owns the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import audit
from booking.errors import Invalid, NotFound
from booking.follow_ups.outcomes.models import LONGEST_OUTCOME, Outcome
from booking.sentences import N_
from booking.text import one_line, visible

MOST = 30
"""Outcomes that can be chosen at once: more than that nobody reads on a telephone."""

NEEDED = N_("Enter a text of at most %(count)s characters.", count=LONGEST_OUTCOME)
THERE_ALREADY = N_("This outcome is in the list already.")
TOO_MANY = N_("The list holds at most %(count)s outcomes. Retire one first.", count=MOST)


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """An outcome as it was typed."""

    name: str
    name_en: str
    unchanged: bool
    """Whether it says that nothing has changed yet."""


def add(session: Session, words: OutcomeWords) -> Outcome:
    """Add an outcome at the end of the list; raises `Invalid` with the field."""
    words = _checked(session, words, None)
    present = select(func.count(Outcome.id)).where(Outcome.retired_at.is_(None))
    if (session.scalar(present) or 0) >= MOST:
        raise Invalid(TOO_MANY, "name")
    last = session.scalar(select(func.max(Outcome.position))) or 0
    outcome = Outcome(
        name=words.name, name_en=words.name_en, unchanged=words.unchanged, position=last + 1
    )
    session.add(outcome)
    session.flush()
    _record(session, outcome, "added")
    return outcome


def change(session: Session, outcome_id: int, words: OutcomeWords) -> Outcome:
    """Correct the words of an outcome; answers that have it show the new words."""
    outcome = _locked(session, outcome_id)
    words = _checked(session, words, outcome.id)
    outcome.name, outcome.name_en, outcome.unchanged = words.name, words.name_en, words.unchanged
    session.flush()
    _record(session, outcome, "changed")
    return outcome


def retire(session: Session, outcome_id: int, *, now: datetime) -> Outcome:
    """Offer an outcome no longer; done twice it is no error."""
    outcome = _locked(session, outcome_id)
    if outcome.retired_at is None:
        outcome.retired_at = now
        _record(session, outcome, "retired")
    return outcome


def restore(session: Session, outcome_id: int) -> Outcome:
    """Offer an outcome again."""
    outcome = _locked(session, outcome_id)
    if outcome.retired_at is not None:
        outcome.retired_at = None
        _record(session, outcome, "restored")
    return outcome


def _locked(session: Session, outcome_id: int) -> Outcome:
    query = select(Outcome).where(Outcome.id == outcome_id).with_for_update()
    outcome = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if outcome is None:
        raise NotFound()
    return outcome


def _checked(session: Session, words: OutcomeWords, own_id: int | None) -> OutcomeWords:
    name, name_en = _line(words.name, "name"), _line(words.name_en, "name_en")
    known = session.scalar(select(Outcome.id).where(Outcome.name == name))
    if known is not None and known != own_id:
        raise Invalid(THERE_ALREADY, "name")
    return OutcomeWords(name, name_en, words.unchanged)


def _line(typed: str, field: str) -> str:
    text = one_line(visible(typed))
    if not text or len(text) > LONGEST_OUTCOME:
        raise Invalid(NEEDED, field)
    return text


def _record(session: Session, outcome: Outcome, change: str) -> None:
    detail = {"change": change, "word": outcome.name}
    audit.record(session, audit.Action.OUTCOMES_CHANGED, detail=detail)
