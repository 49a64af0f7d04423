"""The short texts in which the database returns rows: their values, and the order of these. Pure.

`columns` writes the values of a text under these names, and `values` reads them by these names. All
values are texts; an empty one is NULL. Booleans are `TRUE` or `FALSE`, instants are seconds since
the epoch, days and enumerations are as they are stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

WEEK, RULES, TIMETABLE, OVERRIDE, TERM, SUSPENSION, EXTERNAL, DAY = range(8)
"""Kinds of rows. Of the first two an instructor has at most one row."""

Row = tuple[int, int, str]
"""Instructor id, kind of row, and the text."""

BLOCKS, VALUES, BLOCK_VALUES = ",", "/", ":"
"""Separators of the blocks of a week, of the values of a row, and of the values of a block."""

TRUE, FALSE = "1", "0"


class BlockText(NamedTuple):
    """A block of a week or timetable."""

    weekday: str
    start_minute: str
    end_minute: str


class TimetableText(NamedTuple):
    """A timetable with its blocks."""

    valid_from: str
    valid_to: str
    every_weeks: str
    week_of: str
    replaces: str
    blocks: str


class RulesText(NamedTuple):
    """The booking rules, holiday policy and caps of an instructor."""

    step_minutes: str
    notice_days: str
    horizon_days: str
    buffer_minutes: str
    shortest_minutes: str
    longest_minutes: str
    closed_on_holidays: str
    makeup: str
    makeup_weekday: str
    cap_day: str
    cap_week: str
    cap_month: str
    cap_year: str
    cap_branch_quarter: str


class OverrideText(NamedTuple):
    """An exception to the weekly hours."""

    first: str
    last: str
    kind: str
    start_minute: str
    end_minute: str


class SpanText(NamedTuple):
    """A term or a suspension."""

    first: str
    last: str


class BusyText(NamedTuple):
    """A busy or unknown time of an external calendar."""

    starts_at: str
    ends_at: str
    unknown: str


class CalendarDayText(NamedTuple):
    """A day off or a make-up workday."""

    day: str
    kind: str


RowText = TypeVar(
    "RowText", TimetableText, RulesText, OverrideText, SpanText, BusyText, CalendarDayText
)


def read(kind: type[RowText], text: str) -> RowText:
    """The values of a text; raises `TypeError` if it has more or fewer than `kind` names."""
    return kind._make(text.split(VALUES))


def read_blocks(text: str) -> Iterator[BlockText]:
    """The blocks of a week; none in an empty text."""
    for block in text.split(BLOCKS) if text else ():
        yield BlockText._make(block.split(BLOCK_VALUES))


def written(values: SpanText) -> str:
    """The text of these values."""
    return VALUES.join(values)
