"""What becomes of a text or a row about a person who has left: the words of the declarations."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement

from booking.privacy.erasure.subject import Subject

Scope = Callable[[Subject], ColumnElement[bool]]


class Fate(enum.Enum):
    """What becomes of one text."""

    EMPTY = enum.auto()
    """Nothing stays of it."""
    LABEL = enum.auto()
    """The neutral label takes its place."""
    CLEAN = enum.auto()
    """Names of the person in these rows, and contacts in all rows, are replaced."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Rows of one table that concern the person."""

    table: type[Any]
    scope: Scope
    texts: Mapping[str, Fate] = field(default_factory=dict)
    goes: bool = False
    """Whether the rows are deleted."""
