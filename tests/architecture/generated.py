"""Parts of documents that are generated from tables of the product."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(header: str, rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown; `header` is its first line."""
    columns = header.count("|") - 1
    lines = [header, "|" + "---|" * columns]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def written(page: str, parts: Mapping[str, str]) -> str:
    """The page with its generated parts anew; `KeyError` for an unknown part."""
    return _PART.sub(lambda found: f"{found[1]}{parts[found[2]]}\n{found[3]}", page)


def names(page: str) -> list[str]:
    """The names of the generated parts of a page."""
    return [found[1] for found in _PART.findall(page)]
