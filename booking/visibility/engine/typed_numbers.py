"""Identity and telephone numbers that somebody types into a text for others to read. Pure."""

from __future__ import annotations

import enum
import re
import unicodedata
from datetime import date

_GAP = r"[\s\u2010-\u2015\-_.·()]{0,3}"
_IDENTITY = re.compile(
    rf"(?<![0-9A-Za-z])([1-9]\d{{5}}){_GAP}((?:18|19|20)\d\d){_GAP}(\d\d){_GAP}(\d\d){_GAP}"
    rf"(\d{{3}}){_GAP}([\dXx])(?![0-9A-Za-z])"
)
"""Region (GB/T 2260), date of birth, sequence, check digit (GB 11643)."""
_CODE = rf"(?:\+|00)86{_GAP}"
_MOBILE = rf"(?:{_CODE}|86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"
_AREA = r"(?:10|2\d|[3-9]\d{2})"
_LANDLINE = rf"(?:{_CODE}0?|\(?0){_AREA}{_GAP}[2-8]\d{{2,3}}{_GAP}\d{{4}}"
_PHONE = re.compile(rf"(?<![0-9A-Za-z])(?:{_MOBILE}|{_LANDLINE})(?![0-9A-Za-z])")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class TypedNumber(enum.StrEnum):
    """What kind of number stands in a text, the worse one last."""

    PHONE = "phone"
    """A mobile or landline number, or what looks like a mistyped identity number."""
    IDENTITY = "identity"
    """An identity number whose check digit is right."""


def number_in(text: str) -> TypedNumber | None:
    """The worst kind of number in a text; None if there is none.

    >>> number_in("电话：138 0013 8000").value
    'phone'
    >>> number_in("2026-12-01, YK-2026-000123") is None
    True
    """
    plain = unicodedata.normalize("NFKC", text)
    identities = [match.groups() for match in _IDENTITY.finditer(plain)]
    if any(is_identity("".join(parts)) for parts in identities):
        return TypedNumber.IDENTITY
    dated = any(_is_day(*parts[1:4]) for parts in identities)
    return TypedNumber.PHONE if dated or _PHONE.search(plain) else None


def check_digit(digits: str) -> str:
    """The check digit of the first 17 digits (GB 11643, ISO 7064 MOD 11-2).

    >>> check_digit("11010519491231002")
    'X'
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return _CHECKS[total % 11]


def is_identity(number: str) -> bool:
    """Whether 18 characters are an identity number: a day that exists, and the check digit."""
    return _is_day(number[6:10], number[10:12], number[12:14]) and (
        check_digit(number[:17]) == number[17].upper()
    )


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
