"""Masked values: enough for who knows the value to recognise it. Pure."""

from __future__ import annotations

HIDDEN = "****"


def masked(value: str) -> str:
    """`138****8000` of a number, `l****@example.org` of a mail address, by how it is written."""
    name, at, domain = value.partition("@")
    if at:
        return f"{name[:1]}{HIDDEN}@{domain}"[:40]
    digits = "".join(letter for letter in value if letter.isdigit())
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    if len(digits) < 9:
        return f"{HIDDEN}{digits[-2:]}"
    return f"{digits[:3]}{HIDDEN}{digits[-4:]}"
