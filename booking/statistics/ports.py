"""What other features tell statistics: search words without a result.

They are connected in `booking/app.py`; without a connection the page leaves that part out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class SearchedWord:
    """A word that found nobody, and how often it was searched for."""

    word: str
    count: int


Searches = Callable[
    [Session, Collection[str] | None, tuple[datetime, datetime]], Sequence[SearchedWord]
]
"""Session, regions with all under them (None: everywhere), half-open interval -> words, sorted."""

_KEY = "statistics_searches"


def connect(app: Flask, searches: Searches) -> None:
    """Register what finds search words without a result."""
    app.extensions[_KEY] = searches


def searches() -> Searches | None:
    """What finds them, if it is connected."""
    found: Searches | None = current_app.extensions.get(_KEY)
    return found
