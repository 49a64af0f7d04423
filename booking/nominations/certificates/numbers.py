"""Numbers of certificates, without gaps in each year."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from booking.nominations.engine.terms import certificate_number

_INCREMENT = text(
    "INSERT INTO certificate_counter (year, last) VALUES (:year, 1) "
    "ON CONFLICT (year) DO UPDATE SET last = certificate_counter.last + 1 RETURNING last"
)


def next_number(session: Session, year: int) -> str:
    """The next number of a year; the row stays locked until the transaction ends."""
    last = session.scalar(_INCREMENT, {"year": year})
    assert last is not None
    return certificate_number(year, last)
