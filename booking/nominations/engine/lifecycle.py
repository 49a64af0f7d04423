"""The transition table of a nomination: state x command -> next state, who, event. Pure.

The service, the buttons on the pages and the tests all use it. A nomination waits for review, was
returned with remarks, or has a trial lecture ahead of it or behind it; then the person is in the
register, or it is over.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from booking.errors import Conflict, Forbidden, Invalid
from booking.sentences import N_
from booking.text import is_blank

LONGEST_REASON = 500


class NominationState(enum.StrEnum):
    """The states of a nomination."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    """Its nominator is to correct it."""
    TRIAL = "trial"
    """A trial lecture is arranged (试讲)."""
    TRIED = "tried"
    """The trial lecture is over, its result is noted."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class NominationCommand(enum.StrEnum):
    """The commands that cause a transition."""

    SUBMIT = "submit"
    CORRECT = "correct"
    RETURN = "return"
    ARRANGE = "arrange"
    """Arrange a trial lecture, or another time for it."""
    NOTE = "note"
    """Note how the trial lecture went."""
    ACCEPT = "accept"
    REJECT = "reject"
    WITHDRAW = "withdraw"


class NominationParty(enum.StrEnum):
    """On which side of a nomination somebody stands."""

    NOMINATOR = "nominator"
    REVIEWER = "reviewer"
    """A coordinator of the person's region, or an administrator."""


class NominationMail(enum.StrEnum):
    """What somebody is told of, by the names under which the events are stored."""

    SUBMITTED = "nomination.submitted"
    RETURNED = "nomination.returned"
    TRIAL = "nomination.trial"
    ACCEPTED = "nomination.accepted"
    REJECTED = "nomination.rejected"


@dataclass(frozen=True, slots=True)
class NominationTransition:
    """One row of the transition table; without a mail nobody is told."""

    source: NominationState
    command: NominationCommand
    target: NominationState
    who: NominationParty
    mail: NominationMail | None = None
    needs_reason: bool = False


class NominationMovedOn(Conflict):
    """The nomination has left the state that the page showed."""

    sentence = N_(
        "This nomination has changed in the meantime. Look at its state, then decide again."
    )


class RemarksMissing(Invalid):
    """A command that needs remarks was given without any."""

    def __init__(self) -> None:
        super().__init__(N_("Say why: the nominator reads it."), field="reason")


_S, _C, _M = NominationState, NominationCommand, NominationMail
_NOMINATOR, _REVIEWER = NominationParty.NOMINATOR, NominationParty.REVIEWER
_Row = NominationTransition

DECIDABLE = (_S.SUBMITTED, _S.TRIAL, _S.TRIED)
"""The states in which it is the reviewer's turn."""

OPEN = (*DECIDABLE, _S.RETURNED)
OVER = (_S.ACCEPTED, _S.REJECTED, _S.WITHDRAWN)

NOMINATION_TRANSITIONS: tuple[NominationTransition, ...] = (
    _Row(_S.RETURNED, _C.CORRECT, _S.SUBMITTED, _NOMINATOR, _M.SUBMITTED),
    *(_Row(state, _C.WITHDRAW, _S.WITHDRAWN, _NOMINATOR) for state in OPEN),
    _Row(_S.SUBMITTED, _C.ARRANGE, _S.TRIAL, _REVIEWER, _M.TRIAL),
    _Row(_S.TRIAL, _C.ARRANGE, _S.TRIAL, _REVIEWER, _M.TRIAL),
    _Row(_S.TRIAL, _C.NOTE, _S.TRIED, _REVIEWER),
    _Row(_S.SUBMITTED, _C.ACCEPT, _S.ACCEPTED, _REVIEWER, _M.ACCEPTED),
    _Row(_S.TRIED, _C.ACCEPT, _S.ACCEPTED, _REVIEWER, _M.ACCEPTED),
    *(
        _Row(state, _C.RETURN, _S.RETURNED, _REVIEWER, _M.RETURNED, needs_reason=True)
        for state in DECIDABLE
    ),
    *(
        _Row(state, _C.REJECT, _S.REJECTED, _REVIEWER, _M.REJECTED, needs_reason=True)
        for state in OPEN
    ),
)

_TABLE = {(row.source, row.command): row for row in NOMINATION_TRANSITIONS}


def possible_commands(
    state: NominationState, party: NominationParty
) -> frozenset[NominationCommand]:
    """The commands that this party can give in a state."""
    return frozenset(
        row.command for row in NOMINATION_TRANSITIONS if row.source is state and row.who is party
    )


def take_transition(
    state: NominationState, command: NominationCommand, party: NominationParty, reason: str
) -> NominationTransition:
    """The permitted transition for a command in a state.

    Raises `NominationMovedOn` (409) when the state has no such command, `Forbidden` (403) when it
    is not this party's, `RemarksMissing` (422), and `Invalid` (422) for remarks that are too long.
    """
    row = _TABLE.get((state, command))
    if row is None:
        raise NominationMovedOn()
    if row.who is not party:
        raise Forbidden()
    if row.needs_reason and is_blank(reason):
        raise RemarksMissing()
    if len(reason) > LONGEST_REASON:
        raise Invalid(REASON_TOO_LONG, field="reason")
    return row


REASON_TOO_LONG = N_("This is too long: at most %(max)s characters.", max=LONGEST_REASON)
