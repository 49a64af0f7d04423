"""Parse and format hours as entered in forms: `8:30-12:00，14：00~17：30`. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from booking.availability.engine.errors import HoursOverlap, HoursUnclear, TimesReversed

Block = tuple[int, int]
"""Half-open interval in minutes of the local day; 1440 is midnight at its end."""

_CLOCK = r"(\d{1,2})(?:[:.点时](\d{2})?)?"
_BLOCK = re.compile(rf"{_CLOCK}\s*(?:-|~|–|—|―|至|到|to)\s*{_CLOCK}")
_SEPARATOR = re.compile(r"[,、;\n]+")


def read_blocks(text: str, field: str) -> list[Block]:
    """The blocks of one day in order; an empty text means closed.

    Full-width digits and punctuation, dots and 点 are accepted. Raises `HoursUnclear`,
    `TimesReversed` or `HoursOverlap`, each naming `field`.
    """
    plain = unicodedata.normalize("NFKC", text).replace("半", "30").strip()
    blocks = [_read_block(part.strip(), field) for part in _SEPARATOR.split(plain) if part.strip()]
    blocks.sort()
    for earlier, later in pairwise(blocks):
        if later[0] < earlier[1]:
            raise HoursOverlap(field)
    return blocks


def _read_block(text: str, field: str) -> Block:
    match = _BLOCK.fullmatch(text)
    if match is None:
        raise HoursUnclear(field)
    start_hour, start_minute, end_hour, end_minute = (int(group or 0) for group in match.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if max(start_minute, end_minute) > 59 or max(start, end) > 1440:
        raise HoursUnclear(field)
    if end <= start:
        raise TimesReversed(field)
    return start, end


def write_blocks(blocks: Sequence[Block]) -> str:
    """The blocks of one day in the format that `read_blocks` parses."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in blocks)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
