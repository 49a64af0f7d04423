"""Writes the generated parts of docs/privacy.md from the tables of the product.

`python -m tests.architecture.privacy_document` (make privacy) writes them anew; a test finds them
outdated.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from booking.privacy.notice.words import DATA, READERS
from booking.privacy.retention.rules import RULES
from booking.visibility.engine.data import STORED
from booking.visibility.engine.readers import Reader
from booking.visibility.engine.table import EVERYBODY, VISIBILITY
from config import ROOT
from tests.architecture.generated import table, written

DOCUMENT = ROOT / "docs" / "privacy.md"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _readers(readers: frozenset[Reader]) -> str:
    if readers == EVERYBODY:
        return str(READERS[Reader.PUBLIC])
    return ", ".join(str(words) for one, words in READERS.items() if one in readers)


def _visibility() -> Iterator[tuple[str, ...]]:
    for datum, rule in VISIBILITY.items():
        yield (
            str(DATA[datum]),
            ", ".join(STORED[datum]),
            _readers(rule.always),
            ", ".join(purpose.value for purpose in rule.by_consent),
            _readers(rule.recorded),
            rule.basis.value,
            ", ".join(map(str, rule.articles)),
        )


def _retention() -> Iterator[tuple[str, ...]]:
    for rule in RULES:
        tables = [due.table.__tablename__ for due in rule.due(LONG_AGO, LONG_AGO)]
        yield (
            str(rule.data),
            ", ".join(f"`{name}`" for name in tables),
            f"`{rule.setting.name}`",
            str(rule.setting.default),
            str(rule.law),
        )


def parts() -> dict[str, str]:
    """The generated parts by their names."""
    return {
        "visibility": table(
            "| data | stored in | always seen by | by consent | by a recorded act | basis | PIPL |",
            _visibility(),
        ),
        "retention": table("| data | tables | setting | days | law |", _retention()),
    }


if __name__ == "__main__":
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(written(text, parts()), encoding="utf-8")
