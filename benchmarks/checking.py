"""Assertions on responses: a wrong one aborts the run, as its latency is meaningless."""

from __future__ import annotations


class WrongAnswer(AssertionError):
    """A measured function or page returned a wrong result."""


def expect(true: bool, complaint: str) -> None:
    """Raise `WrongAnswer` with a message unless a condition is true."""
    if not true:
        raise WrongAnswer(complaint)
