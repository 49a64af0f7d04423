"""Query parameter fields: each rejects exactly what its OpenAPI description excludes.

The messages are those of the pages. These fields only validate: afterwards the functions of the
pages parse the raw query string.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from flask import request
from flask_babel import lazy_gettext as _
from marshmallow import ValidationError, fields, validate

from booking.accounts.service import unknown_region
from booking.directory.engine.url_parameters import (
    DAY,
    LONGEST_CODE,
    LONGEST_WORDS,
    MOST_DIGITS,
    NO_FIELD,
    WORDS_TOO_LONG,
    read_day,
)
from booking.errors import Invalid

MOST = 10**MOST_DIGITS - 1
"""The largest id accepted in a URL."""

CODE = f"^[!-~]{{1,{LONGEST_CODE}}}$"

REGION = "^[0-9]{2,12}$"

PART = "^(|morning|afternoon|evening|([01][0-9]|2[0-3]):[0-5][0-9])$"

NO_NUMBER = _("This is not a whole number, or out of range.")


class Whole(fields.Integer):
    """An integer in ASCII digits, from `least` to `most`."""

    def __init__(
        self, least: int, most: int, sentence: Any = NO_NUMBER, *, description: str
    ) -> None:
        self.sentence = sentence
        super().__init__(
            validate=validate.Range(least, most, error=sentence),
            metadata={"description": description},
        )

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> Any:
        # `int` also accepts spaces, underscores and digits of other scripts.
        if not re.fullmatch("-?[0-9]{1,12}", str(value)):
            raise ValidationError([self.sentence])
        return super()._deserialize(value, *rest, **more)


class Day(fields.String):
    """A day as 2026-12-02 (RFC 3339, full-date)."""

    def __init__(self, *, data_key: str, description: str) -> None:
        super().__init__(
            data_key=data_key,
            validate=_is_day,
            metadata={"description": description, "format": "date", "pattern": DAY},
        )


class DayOrNone(fields.String):
    """A day, or an empty string."""

    def __init__(self) -> None:
        alternatives = [{"enum": [""]}, {"format": "date", "pattern": DAY}]
        super().__init__(
            validate=lambda value: not value or _is_day(value), metadata={"anyOf": alternatives}
        )


def _is_day(value: str) -> bool:
    try:
        read_day(value, "")
    except Invalid as error:
        raise ValidationError([error.sentence]) from None
    return True


class Words(fields.String):
    """Words to search for; their length is that of the parameter as it was sent."""

    def __init__(self) -> None:
        super().__init__(
            validate=validate.Length(max=LONGEST_WORDS, error=WORDS_TOO_LONG),
            metadata={"description": "Words; letters also match pinyin."},
        )

    def _deserialize(self, value: Any, attr: Any, *rest: Any, **more: Any) -> Any:
        # Control characters are removed from values, but count in the description's maxLength.
        query = parse_qsl(request.query_string.decode("utf-8", "replace"), errors="replace")
        if any(name == attr and len(sent) > LONGEST_WORDS for name, sent in query):
            raise ValidationError([WORDS_TOO_LONG])
        return super()._deserialize(value, attr, *rest, **more)


def code(description: str) -> fields.String:
    """The code of a field."""
    return fields.String(
        validate=validate.Regexp(CODE, error=NO_FIELD),
        metadata={"description": description},
    )


def region_code(description: str) -> fields.String:
    """The code of a region."""
    return fields.String(
        validate=validate.Regexp(REGION, error=unknown_region().sentence),
        metadata={"description": description},
    )
