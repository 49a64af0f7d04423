"""Terms of appointment in a cell: 2026-09-01 至 2028-08-31, one on each line."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from booking.register.engine.cells import BadCell
from booking.register.engine.roster import ProblemCode, TermDays

_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_BETWEEN = frozenset({"至", "到", "-", "--", "~", "–", "—", "——", "to"})


def read_term(text: str) -> TermDays:
    """The term of one line; raises `BadCell`."""
    compact = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    days = list(_DAY.finditer(compact))
    if len(days) != 2 or _DAY.sub("", compact) not in _BETWEEN:
        raise BadCell(ProblemCode.BAD_TERM)
    try:
        first, last = (date(int(day[1]), int(day[2]), int(day[3])) for day in days)
    except ValueError:
        raise BadCell(ProblemCode.BAD_TERM) from None
    if last < first:
        raise BadCell(ProblemCode.BAD_TERM)
    return TermDays(first, last)


def written_term(term: TermDays) -> str:
    """A term as an export writes it."""
    return f"{term.first.isoformat()} 至 {term.last.isoformat()}"
