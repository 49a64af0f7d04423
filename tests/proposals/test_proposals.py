"""Two phases: a proposed time is held beside the present one, and agreement alone changes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.availability import service as availability
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import RuleSet
from booking.db import db, unit_of_work
from booking.errors import DomainError, Forbidden, Invalid, NotFound
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine.agreement import Approver, ProposalState
from booking.lectures.engine.errors import (
    AlreadyBegun,
    NothingProposed,
    ProposalClosed,
    ProposalOpen,
    ReasonMissing,
    StateMovedOn,
)
from booking.lectures.engine.states import Command, EventKind, Party, State
from booking.lectures.engine.unbookable import NotBookable, SlotTaken, TooSoon
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.models import HistoryEntry
from booking.lectures.proposals.models import Proposal
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.factories import NOW, Cast, at
from tests.proposals import proposing

OLD, NEW, LATER, LAST = at(3, 9), at(8, 9), at(9, 9), at(10, 9)


def stored(app: Flask, number: str) -> tuple[State, int, Any]:
    """State, SEQUENCE and start of a lecture."""
    with app.app_context():
        lecture = proposing.found(number)
        return lecture.state, lecture.sequence, lecture.starts_at


def outcome(app: Flask, proposal_id: int) -> ProposalState:
    """The state of a proposal."""
    with app.app_context():
        return db.session().get_one(Proposal, proposal_id).state


def kinds(app: Flask) -> list[str]:
    """The kinds of all events, oldest first."""
    with app.app_context():
        return list(db.session().scalars(select(OutboxEvent.kind).order_by(OutboxEvent.id)))


def test_a_move_holds_both_times_until_the_other_side_agrees(app: Flask, people: Cast) -> None:
    number, chen = factories.confirmed(app, people), people.chen.id

    proposal = proposing.propose(app, number, [NEW])

    assert proposing.holds(app, number) == [(chen, OLD, False), (chen, NEW, True)]
    assert stored(app, number) == (State.CONFIRMED, 1, OLD)
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)
    assert proposing.holds(app, number) == [(chen, NEW, False)]
    assert stored(app, number) == (State.CONFIRMED, 2, NEW)
    assert outcome(app, proposal) is ProposalState.ACCEPTED
    assert kinds(app)[-2:] == [EventKind.PROPOSED, EventKind.MOVED]
    by_history, now = proposing.replayed(app, number)
    assert by_history == now


@pytest.mark.parametrize("ending", ["refuse", "retract", "lapse", "cancel"])
def test_whatever_ends_a_proposal_frees_exactly_its_times(
    app: Flask, people: Cast, ending: str
) -> None:
    number, chen = factories.confirmed(app, people), people.chen.id
    other = factories.confirmed(app, people, at(4, 9))
    proposal = proposing.propose(app, number, [NEW, LATER, LAST])
    assert len(proposing.holds(app, number)) == 4

    match ending:
        case "refuse":
            proposing.refuse(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)
        case "retract":
            proposing.retract(app, number, proposal, Party.BRANCH)
        case "lapse":
            with app.app_context():
                due = at(2, 18)  # The evening before.
                assert pass_time(due - timedelta(minutes=1)) == 0
                assert pass_time(due) == 1
                assert pass_time(due) == 0
        case "cancel":
            with app.app_context(), unit_of_work() as session:
                factories.move(session, number, Command.CANCEL, Party.INSTRUCTOR)

    kept = [] if ending == "cancel" else [(chen, OLD, False)]
    assert proposing.holds(app, number) == kept
    assert proposing.holds(app, other) == [(chen, at(4, 9), False)]
    if ending != "cancel":
        assert stored(app, number) == (State.CONFIRMED, 1, OLD)
    by_history, now = proposing.replayed(app, number)
    assert by_history == now
    assert (
        outcome(app, proposal)
        is {
            "refuse": ProposalState.REFUSED,
            "retract": ProposalState.RETRACTED,
            "lapse": ProposalState.LAPSED,
            "cancel": ProposalState.CLOSED,
        }[ending]
    )
    with pytest.raises(DomainError):
        proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR, choice=0)


def test_of_three_times_one_is_chosen_and_the_others_are_free_again(
    app: Flask, people: Cast
) -> None:
    number, chen = factories.confirmed(app, people), people.chen.id
    proposal = proposing.propose(app, number, [NEW, LATER, LAST], Party.INSTRUCTOR)
    with pytest.raises(NothingProposed):
        proposing.agree(app, number, proposal, Approver.BRANCH, Party.BRANCH)

    proposing.agree(app, number, proposal, Approver.BRANCH, Party.BRANCH, choice=1)

    assert proposing.holds(app, number) == [(chen, LATER, False)]
    assert factories.requested(app, people, NEW)
    assert factories.requested(app, people, LAST)


def test_who_agrees_first_has_chosen_for_all(app: Flask, people: Cast) -> None:
    factories.reviewed(app, people.li.id)
    number = factories.requested(app, people)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.APPROVE, Party.BRANCH_COORDINATOR)
        factories.move(session, number, Command.CONFIRM, Party.INSTRUCTOR)
    proposal = proposing.propose(app, number, [NEW, LATER])
    with pytest.raises(Forbidden):
        proposing.agree(app, number, proposal, Approver.REVIEWER, Party.COORDINATOR)

    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR, choice=1)
    assert stored(app, number)[2] == OLD  # The review is missing.
    with pytest.raises(ProposalClosed):
        proposing.agree(
            app, number, proposal, Approver.REVIEWER, Party.BRANCH_COORDINATOR, choice=0
        )
    proposing.agree(app, number, proposal, Approver.REVIEWER, Party.BRANCH_COORDINATOR)

    assert stored(app, number)[2] == LATER
    assert kinds(app)[-3:] == [EventKind.PROPOSED, EventKind.AGREED, EventKind.MOVED]


def test_a_reviewer_may_agree_before_a_time_is_chosen(app: Flask, people: Cast) -> None:
    factories.reviewed(app, people.li.id)
    number = factories.requested(app, people)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.APPROVE, Party.BRANCH_COORDINATOR)
    proposal = proposing.propose(app, number, [NEW, LATER])
    proposing.agree(app, number, proposal, Approver.REVIEWER, Party.BRANCH_COORDINATOR)
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR, choice=0)

    # Who agrees to another time has also answered the request.
    assert stored(app, number)[::2] == (State.CONFIRMED, NEW)


def test_the_new_time_may_overlap_the_old_one_and_nobody_elses(app: Flask, people: Cast) -> None:
    number, chen = factories.confirmed(app, people), people.chen.id
    factories.confirmed(app, people, at(3, 14))
    half = at(3, 9, 30)
    with pytest.raises(SlotTaken):
        proposing.propose(app, number, [at(3, 13)])

    proposal = proposing.propose(app, number, [half])

    assert proposing.holds(app, number) == [(chen, OLD, False), (chen, half, True)]
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)
    assert proposing.holds(app, number) == [(chen, half, False)]


def test_held_times_are_closed_for_everybody_else(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    proposal = proposing.propose(app, number, [NEW])
    for organisation in (people.zhao.id, people.li.id):
        with pytest.raises(SlotTaken):
            factories.requested(app, people, NEW, organisation_id=organisation)

    proposing.refuse(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)
    assert factories.requested(app, people, NEW, organisation_id=people.zhao.id)


def test_caps_count_a_lecture_that_is_being_moved_once(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    with app.app_context(), unit_of_work() as session:
        rules = RuleSet(BookingRules(), caps=Caps(week=1, year=2))
        availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
    proposing.propose(app, number, [at(4, 9), NEW])

    # The year has room for one more, but neither week has.
    with pytest.raises(NotBookable):
        factories.requested(app, people, at(9, 9))
    assert factories.requested(app, people, at(15, 9))


def test_lead_time_holds_for_branches_only(app: Flask, people: Cast) -> None:
    number, soon = factories.confirmed(app, people), at(1, 9)
    for party in (Party.BRANCH, Party.BRANCH_COORDINATOR):
        with pytest.raises(TooSoon) as refused:
            proposing.propose(app, number, [NEW, soon], party)
        assert refused.value.start == soon
        assert refused.value.nearest
    assert proposing.holds(app, number) == [(people.chen.id, OLD, False)]

    assert proposing.propose(app, number, [soon], Party.INSTRUCTOR)


@pytest.mark.parametrize(
    ("starts", "more", "error"),
    [
        ([], {}, NothingProposed),
        ([OLD], {}, NothingProposed),
        ([NEW, NEW], {}, NothingProposed),
        ([NEW, LATER, LAST, at(11, 9)], {}, NothingProposed),
        ([NEW], {"place": " "}, Invalid),
        ([NEW], {"region_code": "123456"}, Invalid),
        ([at(5, 9)], {}, NotBookable),
        ([at(8, 9, 10)], {}, NotBookable),
        ([at(-3, 9)], {}, NotBookable),
    ],
)
def test_what_cannot_be_proposed(
    app: Flask, people: Cast, starts: list[Any], more: dict[str, Any], error: type[Exception]
) -> None:
    number = factories.confirmed(app, people)

    with pytest.raises(error):
        proposing.propose(app, number, starts, **more)

    assert proposing.holds(app, number) == [(people.chen.id, OLD, False)]


def test_only_the_place_can_change(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    proposal = proposing.propose(app, number, [], place="线上会议室", format=Format.ONLINE)
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)

    with app.app_context():
        lecture = proposing.found(number)
        assert (lecture.place, lecture.format) == ("线上会议室", Format.ONLINE)
    assert stored(app, number) == (State.CONFIRMED, 2, OLD)


def test_one_proposal_at_a_time_and_before_the_start(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    proposal = proposing.propose(app, number, [NEW])
    with pytest.raises(ProposalOpen):
        proposing.propose(app, number, [LATER], Party.INSTRUCTOR)
    with pytest.raises(ReasonMissing):
        proposing.refuse(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR, reason=" ")
    with pytest.raises(Forbidden):
        proposing.retract(app, number, proposal, Party.INSTRUCTOR)
    with pytest.raises(ProposalClosed):
        proposing.agree(app, number, proposal, Approver.BRANCH, Party.BRANCH)
    with pytest.raises(AlreadyBegun):
        proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR, now=OLD)
    declined = factories.requested(app, people, LAST)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, declined, Command.DECLINE, Party.INSTRUCTOR)
    with pytest.raises(StateMovedOn):
        proposing.propose(app, declined, [LATER])


def test_a_request_is_answered_as_it_was_or_at_the_other_time(app: Flask, people: Cast) -> None:
    number, chen = factories.requested(app, people), people.chen.id
    proposal = proposing.propose(app, number, [NEW], Party.INSTRUCTOR)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CONFIRM, Party.INSTRUCTOR)

    assert outcome(app, proposal) is ProposalState.CLOSED
    assert proposing.holds(app, number) == [(chen, OLD, False)]
    with pytest.raises(ProposalClosed):
        proposing.agree(app, number, proposal, Approver.BRANCH, Party.BRANCH)


def test_a_request_waits_as_long_as_the_proposal_for_it(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people, at(10, 9))
    later = NOW + timedelta(days=2)
    proposing.propose(app, number, [at(11, 9)], Party.INSTRUCTOR, now=later)

    with app.app_context():
        assert proposing.found(number).reply_due_at == at(5, 18)


def test_another_instructor_takes_the_lecture_over(app: Flask, people: Cast) -> None:
    number, chen, he = factories.confirmed(app, people), people.chen.id, proposing.another(app)

    proposal = proposing.replace(app, number, he, Party.INSTRUCTOR)

    assert proposing.holds(app, number) == [(chen, OLD, False), (he, OLD, True)]
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.COORDINATOR)
    assert stored(app, number) == (State.CONFIRMED, 1, OLD)
    proposing.agree(app, number, proposal, Approver.BRANCH, Party.BRANCH)

    assert proposing.holds(app, number) == [(he, OLD, False)]
    assert stored(app, number) == (State.CONFIRMED, 2, OLD)
    by_history, now = proposing.replayed(app, number)
    assert by_history == now
    with app.app_context():
        assert proposing.found(number).instructor_id == he
    assert factories.requested(app, people, OLD)  # The old instructor is free again.


def test_who_cannot_be_asked_instead(app: Flask, people: Cast) -> None:
    number, he = factories.confirmed(app, people), proposing.another(app)
    with app.app_context(), unit_of_work() as session:
        topic = instructors.topic_ids(session, he)[0]
        factories.request(session, people, OLD, instructor_id=he, topic_id=topic)

    with pytest.raises(SlotTaken):
        proposing.replace(app, number, he)
    with pytest.raises(NothingProposed):
        proposing.replace(app, number, people.chen.id)
    with pytest.raises(NotFound):
        proposing.replace(app, number, people.zhou.id, topic_id=people.chen.topic)
    with pytest.raises(NotFound):
        proposing.replace(app, number, 99999, topic_id=people.chen.topic)


def test_each_accepted_change_has_one_row_and_one_event(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    first = proposing.propose(app, number, [NEW])
    proposing.refuse(app, number, first, Approver.INSTRUCTOR, Party.INSTRUCTOR)
    second = proposing.propose(app, number, [NEW, LATER], Party.INSTRUCTOR)
    proposing.agree(app, number, second, Approver.BRANCH, Party.BRANCH_COORDINATOR, choice=0)

    with app.app_context():
        rows = db.session().execute(
            select(HistoryEntry.command, HistoryEntry.party).order_by(HistoryEntry.id)
        )
        assert [tuple(row) for row in rows] == [
            (None, Party.BRANCH),
            (Command.CONFIRM, Party.INSTRUCTOR),
            (Command.PROPOSE, Party.BRANCH),
            (Command.REFUSE, Party.INSTRUCTOR),
            (Command.PROPOSE, Party.INSTRUCTOR),
            (Command.MOVE, Party.BRANCH_COORDINATOR),
        ]
    assert kinds(app)[2:] == [
        EventKind.PROPOSED, EventKind.PROPOSAL_REFUSED, EventKind.PROPOSED, EventKind.MOVED,
    ]  # fmt: skip
