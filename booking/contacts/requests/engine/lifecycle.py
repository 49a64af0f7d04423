"""The table of transitions of requests for a contact. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.errors import Conflict, Forbidden, Invalid
from booking.sentences import N_
from booking.text import is_blank

LONGEST_REASON = 500
ANSWER_WITHIN = timedelta(days=14)
"""Until when a request can be answered."""


class ContactRequestState(enum.StrEnum):
    """The states of a request for a contact."""

    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"
    RELAYED = "relayed"
    """Answered by a message instead of a contact."""
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    """Nobody answered in time, or the period of the grant is over."""
    REVOKED = "revoked"


class ContactCommand(enum.StrEnum):
    """The commands that cause a transition."""

    ASK = "ask"
    GRANT = "grant"
    DECLINE = "decline"
    RELAY = "relay"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    EXPIRE = "expire"


class ContactParty(enum.StrEnum):
    """On which side of a request somebody stands."""

    ASKER = "asker"
    """A contact of the branch that asks."""
    PERSON = "person"
    """Whose contact it is."""
    COORDINATOR = "coordinator"
    """A coordinator of the person's region, or an administrator."""
    SYSTEM = "system"
    """The passing of time."""


@dataclass(frozen=True, slots=True)
class ContactTransition:
    """One row of the table; `told`: whether an event is recorded, which becomes mail."""

    source: ContactRequestState
    command: ContactCommand
    target: ContactRequestState
    who: frozenset[ContactParty]
    needs_reason: bool = False
    told: bool = True


class ContactRequestMovedOn(Conflict):
    """The request has left the state that the page showed."""

    sentence = N_(
        "This request has changed in the meantime, or its time is over. Look at its state, then "
        "decide again."
    )


_S, _C = ContactRequestState, ContactCommand
_Row = ContactTransition
ANSWERERS = frozenset({ContactParty.PERSON, ContactParty.COORDINATOR})
_ASKER, _SYSTEM = frozenset({ContactParty.ASKER}), frozenset({ContactParty.SYSTEM})

OPEN = (_S.ASKED, _S.GRANTED)

CONTACT_TRANSITIONS: tuple[ContactTransition, ...] = (
    _Row(_S.ASKED, _C.GRANT, _S.GRANTED, ANSWERERS),
    _Row(_S.ASKED, _C.DECLINE, _S.DECLINED, ANSWERERS, needs_reason=True),
    _Row(_S.ASKED, _C.RELAY, _S.RELAYED, ANSWERERS, told=False),
    _Row(_S.ASKED, _C.WITHDRAW, _S.WITHDRAWN, _ASKER, told=False),
    _Row(_S.ASKED, _C.EXPIRE, _S.EXPIRED, _SYSTEM),
    _Row(_S.GRANTED, _C.REVOKE, _S.REVOKED, ANSWERERS),
    _Row(_S.GRANTED, _C.EXPIRE, _S.EXPIRED, _SYSTEM),
)
"""A relayed message has an event of its own."""

_TABLE = {(row.source, row.command): row for row in CONTACT_TRANSITIONS}


def state_at(
    state: ContactRequestState, expires_at: datetime, now: datetime
) -> ContactRequestState:
    """The state that counts at `now`: what is over is expired, whether or not a job noted it."""
    return _S.EXPIRED if state in OPEN and now >= expires_at else state


def possible_commands(
    state: ContactRequestState, parties: frozenset[ContactParty]
) -> frozenset[ContactCommand]:
    """The commands that somebody in these capacities can give in a state."""
    return frozenset(
        row.command for row in CONTACT_TRANSITIONS if row.source is state and row.who & parties
    )


def take_transition(
    state: ContactRequestState, command: ContactCommand, party: ContactParty, reason: str
) -> ContactTransition:
    """The permitted transition for a command in a state.

    Raises `ContactRequestMovedOn` (409) when the state has no such command, `Forbidden` (403) when
    it is not this party's, and `Invalid` (422) for a reason that is missing or too long.
    """
    row = _TABLE.get((state, command))
    if row is None:
        raise ContactRequestMovedOn()
    if party not in row.who:
        raise Forbidden()
    check_reason(reason, needed=row.needs_reason)
    return row


def check_reason(reason: str, *, needed: bool = True) -> None:
    """Raise `Invalid` (422) for a reason that is missing or too long."""
    if needed and is_blank(reason):
        raise Invalid(N_("Say why: the other side reads it."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            N_("This is too long: at most %(max)s characters.", max=LONGEST_REASON),
            field="reason",
        )
