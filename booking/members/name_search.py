"""Organisations and instructors in scope, found by a part of their name."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from booking.accounts.engine.roles import Actor
from booking.accounts.models import Organisation
from booking.instructors.models import Instructor
from booking.members.scopes import within_scope

MOST_FOUND = 20
"""Organisations or instructors to choose from; with more, the words are too few."""


def organisations_called(session: Session, actor: Actor, words: str) -> list[Organisation]:
    """Organisations in scope that have these words in their name, the shortest names first."""
    query = select(Organisation).where(
        within_scope(actor, Organisation.region_code),
        Organisation.name.contains(words, autoescape=True),
    )
    by_name = query.order_by(func.length(Organisation.name), Organisation.id).limit(MOST_FOUND)
    return list(session.scalars(by_name))


def instructors_called(session: Session, actor: Actor, words: str) -> list[Instructor]:
    """Listed instructors in scope that have these words in their name."""
    query = select(Instructor).where(
        Instructor.listed,
        within_scope(actor, Instructor.region_code),
        Instructor.name.contains(words, autoescape=True),
    )
    by_name = query.order_by(Instructor.sort_key, Instructor.id).limit(MOST_FOUND)
    return list(session.scalars(by_name.options(lazyload(Instructor.region))))
