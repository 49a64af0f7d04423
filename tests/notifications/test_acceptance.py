"""Who has accepted a lecture, by its history."""

import pytest

from booking.lectures.engine.states import Command, Party, State
from booking.notifications.engine.acceptance import Step, accepted

LI, CHEN, HE, WANG = 1, 2, 3, 4
BOOKED = Step(None, State.REQUESTED, Party.BRANCH, LI)
CONFIRMED = Step(Command.CONFIRM, State.CONFIRMED, Party.INSTRUCTOR, CHEN)
PROPOSED = Step(Command.PROPOSE, State.CONFIRMED, Party.BRANCH, LI)
AGREED = Step(Command.AGREE, State.CONFIRMED, Party.INSTRUCTOR, HE)


@pytest.mark.parametrize(
    ("history", "who"),
    [
        ([], set()),
        ([BOOKED], {LI}),
        ([BOOKED, CONFIRMED], {LI, CHEN}),
        ([BOOKED._replace(party=Party.BRANCH_COORDINATOR, user_id=WANG), CONFIRMED], {CHEN}),
        ([BOOKED, CONFIRMED._replace(party=Party.COORDINATOR, user_id=WANG)], {LI}),
        ([BOOKED, CONFIRMED._replace(user_id=None)], {LI}),
        ([BOOKED, CONFIRMED, PROPOSED], {LI, CHEN}),
        (
            [BOOKED, CONFIRMED, PROPOSED, CONFIRMED._replace(command=Command.REFUSE)],
            {LI, CHEN},
        ),
        ([BOOKED, CONFIRMED, PROPOSED, CONFIRMED._replace(command=Command.MOVE)], {LI, CHEN}),
        (
            [
                BOOKED,
                CONFIRMED,
                PROPOSED,
                PROPOSED._replace(command=Command.RETRACT),
                PROPOSED._replace(party=Party.INSTRUCTOR, user_id=CHEN),
                PROPOSED._replace(command=Command.MOVE, party=Party.BRANCH_COORDINATOR),
            ],
            {CHEN},
        ),
        (
            [
                BOOKED,
                CONFIRMED,
                PROPOSED._replace(party=Party.INSTRUCTOR, user_id=CHEN),
                AGREED,
                PROPOSED._replace(command=Command.REPLACE),
            ],
            {CHEN, HE, LI},
        ),
        (
            [BOOKED, CONFIRMED, CONFIRMED._replace(command=Command.UNDO, target=State.REQUESTED)],
            {LI},
        ),
        (
            [
                BOOKED,
                CONFIRMED,
                PROPOSED._replace(command=Command.CANCEL, target=State.CANCELLED),
                PROPOSED._replace(command=Command.UNDO),
            ],
            {LI, CHEN},
        ),
        (
            [BOOKED, PROPOSED._replace(command=Command.RESUBMIT, user_id=HE), CONFIRMED],
            {HE, CHEN},
        ),
    ],
)
def test_who_has_agreed_to_the_lecture_as_it_stands(history: list[Step], who: set[int]) -> None:
    """Calendar rule 42."""
    assert accepted(history) == who
