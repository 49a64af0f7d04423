"""Answer what a spreadsheet holds, as JSON: the part of reading that runs in a child process."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from booking.register.engine import drafts
from booking.register.engine.roster import Column, Reason, UnreadableRoster
from booking.register.engine.spreadsheet import read_roster

MAX_ANSWER_BYTES = 32 * 1024 * 1024
"""20,000 people with all columns filled are 12 MB."""


def question(data: bytes, filename: str) -> bytes:
    """A file and its name as one message: the name ends at the first zero byte."""
    return filename.replace("\0", "").encode(errors="replace") + b"\0" + data


def main(asked: bytes) -> bytes:
    """What the file of a `question` holds, or why it cannot be read."""
    name, _, data = asked.partition(b"\0")
    try:
        told = _told({"roster": drafts.write(read_roster(data, filename=name.decode()))})
    except UnreadableRoster as refused:
        columns = [asdict(column) for column in refused.columns]
        return _told({"refused": refused.reason.value, "columns": columns})
    except (MemoryError, RecursionError):
        return _told({"refused": Reason.TOO_HARD.value, "columns": []})
    if len(told) > MAX_ANSWER_BYTES:
        return _told({"refused": Reason.TOO_LARGE.value, "columns": []})
    return told


def _told(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode(errors="surrogatepass")


def refusal(values: dict[str, Any]) -> UnreadableRoster:
    """The refusal that `main` told of."""
    columns = tuple(Column(one["letter"], one["header"], one["role"]) for one in values["columns"])
    return UnreadableRoster(Reason(values["refused"]), columns)
