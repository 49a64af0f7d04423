"""Two people who act on one proposal at once: one after the other, and one of them is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from booking.db import db, unit_of_work
from booking.lectures.engine.agreement import Approver, ProposalState
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.proposals.models import Proposal
from tests import factories
from tests.factories import Cast, at
from tests.proposals import proposing
from tests.races import at_once

NEW = at(8, 9)


def _cancel(app: Flask, number: str) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CANCEL, Party.BRANCH)


@pytest.mark.parametrize("other", ["retract", "refuse", "agree", "cancel"])
def test_of_two_answers_one_counts(app: Flask, people: Cast, other: str) -> None:
    number, chen = factories.confirmed(app, people), people.chen.id
    proposal = proposing.propose(app, number, [NEW])
    acts: dict[str, Callable[[], None]] = {
        "retract": lambda: proposing.retract(app, number, proposal, Party.BRANCH),
        "refuse": lambda: proposing.refuse(
            app, number, proposal, Approver.INSTRUCTOR, Party.COORDINATOR
        ),
        "agree": lambda: proposing.agree(
            app, number, proposal, Approver.INSTRUCTOR, Party.COORDINATOR
        ),
        "cancel": lambda: _cancel(app, number),
    }

    done = at_once(
        lambda: proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR),
        acts[other],
    )

    with app.app_context():
        lecture = proposing.found(number)
        state = db.session().get_one(Proposal, proposal).state
        start = lecture.starts_at
        assert lecture.state is (
            State.CANCELLED if done[1] and other == "cancel" else State.CONFIRMED
        )
    by_history, now = proposing.replayed(app, number)
    assert by_history == now
    if other == "cancel":
        assert done[1]  # Before the agreement or after it, a lecture can be cancelled.
        assert proposing.holds(app, number) == []
        assert state in (ProposalState.ACCEPTED, ProposalState.CLOSED)
        return
    assert sorted(done) == [False, True]
    assert proposing.holds(app, number) == [(chen, start, False)]
    moved = done[0] or other == "agree"
    assert (start == NEW, state is ProposalState.ACCEPTED) == (moved, moved)


def test_of_two_proposals_and_a_booking_for_one_time_one_holds_it(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    second = factories.confirmed(app, people, at(4, 9), organisation_id=people.zhao.id)

    done = at_once(
        lambda: _made(proposing.propose(app, number, [NEW])),
        lambda: _made(proposing.propose(app, second, [NEW])),
        lambda: _made(factories.requested(app, people, NEW)),
    )

    assert sorted(done) == [False, False, True]
    held = [hold for one in (number, second) for hold in proposing.holds(app, one) if hold[2]]
    assert len(held) == done[0] + done[1]


def _made(_number: object) -> None:
    """What was made is looked up afterwards."""
