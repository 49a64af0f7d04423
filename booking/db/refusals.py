"""What the refusals of the database mean: violated constraints have names, each an error here."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError, OperationalError

from booking.errors import Conflict, DomainError

_refusals: dict[str, Callable[[], DomainError]] = {}


def refuse(constraint: str, error: Callable[[], DomainError]) -> None:
    """Name the domain error that a violated constraint (or trigger) means."""
    _refusals[constraint] = error


def _violated(error: IntegrityError) -> str:
    """The violated constraint's name, or on SQLite the text that contains it."""
    diagnostics = getattr(error.orig, "diag", None)
    name = getattr(diagnostics, "constraint_name", None)
    return name if isinstance(name, str) else str(error.orig)


def domain_error(error: IntegrityError) -> DomainError | None:
    """What an integrity error means in words of the domain, or None if it is a bug."""
    told = _violated(error)
    for name, make in _refusals.items():
        if name in told:
            return make()
    return Conflict() if "UNIQUE" in told or told.startswith("uq_") else None


def unreachable(error: OperationalError) -> str | None:
    """One sentence for an operator where no connection can be made at all, else None."""
    if error.statement is not None:
        return None
    why = str(error.orig).strip().splitlines()[0]
    return f"The database cannot be opened: look at DATABASE_URL. It says: {why}"
