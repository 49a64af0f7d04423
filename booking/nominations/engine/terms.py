"""Terms of appointment: their days, which end soon, numbers of certificates. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from booking.errors import Invalid
from booking.sentences import N_

YEARS = (1, 2, 3, 5)
"""Lengths of a term that pages offer."""

USUAL_YEARS = 2

RENEWAL_DAYS = 90
"""How many days before its end a term is in the queue of renewals."""

OVERDUE_DAYS = 30
"""How many days after its end a term stays in the queue, so that none is forgotten."""

DAY = timedelta(days=1)


def last_day(first: date, years: int) -> date:
    """The last day of a term of some years, inclusive: from 1 March 2027 to 28 February 2028.

    Raises `Invalid` for a length that is not offered.
    """
    if years not in YEARS:
        raise Invalid(N_("Choose how many years the term lasts."), field="years")
    try:
        after = first.replace(year=first.year + years)
    except ValueError:  # 29 February
        after = date(first.year + years, 3, 1)
    return after - DAY


def years_of(first: date, last: date) -> int:
    """The offered length that is nearest to that of a term."""
    days = (last - first).days + 1
    return min(YEARS, key=lambda years: (abs(days - years * 365.25), years))


def certificate_number(year: int, count: int) -> str:
    """The number of a certificate, such as PS-2026-0012 (聘书)."""
    return f"PS-{year}-{count:04d}"


def certificate_year(number: str) -> int | None:
    """The year in a number of this form; None for numbers that somebody typed."""
    parts = number.split("-")
    if len(parts) == 3 and parts[0] == "PS" and parts[1].isdecimal() and parts[2].isdecimal():
        return int(parts[1][:4])
    return None
