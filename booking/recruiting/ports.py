"""Where a feature above can hand in members who offered a micro-lecture in a field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app
from sqlalchemy.orm import Session

_KEY = "recruiting_volunteers"


@dataclass(frozen=True, slots=True)
class Volunteer:
    """An ordinary member who offered a micro-lecture; the page names nothing else."""

    name: str
    topic: str
    path: str
    """The path of the page on which the offer is answered."""


VolunteerPort = Callable[[Session, int, str], Sequence[Volunteer]]
"""(session, field id, code of the region) -> the offers, by a constant number of queries."""


def connect(app: Flask, port: VolunteerPort) -> None:
    """Hand in the offers; until then there are none."""
    app.extensions[_KEY] = port


def volunteers(session: Session, field_id: int, region_code: str) -> Sequence[Volunteer]:
    """Members who offered a micro-lecture of the field in the region."""
    port: VolunteerPort | None = current_app.extensions.get(_KEY)
    return port(session, field_id, region_code) if port is not None else ()
