"""The kinds of files, registered by the features whose data they hold (`create_app`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.permissions import Subject
from booking.accounts.engine.roles import Actor

Progress = Callable[[int], None]
"""Called with the number of rows that were read so far."""


@dataclass(frozen=True, slots=True)
class Asked:
    """By whom a file was asked for, and what was chosen."""

    actor: Actor
    by: audit.By
    choice: Mapping[str, Any]
    filename: str
    now: datetime


Make = Callable[[Session, Asked, Progress], bytes]
"""Makes the file, in the language that is selected, and leaves its entry of the audit log.

Reads first; raises a `DomainError` if the actor may not have it any more."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of files."""

    permission: str
    """Who may download it, now."""
    subject: Callable[[Mapping[str, Any]], Subject]
    """The subject of the permission, by what was chosen."""
    make: Make


_EXTENSION = "yueke_exports"


def connect(app: Flask, kinds: Mapping[str, Kind]) -> None:
    """Set the kinds of an application."""
    app.extensions[_EXTENSION] = dict(kinds)


def kind_of(name: str) -> Kind:
    """The kind of a name; KeyError for one of another release."""
    kinds: dict[str, Kind] = current_app.extensions[_EXTENSION]
    return kinds[name]
