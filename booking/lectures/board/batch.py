"""One command for several lectures, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from booking.db import unit_of_work
from booking.errors import DomainError, Invalid
from booking.lectures import service
from booking.lectures.engine import policy
from booking.lectures.engine.errors import ReasonMissing
from booking.lectures.engine.states import Command, Party
from booking.lectures.engine.transitions import TRANSITIONS
from booking.lectures.records import service as records
from booking.settings.engine.declarations import CREDIT_HOUR_MINUTES
from booking.settings.queries import in_force
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
    now: datetime,
) -> dict[str, DomainError]:
    """Apply the command to lectures by number, for the parties that act; returns the refusals.

    A lecture without a refusal is changed, whatever becomes of the others.
    """
    refusals: dict[str, DomainError] = {}
    for number, parties in wanted.items():
        try:
            give(command, number, parties, user_id=user_id, reason=reason, now=now)
        except DomainError as error:
            refusals[number] = error
    return refusals


def give(
    command: Command,
    number: str,
    parties: frozenset[Party],
    *,
    user_id: int | None,
    reason: str,
    now: datetime,
) -> None:
    """Apply one command in a transaction of its own.

    Who says that a lecture took place files its record as planned.
    """
    with unit_of_work() as session:
        if command is Command.DELIVER:
            records.file(
                session,
                number=number,
                held=None,
                filing=records.Filing(parties, user_id, now),
                minutes_per_hour=in_force(CREDIT_HOUR_MINUTES),
            )
            return
        service.apply_command(
            session,
            number=number,
            command=command,
            parties=parties,
            user_id=user_id,
            now=now,
            reason=reason,
        )
