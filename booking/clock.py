"""The only access to the wall clock: below views, commands and jobs `now` is a parameter."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current time as an aware datetime in UTC."""
    return datetime.now(UTC)
