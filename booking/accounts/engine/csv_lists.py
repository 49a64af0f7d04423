"""Parsing and validation of CSV files of regions and organisations. Pure.

Rows are numbered as in a spreadsheet: the header is row 1.
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
from booking.sentences import N_, Sentence
from booking.text import plain

LONGEST_REGION, LONGEST_ORGANISATION = 60, 120

_CODE = re.compile(r"[1-9][0-9]{5}")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell; `column` is empty where it concerns the whole row."""

    row: int
    column: str
    sentence: Sentence

    def __str__(self) -> str:
        """As commands print it."""
        where = f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"
        return f"{where}: {self.sentence}"


class WrongRows(ValueError):
    """An invalid CSV file; each of `problems` names an error with its row and column."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.sentences))

    @property
    def sentences(self) -> tuple[str, ...]:
        """The problems as commands print them."""
        return tuple(str(problem) for problem in self.problems)


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
    errors = [sentence for row, values in rows for sentence in region_errors(row, values, codes)]
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
    errors: list[Problem] = []
    for row, values in rows:
        errors += _name_errors(row, values["name"], LONGEST_ORGANISATION)
        code = values["region"]
        if not code:
            errors.append(Problem(row, "region", EMPTY))
        elif code not in regions:
            errors.append(Problem(row, "region", no_region(code)))
    if errors:
        raise WrongRows(errors)
    return [OrganisationLine(row, values["name"], values["region"]) for row, values in rows]


EMPTY = N_("it is empty.")


def no_region(code: str) -> Sentence:
    """Why a code is refused that no region has."""
    return N_("there is no region %(code)s.", code=repr(code))


def too_long(most: int) -> Sentence:
    """Why a text is refused that is longer than `most` characters."""
    return N_("it is longer than %(max)s characters.", max=most)


def region_errors(row: int, values: Mapping[str, str], codes: set[str]) -> Iterator[Problem]:
    """What is wrong with a region; `codes` are those of the others that are or will be known."""
    code = values["code"]
    if not _CODE.fullmatch(code):
        wrong = N_("%(code)s is no code of GB/T 2260, such as 990101.", code=repr(code))
        yield Problem(row, "code", wrong)
    elif lineage(code)[1:] and _nearest_above(code, codes) is None:
        yield Problem(
            row,
            "code",
            N_(
                "no region above %(code)s is known: add %(above)s to the list.",
                code=code,
                above=lineage(code)[1],
            ),
        )
    yield from _name_errors(row, values["name"], LONGEST_REGION)
    if len(values["name_en"]) > LONGEST_REGION:
        yield Problem(row, "name_en", too_long(LONGEST_REGION))


def parent_of(code: str, codes: set[str]) -> str | None:
    """The code of the region above, among those that are known."""
    return _nearest_above(code, codes)


def _nearest_above(code: str, codes: set[str]) -> str | None:
    """The nearest region above; municipalities such as Beijing have no level in between."""
    return next((above for above in lineage(code)[1:] if above in codes), None)


def _name_errors(row: int, name: str, longest: int) -> Iterator[Problem]:
    if not name:
        yield Problem(row, "name", EMPTY)
    elif len(name) > longest:
        yield Problem(row, "name", too_long(longest))


def _repetition_errors(rows: list[tuple[int, dict[str, str]]], column: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row, values in rows:
        earlier = first.setdefault(values[column], row)
        if earlier != row and values[column]:
            again = N_(
                "%(value)s stands in row %(row)s already.", value=values[column], row=earlier
            )
            yield Problem(row, column, again)


def _rows(
    data: bytes, needed: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each non-empty row: its number, and its cells by column name."""
    lines = csv.reader(io.StringIO(decoded(data), newline=""))
    header = [plain(cell).strip().lower() for cell in next(lines, [])]
    for name in needed:
        if name not in header:
            columns = ", ".join(needed) + "".join(f", {column} (optional)" for column in optional)
            sentence = N_(
                "there is no column %(name)s; the columns are %(columns)s.",
                name=name,
                columns=columns,
            )
            raise WrongRows([Problem(1, "", sentence)])
    for number, cells in enumerate(lines, start=2):
        texts = [plain(cell).strip() for cell in cells]
        if any(texts):
            values = dict(zip(header, texts, strict=False))
            yield number, {name: values.get(name, "") for name in (*needed, *optional)}


def decoded(data: bytes) -> str:
    """The decoded file: UTF-16 or UTF-8, or GB 18030, as Chinese spreadsheet programs save it."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", errors="replace")
    for charset in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return str(from_bytes(data).best() or "")
