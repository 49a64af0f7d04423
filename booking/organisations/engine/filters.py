"""The filters of the list of organisations, as they stand in its address. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

PAGE = 50
"""Organisations of one page."""

LONGEST_NAME = 120
MOST_PAGES = 100_000


class Openness(enum.StrEnum):
    """Which organisations are shown."""

    ALL = "all"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Filters:
    """A part of the name, a region with all under it, which of them, and the page from 1."""

    name: str = ""
    region: str = ""
    show: Openness = Openness.ALL
    page: int = 1

    def typed(self) -> dict[str, str]:
        """The values for an address, without the page and without those that are usual."""
        values = {"name": self.name, "region": self.region, "show": self.show.value}
        return {name: value for name, value in values.items() if value and value != Openness.ALL}


def read_filters(parameters: Mapping[str, str]) -> Filters:
    """The filters of an address; what cannot be is left out."""
    page = parameters.get("page", "")
    region = parameters.get("region", "")
    show = parameters.get("show", "")
    return Filters(
        name=parameters.get("name", "").strip()[:LONGEST_NAME],
        region=region if region.isascii() and region.isdecimal() and len(region) <= 12 else "",
        show=Openness(show) if show in set(Openness) else Openness.ALL,
        page=max(1, min(int(page), MOST_PAGES)) if _is_number(page) else 1,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 6
