"""Read a table and return it as JSON; runs in a child process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from booking import json_values
from booking.organisations.lists.engine.tables import (
    Table,
    Unreadable,
    UnreadableTable,
    read_table,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The table, or why there is none."""

    table: Table | None
    refused: Unreadable | None


def question(data: bytes, filename: str) -> bytes:
    """The input message for `main`: the file name, a zero byte as terminator, the file's bytes."""
    return filename.replace("\0", "").encode(errors="replace") + b"\0" + data


def main(message: bytes) -> bytes:
    """The output message: an `Answer` as JSON."""
    name, _, data = message.partition(b"\0")
    try:
        answer = Answer(read_table(data, filename=name.decode()), None)
    except UnreadableTable as refused:
        answer = Answer(None, refused.reason)
    except (MemoryError, RecursionError):
        answer = Answer(None, Unreadable.TOO_HARD)
    values: dict[str, Any] = json_values.write(answer)
    return json.dumps(values, ensure_ascii=False).encode(errors="replace")


def read_answer(message: bytes) -> Table:
    """The table of an output message; raises the `UnreadableTable` that it tells, or ValueError."""
    answer = json_values.read(json.loads(message), Answer)
    if answer.table is None:
        raise UnreadableTable(answer.refused or Unreadable.TOO_HARD)
    return answer.table
