"""What state machines of lectures and orders have in common: a context, a clean end, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.calendars.models import FeedRevision, RenderedEvent
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.lectures.expiry import rounds
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.models import HistoryEntry, Hold, Lecture, LectureCounter
from booking.lectures.proposals.models import Proposal, ProposalOption
from booking.orders.models import Order
from booking.outbox.models import OutboxEvent
from tests.extent import examples
from tests.factories import NOW, Cast
from tests.lectures.histories import let_go
from tests.orders.ordering import ORDER_TABLES

WRITTEN = (
    *ORDER_TABLES,
    RenderedEvent,
    FeedRevision,
    Hold,
    ProposalOption,
    Proposal,
    HistoryEntry,
    Lecture,
    LectureCounter,
    OutboxEvent,
)
"""What a run writes, in the order in which it can be deleted."""


class Machine(RuleBasedStateMachine):
    """Acts on the services at `now`; the next run begins without lectures and orders."""

    def __init__(self, app: Flask, people: Cast) -> None:
        super().__init__()
        self.people, self.now = people, NOW
        self.context = app.app_context()
        self.context.push()

    def teardown(self) -> None:
        """Delete what was written."""
        with unit_of_work() as session:
            let_go(session)
            session.execute(Order.__table__.update().values(merged_into_id=None))  # type: ignore[attr-defined]
            for model in WRITTEN:
                session.execute(delete(model))
        db.session.remove()
        self.context.pop()

    def attempt(self, act: Callable[[Session], object]) -> DomainError | None:
        """Do something in a transaction of its own; returns what refuses it."""
        try:
            with unit_of_work() as session:
                act(session)
        except DomainError as error:
            return error
        return None

    def pass_time(self) -> None:
        """A round of time, confirmed by an administrator where it is held."""
        pass_time(self.now)
        with unit_of_work() as session:
            held = rounds.confirm(session)
        if held is not None:
            pass_time(self.now)


def run(machine: Callable[[], Any], *, runs: int, steps: int) -> None:
    """Run a machine many times."""
    run_state_machine_as_test(
        machine,  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples(runs),
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
