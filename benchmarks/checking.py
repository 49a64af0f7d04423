"""Wrong answers end a run: their speed is worth nothing."""

from __future__ import annotations


class WrongAnswer(AssertionError):
    """A measured function or page does not answer what it must."""


def expect(true: bool, complaint: str) -> None:
    """Raise `WrongAnswer` unless something is as it must be."""
    if not true:
        raise WrongAnswer(complaint)
