"""What somebody looks for, as the address of the page says it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from booking.instructors.engine.vocabulary import Audience, Format

PAGE_SIZE = 20
LONGEST_WORDS = 100


@dataclass(frozen=True, slots=True)
class Search:
    """One question to the register. Empty values do not narrow it."""

    words: str = ""
    field: str = ""
    """The code of a field; its sub-fields count as well."""
    region: str = ""
    """A region's code; whoever teaches there, above it or within it is found."""
    audience: str = ""
    format: str = ""
    page: int = 1

    @property
    def empty(self) -> bool:
        """Whether nothing narrows the search."""
        return not (self.words or self.field or self.region or self.audience or self.format)

    @property
    def passed_on(self) -> dict[str, str]:
        """What an instructor's page takes over, so that its times are those of the list."""
        wanted = {"region": self.region, "format": self.format, "audience": self.audience}
        return {name: value for name, value in wanted.items() if value}

    def query(self, **changes: object) -> dict[str, object]:
        """The address parameters, with changes; a shared address finds the same."""
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
    """The search that an address means; what cannot be understood does not narrow it."""
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
    """A code as it was sent; PostgreSQL takes no NUL, and no code has one."""
    typed = arguments.get(name, "")[:longest]
    return typed if typed.isprintable() else ""
