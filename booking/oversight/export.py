"""The audit log as a table in a file: CSV for programs, .xlsx for people. Bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask_babel import gettext as _

from booking import i18n
from booking.audit import AuditEntry
from booking.oversight import entry_texts, words
from booking.text import one_line, visible
from booking.workbooks import files
from booking.workbooks.files import FileKind

MOST_ROWS = 20_000
"""The newest entries that one file holds; a filter chooses others."""


def head() -> list[str]:
    """The names of the columns."""
    return [
        _("Time"),
        _("Action"),
        _("Subject"),
        _("District"),
        _("Details"),
        _("Who"),
        _("Network"),
    ]


def table(entries: Iterable[AuditEntry], regions: Mapping[str, str]) -> Iterator[list[str]]:
    """The rows, as the page tells them."""
    for one in entries:
        yield [
            f"{i18n.local(one.recorded_at):%Y-%m-%d %H:%M:%S}",
            str(words.ACTIONS[one.action]),
            entry_texts.subject(one),
            regions.get(one.region_code or "", one.region_code or ""),
            "; ".join(entry_texts.facts(one)),
            entry_texts.actor(one),
            one.network or "",
        ]


def as_file(
    kind: FileKind,
    rows: Iterable[list[str]],
    *,
    titles: Sequence[str] = (),
    sheet: str = "",
) -> bytes:
    """The file, by default that of the audit log; each cell is one line."""
    lines = [[one_line(visible(cell)) for cell in row] for row in rows]
    return files.written(kind, sheet or _("Audit log"), list(titles) or head(), lines)
