"""Groups of instructors that a feature above knows by a key, such as the people of one import."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask, current_app
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor

_KEY = "imported_people"

PeopleOf = Callable[[Session, str, Actor], Sequence[int]]
"""The instructors of a key that the actor may see; raises `NotFound` (404)."""


def connect(app: Flask, people_of: PeopleOf) -> None:
    """Set who finds the people of an import."""
    app.extensions[_KEY] = people_of


def people_of_import(session: Session, key: str, actor: Actor) -> Sequence[int]:
    """The instructors whom an import added or completed. Raises `NotFound` (404)."""
    found: PeopleOf = current_app.extensions[_KEY]
    return found(session, key, actor)
