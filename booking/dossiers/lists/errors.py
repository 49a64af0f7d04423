"""Refusals of lists to file."""

from __future__ import annotations

from booking.errors import DomainError
from booking.sentences import N_


class TooManyRows(DomainError):
    """Raised for a list with more lectures than one file holds."""

    status = 422

    def __init__(self, rows: int, most: int) -> None:
        super().__init__(
            N_(
                "This list has %(rows)s lectures, and one file of this kind holds %(most)s at "
                "most. Choose a shorter period, and file one after the other.",
                rows=rows,
                most=most,
            )
        )
