"""Parse a spreadsheet and return the roster as JSON; runs in a child process."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from booking.register.engine import drafts
from booking.register.engine.roster import Column, Reason, UnreadableRoster
from booking.register.engine.spreadsheet import read_roster

MAX_ANSWER_BYTES = 32 * 1024 * 1024
"""A roster of 20,000 people with all columns filled is 12 MB of JSON."""


def question(data: bytes, filename: str) -> bytes:
    """The input message for `main`: the file name, a zero byte as terminator, the file's bytes."""
    return filename.replace("\0", "").encode(errors="replace") + b"\0" + data


def main(message: bytes) -> bytes:
    """The output message, JSON: {"roster": …}, or {"refused": reason, "columns": […]}."""
    name, _, data = message.partition(b"\0")
    try:
        answer = _json_bytes({"roster": drafts.write(read_roster(data, filename=name.decode()))})
    except UnreadableRoster as refused:
        columns = [asdict(column) for column in refused.columns]
        return _json_bytes({"refused": refused.reason.value, "columns": columns})
    except (MemoryError, RecursionError):
        return _json_bytes({"refused": Reason.TOO_HARD.value, "columns": []})
    if len(answer) > MAX_ANSWER_BYTES:
        return _json_bytes({"refused": Reason.TOO_LARGE.value, "columns": []})
    return answer


def _json_bytes(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode(errors="surrogatepass")


def refusal(values: dict[str, Any]) -> UnreadableRoster:
    """The `UnreadableRoster` that `main` serialised as {"refused": …, "columns": …}."""
    columns = tuple(
        Column(column["letter"], column["header"], column["role"]) for column in values["columns"]
    )
    return UnreadableRoster(Reason(values["refused"]), columns)
