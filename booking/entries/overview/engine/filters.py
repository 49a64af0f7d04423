"""Which entries are listed, as the address says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST_WORDS = 100
LAST_PAGE = 10_000


class Kind(StrEnum):
    """What the listed entries have in common."""

    ALL = "all"
    HIDDEN = "hidden"
    NO_TOPICS = "no_topics"
    NO_HOURS = "no_hours"
    NO_ACCOUNT = "no_account"
    STALE = "stale"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the list; empty texts mean no condition. Pages count from 1."""

    words: str = ""
    region: str = ""
    field: str = ""
    kind: Kind = Kind.ALL
    page: int = 1

    def query(self, page: int = 1) -> dict[str, Any]:
        """The parameters of the address of a page of this list."""
        named = {
            "q": self.words,
            "region": self.region,
            "field": self.field,
            "show": "" if self.kind is Kind.ALL else self.kind.value,
            "page": "" if page == 1 else str(page),
        }
        return {name: value for name, value in named.items() if value}


def read(parameters: Mapping[str, str]) -> Filters:
    """The filters of an address; what cannot be understood is left out."""
    kind, page = parameters.get("show", ""), parameters.get("page", "")
    return Filters(
        words=parameters.get("q", "").strip()[:LONGEST_WORDS],
        region=parameters.get("region", "")[:12],
        field=parameters.get("field", "")[:40],
        kind=Kind(kind) if kind in set(Kind) else Kind.ALL,
        page=min(max(int(page), 1), LAST_PAGE) if page.isascii() and page.isdigit() else 1,
    )
