"""Makes the files of lists. Reads; the export is recorded in a transaction of its own."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy.orm import Session

from booking import audit, i18n
from booking.accounts.engine.permissions import Subject, allowed
from booking.db import unit_of_work
from booking.documents import files as papers
from booking.documents.child_program import Layout, Paper
from booking.dossiers.lists import queries
from booking.dossiers.lists.engine.columns import SHARES, Order, OwnerKind, columns_of
from booking.dossiers.lists.engine.periods import FiledPeriod, read_period
from booking.dossiers.lists.errors import TooManyRows
from booking.dossiers.lists.lines import file_name, head, line, sums_line, title
from booking.dossiers.lists.owners import PERMISSIONS, ListOwner, owner_of
from booking.dossiers.lists.words import period_words
from booking.dossiers.page_numbers import page_of_pages, printed_at
from booking.errors import Forbidden
from booking.exports.kinds import Asked, Kind, Progress
from booking.workbooks import files
from booking.workbooks.engine.sheets import Cell

KIND = "dossier_lists"
"""The kind of the file (`exports.kinds`)."""


class ListFormat(enum.StrEnum):
    """What a list is written as; the values end its file's name."""

    XLSX = "xlsx"
    PDF = "pdf"


MOST_AT_ONCE = 2_000
"""Rows of a file that is made within the request."""

MOST = {ListFormat.XLSX: 20_000, ListFormat.PDF: 1_000}
"""Rows of any file. Papers are typeset in 1 GB: with the longest texts, 2,000 rows need more."""

LONGEST_REMARK = 120
"""Characters of a remark on paper, whose column is narrow; dossier and Excel file have all."""

MIMETYPES = {ListFormat.XLSX: files.XLSX, ListFormat.PDF: papers.PDF}


def check_rows(rows: int, kind: ListFormat, *, by_worker: bool) -> None:
    """Raises `TooManyRows` where a file of so many lectures is not made."""
    most = MOST[kind] if by_worker else min(MOST[kind], MOST_AT_ONCE)
    if rows > most:
        raise TooManyRows(rows, most)


def made(
    session: Session,
    owner: ListOwner,
    period: FiledPeriod,
    order: Order,
    kind: ListFormat,
    *,
    by: audit.By,
    now: datetime,
) -> bytes:
    """The file of a list. Ends the reading; raises what the writers raise (503)."""
    columns = columns_of(owner.side)
    found = queries.rows(session, owner, period, i18n.zone(), order=order)
    sums = sums_line(queries.sums(session, owner, period, i18n.zone()))
    lines = [line(row, at, columns, owner, now) for at, row in enumerate(found, 1)]
    session.rollback()
    if kind is ListFormat.PDF:
        # The remarks are the last column.
        texts = [[*map(_text, cells[:-1]), _shortened(_text(cells[-1]))] for cells in lines]
        data = papers.pdf(
            Paper(
                Layout.LISTING,
                title=title(owner),
                author=i18n.site_name(),
                at=now,
                chinese=i18n.is_chinese(),
                texts={
                    "about": period_words(period),
                    "head": list(head(columns)),
                    "widths": [SHARES[column] for column in columns],
                    "rows": [list(cells) for cells in texts],
                    "sums": sums,
                    "page": page_of_pages(),
                    "foot": printed_at(now),
                },
            )
        )
    else:
        closing: list[Cell] = ["", sums]
        data = files.listed(title(owner), head(columns), [*lines, closing])
    with unit_of_work() as writing:
        detail = {"file": file_name(owner, period, kind.value), "rows": len(lines)}
        audit.record(
            writing, audit.Action.EXPORTED, by=by, region_code=owner.region_code, detail=detail
        )
    return data


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_REMARK else f"{text[: LONGEST_REMARK - 1]}…"


def choice_of(
    owner: ListOwner, period: FiledPeriod, order: Order, kind: ListFormat
) -> dict[str, str]:
    """What the worker must know to make the file."""
    return {
        "side": owner.side.value,
        "owner": owner.key,
        "region": owner.region_code,
        "order": order.value,
        "format": kind.value,
        **period.typed(),
    }


def _make(session: Session, asked: Asked, progress: Progress) -> bytes:
    choice = asked.choice
    owner = owner_of(session, OwnerKind(choice["side"]), choice["owner"])
    if not allowed(PERMISSIONS[owner.side], asked.actor, owner.subject()):
        raise Forbidden()
    period = read_period(choice, asked.now.date()).period
    kind = ListFormat(choice["format"])
    data = made(session, owner, period, Order(choice["order"]), kind, by=asked.by, now=asked.now)
    progress(1)
    return data


EXPORT = Kind(
    "dossier.region",
    lambda choice: Subject(region_codes=frozenset({str(choice["region"])})),
    _make,
)
"""Large lists of coordinators as a kind of files that the worker makes."""
