"""Who may read what of a history: every party, and every change that can happen."""

from __future__ import annotations

import pytest

from booking.lectures.engine.readers import Reads, is_of_review, reached_instructor, reads
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.transitions import TRANSITIONS

NOTHING, CHANGE, WHOLE = Reads.NOTHING, Reads.CHANGE, Reads.WHOLE
REMARKS = {
    Party.BRANCH: WHOLE,
    Party.INSTRUCTOR: NOTHING,
    Party.COORDINATOR: CHANGE,
    Party.BRANCH_COORDINATOR: WHOLE,
    Party.SYSTEM: NOTHING,
}
BETWEEN = {
    (Command.RETURN, State.RETURNED),
    (Command.REJECT, State.REJECTED),
    (Command.RESUBMIT, State.SUBMITTED),
}
"""What passes between a branch and its reviewers."""


@pytest.mark.parametrize("party", Party)
def test_every_change_of_the_table(party: Party) -> None:
    for row in TRANSITIONS:
        private = (row.command, row.target) in BETWEEN
        wanted = REMARKS[party] if private else NOTHING if party is Party.SYSTEM else WHOLE
        assert reads(frozenset({party}), row.command, row.target) is wanted, row


@pytest.mark.parametrize("party", Party)
def test_undo_of_a_review_is_as_private_as_the_review(party: Party) -> None:
    assert reads(frozenset({party}), Command.UNDO, State.SUBMITTED) is REMARKS[party]
    assert reads(frozenset({party}), Command.UNDO, State.RETURNED) is REMARKS[party]


def test_the_request_itself_is_no_secret() -> None:
    assert not is_of_review(None, State.SUBMITTED)
    assert reads(frozenset({Party.INSTRUCTOR}), None, State.SUBMITTED) is WHOLE


def test_several_capacities_read_what_the_best_of_them_reads() -> None:
    both = frozenset({Party.INSTRUCTOR, Party.BRANCH_COORDINATOR})
    assert reads(both, Command.REJECT, State.REJECTED) is WHOLE
    assert reads(frozenset(), Command.REJECT, State.REJECTED) is NOTHING
    assert reads(frozenset(), Command.CANCEL, State.CANCELLED) is NOTHING


@pytest.mark.parametrize(
    ("targets", "reached"),
    [
        ([State.SUBMITTED], False),
        ([State.SUBMITTED, State.RETURNED, State.WITHDRAWN], False),
        ([State.SUBMITTED, State.EXPIRED], False),
        ([State.SUBMITTED, State.REQUESTED, State.WITHDRAWN], True),
        ([State.REQUESTED], True),
        ([State.CONFIRMED], True),
    ],
)
def test_a_request_reaches_its_instructor_when_it_is_passed_on(
    targets: list[State], reached: bool
) -> None:
    assert reached_instructor(targets) is reached
