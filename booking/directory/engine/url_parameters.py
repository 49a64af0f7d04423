"""Readers of the URL parameters of searches, match queries and slots, one for each. Pure.

A reader takes the parameters and returns the value, or nothing where the parameter is empty. It
raises `Invalid` with the sentence and the name of the parameter. What follows is the page's choice:
an `ErrorCollector` refuses all wrong values together; `ignored` goes on without the value, for
pages whose results do not mislead then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from booking.errors import Invalid, Text
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import (
    LENGTH_OUT_OF_RANGE,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Audience,
    Format,
    Listed,
)
from booking.sentences import N_

LONGEST_WORDS = 100
LONGEST_CODE = 40
LAST_PAGE = 99_999
MOST_DIGITS = 9
"""Of an id: all of these fit into a column."""

DAY = "^[1-8][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
"""Pattern of a full-date (RFC 3339), years 1000 to 8999: the range of date arithmetic."""

NO_AUDIENCE: Text = N_("There is no such audience. Choose one from the list.")
NO_DAY: Text = N_("This is not a day. Write it as 2026-12-02.")
NO_FIELD: Text = N_("There is no such field. Choose one from the list.")
NO_FORMAT: Text = N_("There is no such format. Choose one from the list.")
NO_TOPIC: Text = N_("This topic is no longer offered. Choose another.")
WORDS_TOO_LONG: Text = N_(
    "This is too long to search for: at most %(max)s characters.", max=LONGEST_WORDS
)

Parameters = Mapping[str, str]
T = TypeVar("T")


def ignored(read: Callable[[Parameters], T], parameters: Parameters) -> T | None:
    """What a reader returns; None if the value is invalid."""
    try:
        return read(parameters)
    except Invalid:
        return None


def read_words(parameters: Parameters) -> str:
    """The words to search for; empty if all of it is separators or invisible."""
    words = parameters.get("q", "").strip()
    if len(words) > LONGEST_WORDS:
        raise Invalid(WORDS_TOO_LONG, field="q")
    return words if names.words(words) else ""


def read_field_code(parameters: Parameters) -> str:
    """What may be the code of a field, or an empty string; the database knows the codes."""
    return parameters.get("field", "")[:LONGEST_CODE]


def read_region_code(parameters: Parameters) -> str:
    """What may be the code of a region, or an empty string; the database knows the codes."""
    return parameters.get("region", "")[:LONGEST_CODE]


def read_audience(parameters: Parameters) -> Audience | None:
    """The audience, or None."""
    return _member(Audience, parameters, "audience", NO_AUDIENCE)


def read_format(parameters: Parameters) -> Format | None:
    """The format, or None."""
    return _member(Format, parameters, "format", NO_FORMAT)


def read_minutes(parameters: Parameters) -> int | None:
    """A lecture's length in minutes, or None."""
    value = parameters.get("minutes", "").strip()
    if not value:
        return None
    minutes = _number(value)
    if minutes is None or not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise Invalid(LENGTH_OUT_OF_RANGE, field="minutes")
    return minutes


def read_topic_id(parameters: Parameters) -> int | None:
    """What may be the id of a topic, or None."""
    value = parameters.get("topic", "")
    topic_id = _number(value)
    if value and topic_id is None:
        raise Invalid(NO_TOPIC, field="topic")
    return topic_id


def read_page(parameters: Parameters) -> int:
    """The number of a page of a list; 1 for the first, and for what is no number."""
    return max(1, min(_number(parameters.get("page", "")) or 1, LAST_PAGE))


def read_day(value: str, name: str) -> date:
    """The day that a value says; `name` is the parameter or the form field."""
    try:
        if re.fullmatch(DAY, value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Invalid(NO_DAY, field=name)


def _number(value: str) -> int | None:
    # `int` also accepts spaces, underscores and digits of other scripts.
    return int(value) if re.fullmatch(f"[0-9]{{1,{MOST_DIGITS}}}", value) else None


def _member(kind: type[Listed], parameters: Parameters, name: str, refusal: Text) -> Listed | None:
    value = parameters.get(name, "")
    if value and value not in set(kind):
        raise Invalid(refusal, field=name)
    return kind(value) if value else None
