"""Numbers, addresses and notes by which each planted text is known again wherever it appears.

A token of number 17 is a telephone number, a mail address, an identity number and a note at once:
each tells that the text of place 17 was shown. All are fictitious (no region has the code 990102).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from booking.contacts.engine.masks import masked
from booking.visibility.engine.typed_numbers import check_digit

MOST = 9999


def phone(number: int) -> str:
    """A mobile number of no network."""
    return f"1200735{number:04d}"


def mail(number: int) -> str:
    """A mail address."""
    return f"k@c{number:04d}.example.org"


def identity(number: int) -> str:
    """An identity number whose check digit is right."""
    digits = f"990102{1960 + number // 1000}0101{number % 1000:03d}"
    return digits + check_digit(digits)


def note(number: int) -> str:
    """A private note."""
    return f"隐{number:04d}私"


def everything(number: int) -> str:
    """All four in 55 characters."""
    return f"{note(number)}{phone(number)}/{mail(number)}/{identity(number)}"


class Sighting(NamedTuple):
    """That a token was seen."""

    number: int
    is_masked: bool


_AT = r"(?:@|%40|&#64;|&#x40;|\\u0040)"
_WHOLE = (
    re.compile(r"120[ -]?0735[ -]?(\d{4})"),
    re.compile(rf"k{_AT}c(\d{{4}})\.example\.org"),
    re.compile(r"(?:隐|\\u9690|%E9%9A%90|&#38544;)(\d{4})"),
)
_IDENTITY = re.compile(r"990102(19\d\d)0101(\d{3})[\dX]")
_MASKED = (
    re.compile(r"120(?:\*{4}|x{4})(\d{4})"),
    re.compile(rf"k(?:\*{{4}}|x{{4}}){_AT}c(\d{{4}})\.example\.org"),
)
_FOLDED = re.compile(r"\r?\n[ \t]")


def sightings(text: str) -> set[Sighting]:
    """The tokens in a text, also where lines are folded (RFC 5545, 3.1) or characters escaped."""
    found = set()
    for shown in {text, _FOLDED.sub("", text)}:
        for pattern in _WHOLE:
            found |= {Sighting(int(digits), False) for digits in pattern.findall(shown)}
        for year, last in _IDENTITY.findall(shown):
            found.add(Sighting((int(year) - 1960) * 1000 + int(last), False))
        for pattern in _MASKED:
            found |= {Sighting(int(digits), True) for digits in pattern.findall(shown)}
    return found


def hint(number: int) -> str:
    """The masked telephone number."""
    return masked(phone(number))
