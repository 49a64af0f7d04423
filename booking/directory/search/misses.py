"""The signal of a search that found nothing, for features above the directory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blinker import Signal

search_found_nothing = Signal("search_found_nothing")
"""Signal sent with `search` (`SearchWithoutResult`), outside any transaction. Receivers write in
one of their own."""


@dataclass(frozen=True, slots=True)
class SearchWithoutResult:
    """What was searched, and when; nothing about who searched."""

    words: str
    field_code: str
    region_code: str
    at: datetime
