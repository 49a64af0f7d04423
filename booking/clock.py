"""The only reader of the wall clock: everywhere below the edge, `now` is an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware and in UTC."""
    return datetime.now(UTC)
