"""What waits, as each feature counts it; those above are handed in by `create_app`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.sentences import Sentence


class WaitingLine(NamedTuple):
    """One line of a digest: how many of what wait, and the page that lists them."""

    number: int
    sentence: Sentence
    path: str


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom what waits is counted, and when."""

    actor: Actor
    now: datetime
    zone: ZoneInfo


DigestPart = Callable[[Session, Reader], Sequence[WaitingLine]]
"""The lines of one feature, by a constant number of queries; those with 0 are left out."""


def connect(app: Flask, parts: Sequence[DigestPart]) -> None:
    """Attach the parts, in the order of the digest."""
    app.extensions["digest_parts"] = tuple(parts)


def waiting_lines(session: Session, reader: Reader) -> list[WaitingLine]:
    """All that waits for a coordinator."""
    parts: Sequence[DigestPart] = current_app.extensions["digest_parts"]
    return [line for part in parts for line in part(session, reader) if line.number]
