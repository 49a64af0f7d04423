"""One command for several lectures, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping

from booking import clock
from booking.db import unit_of_work
from booking.errors import DomainError, Invalid
from booking.lectures import service
from booking.lectures.engine import policy
from booking.lectures.engine.errors import ReasonMissing
from booking.lectures.engine.states import Command, Party
from booking.lectures.engine.transitions import TRANSITIONS
from booking.text import is_blank

COMMANDS = tuple(
    dict.fromkeys(row.command for row in TRANSITIONS if row.plain and row.who - {Party.SYSTEM})
)
"""The commands that need at most a reason, in the order of the transition table."""


def needs_reason(command: Command) -> bool:
    """Whether the transition table wants a reason for the command."""
    return any(row.needs_reason for row in TRANSITIONS if row.command is command)


def check_reason(command: Command, reason: str) -> None:
    """Raise `Invalid` for a reason that no lecture would accept, before any is changed."""
    if needs_reason(command) and is_blank(reason):
        raise ReasonMissing()
    if len(reason) > policy.LONGEST_REASON:
        raise Invalid(policy.REASON_TOO_LONG, field="reason")


def carry_out(
    command: Command,
    wanted: Mapping[str, frozenset[Party]],
    *,
    user_id: int | None,
    reason: str,
) -> dict[str, DomainError]:
    """Apply the command to lectures by number, for the parties that act; returns the refusals.

    A lecture without a refusal is changed, whatever becomes of the others.
    """
    refusals: dict[str, DomainError] = {}
    for number, parties in wanted.items():
        try:
            with unit_of_work() as session:
                service.apply_command(
                    session,
                    number=number,
                    command=command,
                    parties=parties,
                    user_id=user_id,
                    now=clock.now(),
                    reason=reason,
                )
        except DomainError as error:
            refusals[number] = error
    return refusals
