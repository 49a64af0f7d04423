"""States of a season plan and of its rows. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from booking.errors import Conflict, Invalid
from booking.sentences import N_


class SeasonPlanState(enum.StrEnum):
    """How far a plan has come."""

    WAITING = "waiting"
    """Stored; the worker has not begun."""
    COMPUTING = "computing"
    READY = "ready"
    FAILED = "failed"


class PlanFailure(enum.StrEnum):
    """Why there is no plan."""

    STOPPED = "stopped"
    """Stopped before there was a first plan."""
    ENDED = "ended"
    """The child process ended without a plan: memory, or an error."""
    LOST = "lost"
    """The worker has not updated it for a while."""


class PlanRowState(enum.StrEnum):
    """What becomes of one order of a plan."""

    UNMET = "unmet"
    """Without an assignment; while the plan is computed all begin so."""
    PROPOSED = "proposed"
    PINNED = "pinned"
    """Proposed, and kept if the plan is computed again."""
    EXCLUDED = "excluded"
    """Left out, also if the plan is computed again."""
    ANEW = "anew"
    """Its instructor or day is not wanted: it gets another if the plan is computed again."""
    ACCEPTED = "accepted"
    """Dispatched by the ordinary service."""
    REFUSED = "refused"
    """Could not be dispatched; its sentence is kept."""


ACCEPTABLE = frozenset({PlanRowState.PROPOSED, PlanRowState.PINNED})
"""Rows that can be accepted."""

UNDECIDED = frozenset(PlanRowState) - {PlanRowState.ACCEPTED}
"""Rows whose orders go along if the plan is computed again."""


class RowCommand(enum.StrEnum):
    """What a coordinator does with a row, beside accepting it."""

    PIN = "pin"
    UNPIN = "unpin"
    EXCLUDE = "exclude"
    INCLUDE = "include"
    NOT_INSTRUCTOR = "not_instructor"
    """Somebody else for this order."""
    NOT_DAY = "not_day"
    """The instructor teaches nobody of this plan on that day."""


TRANSITIONS: dict[tuple[PlanRowState, RowCommand], PlanRowState] = {
    (PlanRowState.PROPOSED, RowCommand.PIN): PlanRowState.PINNED,
    (PlanRowState.PINNED, RowCommand.UNPIN): PlanRowState.PROPOSED,
    **{
        (state, RowCommand.EXCLUDE): PlanRowState.EXCLUDED
        for state in UNDECIDED - {PlanRowState.EXCLUDED}
    },
    **{
        (state, command): PlanRowState.ANEW
        for state in ACCEPTABLE
        for command in (RowCommand.NOT_INSTRUCTOR, RowCommand.NOT_DAY)
    },
    (PlanRowState.EXCLUDED, RowCommand.INCLUDE): PlanRowState.UNMET,
    (PlanRowState.ANEW, RowCommand.INCLUDE): PlanRowState.PROPOSED,
}
"""`INCLUDE` leads to `PROPOSED` where the row has an assignment."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An instructor whom the coordinator leaves out: for one order, or on one day for all."""

    instructor_id: int
    order_id: int | None = None
    day: date | None = None

    def concerns(self, order_id: int, instructor_id: int | None, day: date | None) -> bool:
        """Whether it forbids an assignment of an order."""
        return (
            self.instructor_id == instructor_id
            and self.order_id in (None, order_id)
            and self.day in (None, day)
        )


class NoOrders(Invalid):
    """No order was chosen, or none that can be planned."""

    def __init__(self) -> None:
        super().__init__(N_("Choose at least one order to plan."), field="order")


class PlanMovedOn(Conflict):
    """The plan or its row has left the state that the page showed."""

    sentence = N_("This plan has changed in the meantime. Look at it again, then decide.")
