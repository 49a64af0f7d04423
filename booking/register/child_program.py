"""Parse a spreadsheet and return the roster as JSON; runs in a child process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from booking import json_values
from booking.register.engine.roster import Column, Roster, UnreadableReason, UnreadableRoster
from booking.register.engine.spreadsheet import read_roster

MAX_ANSWER_BYTES = 32 * 1024 * 1024
"""A roster of 20,000 people with all columns filled is 12 MB of JSON."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The values of an `UnreadableRoster`."""

    refused: UnreadableReason
    columns: tuple[Column, ...] = ()


def question(data: bytes, filename: str) -> bytes:
    """The input message for `main`: the file name, a zero byte as terminator, the file's bytes."""
    return filename.replace("\0", "").encode(errors="replace") + b"\0" + data


def main(message: bytes) -> bytes:
    """The output message, JSON: {"roster": …}, or {"refused": reason, "columns": […]}."""
    name, _, data = message.partition(b"\0")
    try:
        roster = read_roster(data, filename=name.decode())
        answer = _json_bytes({"roster": json_values.write(roster)})
    except UnreadableRoster as refused:
        return _refused(Refusal(refused.reason, refused.columns))
    except (MemoryError, RecursionError):
        return _refused(Refusal(UnreadableReason.TOO_HARD))
    if len(answer) > MAX_ANSWER_BYTES:
        return _refused(Refusal(UnreadableReason.TOO_LARGE))
    return answer


def _refused(refusal: Refusal) -> bytes:
    return _json_bytes(json_values.write(refusal))


def _json_bytes(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode(errors="surrogatepass")


def read_answer(answer: bytes) -> Roster:
    """The roster of an output message; raises the `UnreadableRoster` that it tells.

    The child has read a file that is not our own: raises `ValueError` for any other message.
    """
    values = json.loads(answer)
    match values:
        case {"refused": _}:
            refusal = json_values.read(values, Refusal)
            raise UnreadableRoster(refusal.refused, refusal.columns)
        case {"roster": roster, **others} if not others:
            return json_values.read(roster, Roster)
    raise json_values.Unreadable("neither a roster nor a refusal")
