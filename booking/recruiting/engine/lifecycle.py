"""The transition table of a recruiting case: one field in one region. Pure."""

from __future__ import annotations

import enum

from booking.errors import Conflict, Invalid
from booking.sentences import N_
from booking.text import is_blank

LONGEST_REASON = 200


class RecruitingState(enum.StrEnum):
    """The states of a case."""

    OPEN = "open"
    ASKED = "asked"
    """Somebody was asked to widen the area."""
    NOMINATED = "nominated"
    """A nomination was begun."""
    CLOSED = "closed"


class RecruitingCommand(enum.StrEnum):
    """What a coordinator does."""

    OPEN = "open"
    """Also opens a closed case again."""
    ASK = "ask"
    NOMINATE = "nominate"
    CLOSE = "close"


class CaseMovedOn(Conflict):
    """The case is no longer in the state that the page showed."""

    message = N_("This has changed in the meantime. Look at it again.")


UNDER_WAY = (RecruitingState.OPEN, RecruitingState.ASKED, RecruitingState.NOMINATED)

_TARGETS = {
    RecruitingCommand.ASK: RecruitingState.ASKED,
    RecruitingCommand.NOMINATE: RecruitingState.NOMINATED,
    RecruitingCommand.CLOSE: RecruitingState.CLOSED,
}


def target(state: RecruitingState, command: RecruitingCommand, reason: str) -> RecruitingState:
    """The state after a command.

    Who is asked after a nomination was begun leaves the case nominated. Raises `CaseMovedOn`
    (409), and `Invalid` (422) for a missing or long reason of closing.
    """
    if command is RecruitingCommand.OPEN:
        if state is not RecruitingState.CLOSED:
            raise CaseMovedOn()
        return RecruitingState.OPEN
    if state is RecruitingState.CLOSED:
        raise CaseMovedOn()
    if command is RecruitingCommand.CLOSE:
        check_reason(reason)
    if command is RecruitingCommand.ASK and state is RecruitingState.NOMINATED:
        return state
    return _TARGETS[command]


def check_reason(reason: str) -> None:
    """Raise `Invalid` (422) for a reason that is missing or too long."""
    if is_blank(reason):
        raise Invalid(N_("Say why it is closed."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            N_("This is too long: at most %(max)s characters.", max=LONGEST_REASON), field="reason"
        )
