"""The code of a new field, which stands in addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import count

LONGEST = 30
_OTHERS = re.compile(r"[^a-z0-9]+")


def code_for(name_en: str, taken: Container[str]) -> str:
    """A code from the English name, or `field`; with a number if it is taken."""
    code = _OTHERS.sub("-", name_en.casefold()).strip("-")[:LONGEST].strip("-") or "field"
    if code not in taken:
        return code
    return next(f"{code}-{number}" for number in count(2) if f"{code}-{number}" not in taken)
