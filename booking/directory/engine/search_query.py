"""The search query of the directory, and its URL parameters. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from booking.errors import Text
from booking.instructors.engine.vocabulary import Audience, Format
from booking.sentences import N_

PAGE_SIZE = 20
LONGEST_WORDS = 100

WORDS_TOO_LONG: Text = N_(
    "This is too long to search for: at most %(max)s characters.", max=LONGEST_WORDS
)


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


def read(arguments: Mapping[str, str]) -> Search:
    """Parse URL parameters; invalid values are ignored."""
    audience, form = arguments.get("audience", ""), arguments.get("format", "")
    page = arguments.get("page", "1")
    return Search(
        words=arguments.get("q", "").strip()[:LONGEST_WORDS],
        field=_code(arguments, "field", 40),
        region=_code(arguments, "region", 12),
        audience=audience if audience in set(Audience) else "",
        format=form if form in set(Format) else "",
        page=max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
    )


def _code(arguments: Mapping[str, str], name: str, longest: int) -> str:
    """A code parameter; empty if unprintable, as PostgreSQL rejects NUL characters."""
    value = arguments.get(name, "")[:longest]
    return value if value.isprintable() else ""
