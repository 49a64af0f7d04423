"""Lists of regions and organisations as CSV files: bytes in, checked rows out. Pure.

Rows are counted as a spreadsheet shows them: the header is row 1. Sentences are English, as
everything that commands say.
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
    """A list that cannot be taken; `sentences` name each fault by row and column."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(self.sentences))


@dataclass(frozen=True, slots=True)
class RegionLine:
    """A region as a list names it; `parent` is the nearest region above that is known."""

    row: int
    code: str
    name: str
    name_en: str | None
    parent: str | None


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation as a list names it."""

    row: int
    name: str
    region: str


def read_regions(data: bytes, known: Iterable[str]) -> list[RegionLine]:
    """The regions of a list, those above first; `known` are the codes that there are already.

    Raises `WrongRows`.
    """
    rows = list(_rows(data, ("code", "name"), ("name_en",)))
    codes = {*known, *(values["code"] for _row, values in rows)}
    wrong = [sentence for row, values in rows for sentence in _region_faults(row, values, codes)]
    wrong += _repeated(rows, "code")
    if wrong:
        raise WrongRows(wrong)
    lines = [
        RegionLine(
            row,
            values["code"],
            values["name"],
            values["name_en"] or None,
            _above(values["code"], codes),
        )
        for row, values in rows
    ]
    return sorted(lines, key=lambda line: (len(line.code.rstrip("0")), line.code))


def read_organisations(data: bytes, known: Iterable[str]) -> list[OrganisationLine]:
    """The organisations of a list; `known` are the codes of all regions. Raises `WrongRows`."""
    regions = set(known)
    rows = list(_rows(data, ("name", "region"), ()))
    wrong: list[str] = []
    for row, values in rows:
        wrong += _name_faults(row, values["name"], LONGEST_ORGANISATION)
        code = values["region"]
        if not code:
            wrong.append(f"row {row}, column region: it is empty.")
        elif code not in regions:
            wrong.append(f"row {row}, column region: there is no region {code!r}.")
    if wrong:
        raise WrongRows(wrong)
    return [OrganisationLine(row, values["name"], values["region"]) for row, values in rows]


def _region_faults(row: int, values: Mapping[str, str], codes: set[str]) -> Iterator[str]:
    code = values["code"]
    if not _CODE.fullmatch(code):
        yield f"row {row}, column code: {code!r} is no code of GB/T 2260, such as 990101."
    elif lineage(code)[1:] and _above(code, codes) is None:
        yield (
            f"row {row}, column code: no region above {code} is known: "
            f"add {lineage(code)[1]} to the list."
        )
    yield from _name_faults(row, values["name"], LONGEST_REGION)
    if len(values["name_en"]) > LONGEST_REGION:
        yield f"row {row}, column name_en: it is longer than {LONGEST_REGION} characters."


def _above(code: str, codes: set[str]) -> str | None:
    """Lists of cities that are provinces leave out the level between."""
    return next((above for above in lineage(code)[1:] if above in codes), None)


def _name_faults(row: int, name: str, longest: int) -> Iterator[str]:
    if not name:
        yield f"row {row}, column name: it is empty."
    elif len(name) > longest:
        yield f"row {row}, column name: it is longer than {longest} characters."


def _repeated(rows: list[tuple[int, dict[str, str]]], column: str) -> Iterator[str]:
    first: dict[str, int] = {}
    for row, values in rows:
        earlier = first.setdefault(values[column], row)
        if earlier != row and values[column]:
            yield f"row {row}, column {column}: {values[column]} stands in row {earlier} already."


def _rows(
    data: bytes, needed: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with something in it: its number, and its texts by column."""
    lines = csv.reader(io.StringIO(_text(data), newline=""))
    header = [plain(cell).strip().lower() for cell in next(lines, [])]
    for name in needed:
        if name not in header:
            columns = ", ".join(needed) + "".join(f", {one} (optional)" for one in optional)
            raise WrongRows([f"row 1: there is no column {name}; the columns are {columns}."])
    for number, cells in enumerate(lines, start=2):
        texts = [plain(cell).strip() for cell in cells]
        if any(texts):
            found = dict(zip(header, texts, strict=False))
            yield number, {name: found.get(name, "") for name in (*needed, *optional)}


def _text(data: bytes) -> str:
    """UTF-8 with or without a mark, or what spreadsheet programs save in China: GB 18030."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", errors="replace")
    for charset in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return str(from_bytes(data).best() or "")
