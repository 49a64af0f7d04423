"""Maps violated constraints, by name, to domain errors."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError, OperationalError

from booking.errors import Conflict, DomainError

_refusals: dict[str, Callable[[], DomainError]] = {}


def refuse(constraint: str, error: Callable[[], DomainError]) -> None:
    """Register the domain error to raise when a constraint (or trigger) is violated."""
    _refusals[constraint] = error


def _violated(error: IntegrityError) -> str:
    """The name of the violated constraint, or on SQLite the message that contains it."""
    diagnostics = getattr(error.orig, "diag", None)
    name = getattr(diagnostics, "constraint_name", None)
    return name if isinstance(name, str) else str(error.orig)


def domain_error(error: IntegrityError) -> DomainError | None:
    """The domain error registered for an integrity error, or None if it is a defect.

    An unregistered unique constraint becomes `Conflict`.
    """
    violated = _violated(error)
    for name, make in _refusals.items():
        if name in violated:
            return make()
    return Conflict() if "UNIQUE" in violated or violated.startswith("uq_") else None


DEADLOCK = "40P01"
"""PostgreSQL's SQLSTATE of the transaction that it ended so that another could go on."""


def deadlocked(error: OperationalError) -> Conflict | None:
    """`Conflict` if the transaction was ended because of a deadlock: to repeat it succeeds."""
    return Conflict() if getattr(error.orig, "sqlstate", None) == DEADLOCK else None


def unreachable(error: OperationalError) -> str | None:
    """A sentence for the operator if no connection can be made, else None."""
    if error.statement is not None:
        return None
    why = str(error.orig).strip().splitlines()[0]
    return f"The database cannot be opened: look at DATABASE_URL. It says: {why}"
