"""The search query of the directory, and its URL parameters. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, replace

from booking.directory.engine.synonyms import Terms, alone, split_region
from booking.directory.engine.url_parameters import (
    LONGEST_WORDS,
    Parameters,
    ignored,
    read_audience,
    read_field_code,
    read_format,
    read_page,
    read_region_code,
    read_words,
)
from booking.instructors.engine import names

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Search:
    """The criteria of a directory search. Empty values are no condition."""

    words: str = ""
    field: str = ""
    """The code of a field; its sub-fields count as well."""
    region: str = ""
    """The code of a region; instructors who serve it, one above or one within it match."""
    audience: str = ""
    format: str = ""
    page: int = 1
    public_only: bool = False
    """Whether only entries that everybody sees are found: no parameter, it follows the reader."""
    synonyms: Terms = dataclasses.field(default=(), compare=False)
    """The words with their synonyms, once these have been read."""

    @property
    def terms(self) -> Terms:
        """For each word what one of must match."""
        return self.synonyms or alone(names.words(self.words))

    @property
    def empty(self) -> bool:
        """Whether there is no condition."""
        return not (self.words or self.field or self.region or self.audience or self.format)

    @property
    def passed_on(self) -> dict[str, str]:
        """URL parameters for links to an instructor's page, so that it shows the same slots."""
        values = {"region": self.region, "format": self.format, "audience": self.audience}
        return {name: value for name, value in values.items() if value}

    def query(self, **changes: object) -> dict[str, object]:
        """The URL parameters of the search, with changes; empty values and page 1 are omitted."""
        values: dict[str, object] = {
            "q": self.words,
            "field": self.field,
            "region": self.region,
            "audience": self.audience,
            "format": self.format,
            "page": self.page,
        }
        values.update(changes)
        return {
            name: value
            for name, value in values.items()
            if value and not (name == "page" and value == 1)
        }


def with_region(search: Search, regions: Iterable[tuple[str, str]]) -> Search:
    """The search in the region that its words name, unless another one is chosen.

    `regions` are pairs of code and name.
    """
    if search.region:
        return search
    words, region = split_region(search.words, regions)
    return replace(search, words=words, region=region)


def read(parameters: Parameters) -> Search:
    """Parse URL parameters; invalid values are ignored, and of too many words the first count."""
    words = parameters.get("q", "").strip()[:LONGEST_WORDS]
    audience, form = ignored(read_audience, parameters), ignored(read_format, parameters)
    return Search(
        words=read_words({"q": words}),
        field=read_field_code(parameters),
        region=read_region_code(parameters),
        audience=audience or "",
        format=form or "",
        page=read_page(parameters),
    )
