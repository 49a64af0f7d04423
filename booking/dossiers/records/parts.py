"""The port of the parts of a dossier, which features hand in (`create_app`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture

_EXTENSION = "dossier_parts"


@dataclass(frozen=True, slots=True)
class DossierReader:
    """Who reads a dossier."""

    actor: Actor
    parties: frozenset[Party]
    """In which capacities; empty for a branch that takes part without being the host."""

    @property
    def keeps_attendees(self) -> bool:
        """Whether the reader is of the branch's side, which sees names of attendees."""
        return bool(self.parties & {Party.BRANCH, Party.BRANCH_COORDINATOR})


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, and pairs of name and value as plain translated texts; never empty."""

    heading: str
    rows: tuple[tuple[str, str], ...]


DossierPart = Callable[[Session, Lecture, DossierReader, datetime], Part | None]
"""The part for this reader at this instant; None where there is nothing, or nothing to see."""


def connect(app: Flask, parts: Sequence[DossierPart]) -> None:
    """Set the parts of an application, in the order of the paper."""
    app.extensions[_EXTENSION] = tuple(parts)


def parts_of(
    session: Session, lecture: Lecture, reader: DossierReader, now: datetime
) -> list[Part]:
    """All parts of a lecture that this reader sees."""
    connected: Sequence[DossierPart] = current_app.extensions[_EXTENSION]
    found = [part(session, lecture, reader, now) for part in connected]
    return [one for one in found if one is not None and one.rows]
