"""Parsing and validation of CSV files of regions and organisations. Pure.

Rows are numbered as in a spreadsheet: the header is row 1. Error messages are in English, as all
output of commands.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from charset_normalizer import from_bytes

from booking.accounts.engine.roles import lineage
from booking.text import plain

LONGEST_REGION, LONGEST_ORGANISATION = 60, 120

_CODE = re.compile(r"[1-9][0-9]{5}")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class WrongRows(ValueError):
    """An invalid CSV file; each of `sentences` names an error with its row and column."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(self.sentences))


@dataclass(frozen=True, slots=True)
class RegionLine:
    """A parsed row of regions; `parent` is the nearest existing or listed region above."""

    row: int
    code: str
    name: str
    name_en: str | None
    parent: str | None


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """A parsed row of organisations; `region` is a code."""

    row: int
    name: str
    region: str


def read_regions(data: bytes, known: Iterable[str]) -> list[RegionLine]:
    """The regions of a CSV file, parents first; `known` are the codes of existing regions.

    Raises `WrongRows`.
    """
    rows = list(_rows(data, ("code", "name"), ("name_en",)))
    codes = {*known, *(values["code"] for _row, values in rows)}
    errors = [sentence for row, values in rows for sentence in _region_errors(row, values, codes)]
    errors += _repetition_errors(rows, "code")
    if errors:
        raise WrongRows(errors)
    lines = [
        RegionLine(
            row,
            values["code"],
            values["name"],
            values["name_en"] or None,
            _nearest_above(values["code"], codes),
        )
        for row, values in rows
    ]
    return sorted(lines, key=lambda line: (len(line.code.rstrip("0")), line.code))


def read_organisations(data: bytes, known: Iterable[str]) -> list[OrganisationLine]:
    """The organisations of a CSV file; `known` are all region codes. Raises `WrongRows`."""
    regions = set(known)
    rows = list(_rows(data, ("name", "region"), ()))
    errors: list[str] = []
    for row, values in rows:
        errors += _name_errors(row, values["name"], LONGEST_ORGANISATION)
        code = values["region"]
        if not code:
            errors.append(f"row {row}, column region: it is empty.")
        elif code not in regions:
            errors.append(f"row {row}, column region: there is no region {code!r}.")
    if errors:
        raise WrongRows(errors)
    return [OrganisationLine(row, values["name"], values["region"]) for row, values in rows]


def _region_errors(row: int, values: Mapping[str, str], codes: set[str]) -> Iterator[str]:
    code = values["code"]
    if not _CODE.fullmatch(code):
        yield f"row {row}, column code: {code!r} is no code of GB/T 2260, such as 990101."
    elif lineage(code)[1:] and _nearest_above(code, codes) is None:
        yield (
            f"row {row}, column code: no region above {code} is known: "
            f"add {lineage(code)[1]} to the list."
        )
    yield from _name_errors(row, values["name"], LONGEST_REGION)
    if len(values["name_en"]) > LONGEST_REGION:
        yield f"row {row}, column name_en: it is longer than {LONGEST_REGION} characters."


def _nearest_above(code: str, codes: set[str]) -> str | None:
    """The nearest region above; municipalities such as Beijing have no level in between."""
    return next((above for above in lineage(code)[1:] if above in codes), None)


def _name_errors(row: int, name: str, longest: int) -> Iterator[str]:
    if not name:
        yield f"row {row}, column name: it is empty."
    elif len(name) > longest:
        yield f"row {row}, column name: it is longer than {longest} characters."


def _repetition_errors(rows: list[tuple[int, dict[str, str]]], column: str) -> Iterator[str]:
    first: dict[str, int] = {}
    for row, values in rows:
        earlier = first.setdefault(values[column], row)
        if earlier != row and values[column]:
            yield f"row {row}, column {column}: {values[column]} stands in row {earlier} already."


def _rows(
    data: bytes, needed: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each non-empty row: its number, and its cells by column name."""
    lines = csv.reader(io.StringIO(_text(data), newline=""))
    header = [plain(cell).strip().lower() for cell in next(lines, [])]
    for name in needed:
        if name not in header:
            columns = ", ".join(needed) + "".join(f", {column} (optional)" for column in optional)
            raise WrongRows([f"row 1: there is no column {name}; the columns are {columns}."])
    for number, cells in enumerate(lines, start=2):
        texts = [plain(cell).strip() for cell in cells]
        if any(texts):
            values = dict(zip(header, texts, strict=False))
            yield number, {name: values.get(name, "") for name in (*needed, *optional)}


def _text(data: bytes) -> str:
    """The decoded file: UTF-16 or UTF-8, or GB 18030, as Chinese spreadsheet programs save it."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", errors="replace")
    for charset in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return str(from_bytes(data).best() or "")
