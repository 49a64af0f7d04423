"""Parse a spreadsheet and return cells and roster as JSON; runs in a child process."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from booking import json_values
from booking.register.engine.kept_sheets import AS_READ, Choice
from booking.register.engine.roster import Column, ColumnRole, Roster, UnreadableRoster
from booking.register.engine.roster import UnreadableReason as Reason
from booking.register.engine.spreadsheet import read_sheet, roster_of
from booking.workbooks.engine import sheets
from booking.workbooks.engine.sheets import Sheet

MAX_ANSWER_BYTES = 48 * 1024 * 1024
"""A roster of 20,000 people with all columns filled is 12 MB of JSON, and its cells as much."""

CHOOSABLE = frozenset({Reason.NO_NAME_COLUMN, Reason.EMPTY})
"""Refusals of a sheet that another choice of header or columns may mend."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The values of an `UnreadableRoster`."""

    refused: Reason
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A sheet as it was understood. With `refused` the roster has columns and no people."""

    sheet: Sheet
    roster: Roster
    refused: Reason | None = None

    def whole(self) -> Roster:
        """The roster; raises the `UnreadableRoster` of a refusal."""
        if self.refused is not None:
            raise UnreadableRoster(self.refused, self.roster.columns)
        return self.roster


@dataclass(frozen=True, slots=True)
class Head:
    """What precedes the bytes of a message: a file's name, or none for a kept sheet as JSON."""

    filename: str | None
    header_row: int | None = None
    roles: dict[str, ColumnRole] = field(default_factory=dict)
    remembered: dict[str, ColumnRole] = field(default_factory=dict)

    def choice(self) -> Choice:
        """What was chosen for the sheet."""
        return Choice(self.header_row, self.roles, self.remembered)


def question(data: bytes, filename: str | None, choice: Choice = AS_READ) -> bytes:
    """The input message for `main`: a `Head` as JSON, a zero byte as terminator, the bytes.

    These are a file or, without `filename`, the JSON of a kept sheet (`sheets.write`).
    """
    named = filename and filename.encode(errors="replace").decode()
    head = Head(named, choice.header_row, dict(choice.roles), dict(choice.remembered))
    return _json_bytes(json_values.write(head)) + b"\0" + data


def main(message: bytes) -> bytes:
    """The output message, JSON: the sheet with its roster or a refusal, or a refusal alone."""
    prefix, _, data = message.partition(b"\0")
    try:
        head = json_values.read(json.loads(prefix), Head)
        if head.filename is None:
            sheet = sheets.read(json.loads(data))
        else:
            sheet = read_sheet(data, filename=head.filename)
        answer = _json_bytes({"sheet": sheets.write(sheet), **_roster_values(sheet, head.choice())})
    except UnreadableRoster as refused:
        return _refused(Refusal(refused.reason, refused.columns))
    except (MemoryError, RecursionError):
        return _refused(Refusal(Reason.TOO_HARD))
    if len(answer) > MAX_ANSWER_BYTES:
        return _refused(Refusal(Reason.TOO_LARGE))
    return answer


def _roster_values(sheet: Sheet, choice: Choice) -> dict[str, Any]:
    try:
        return {"roster": json_values.write(roster_of(sheet, choice))}
    except UnreadableRoster as refused:
        if refused.reason not in CHOOSABLE:
            raise
        values = json_values.write(Refusal(refused.reason, refused.columns))
        header_row = choice.header_row or sheet.header_row
        return {"header_row": header_row, **values}


def _refused(refusal: Refusal) -> bytes:
    return _json_bytes(json_values.write(refusal))


def _json_bytes(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode(errors="surrogatepass")


def read_answer(answer: bytes) -> Parsed:
    """The sheet of an output message; raises the `UnreadableRoster` that it tells.

    The child has read a file that is not our own: raises `ValueError` for any other message.
    """
    values = json.loads(answer)
    match values:
        case {"sheet": cells, "roster": roster, **others} if not others:
            return Parsed(sheets.read(cells), json_values.read(roster, Roster))
        case {"sheet": cells, "header_row": int(row), **others}:
            refusal = json_values.read(others, Refusal)
            sheet = sheets.read(cells)
            empty = Roster(sheet.title, row, refusal.columns, (), (), ())
            return Parsed(sheet, empty, refusal.refused)
        case {"refused": _}:
            refusal = json_values.read(values, Refusal)
            raise UnreadableRoster(refusal.refused, refusal.columns)
    raise json_values.Unreadable("neither a roster nor a refusal")
