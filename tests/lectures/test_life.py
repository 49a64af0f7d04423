"""Random commands by random actors against a model: states, proposals, holds, history, SEQUENCE.

The model knows what the rules of booking do not concern: who may do what in which state, what a
proposal needs, which holds there are. Whether a time is on offer is asked of the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from booking.accounts.models import Organisation
from booking.availability.engine.intervals import overlaps
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Format
from booking.lectures import service
from booking.lectures.changes import facts
from booking.lectures.engine.agreement import (
    ACTS_FOR,
    Approver,
    ProposalKind,
    needed,
    party_for,
)
from booking.lectures.engine.lifecycle import find
from booking.lectures.engine.replay import replay
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.transitions import CHANGEABLE, HOLDING, TRANSITIONS
from booking.lectures.engine.unbookable import NotBookable
from booking.lectures.models import HistoryEntry, Hold, Lecture
from booking.lectures.proposals import service as proposals
from booking.lectures.proposals.acts import Acting
from booking.lectures.proposals.models import Proposal
from booking.lectures.proposals.options import Wanted
from booking.lectures.undo import service as undo_service
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.factories import COUNTY, ZONE, Cast, at
from tests.lectures.frame import Machine, run
from tests.lectures.histories import entries

PLAIN = tuple(dict.fromkeys(row.command for row in TRANSITIONS if row.plain))
PEOPLE = tuple(party for party in Party if party is not Party.SYSTEM)
REASON = "那天另有任务。"
HALL = "岫云县文化馆二楼"
STARTS = st.sampled_from([(day, hour) for day in (3, 4, 7) for hour in (9, 10, 13, 14)])
Span = tuple[int, datetime, datetime]
"""Instructor, start and end of a time."""


@dataclass
class Offer:
    """What the model knows of an open proposal."""

    id: int
    kind: ProposalKind
    party: Party
    options: dict[int, Span]
    pending: set[Approver]
    chosen: int | None = None


@dataclass
class Known:
    """What the model knows of a lecture."""

    state: State
    time: Span
    reviewed: bool
    sequence: int = 0
    changes: int = 1
    offer: Offer | None = None
    last: tuple[State, Command, datetime, Party] | None = None
    """The last plain command: from which state, when, by whom."""

    def holds(self) -> list[Span]:
        """The times that the lecture holds."""
        own = [self.time] if self.state in HOLDING else []
        return own + (list(self.offer.options.values()) if self.offer else [])


class Life(Machine):
    """Does to the services what it does to the model."""

    def __init__(self, app: Flask, people: Cast) -> None:
        super().__init__(app, people)
        self.known: dict[str, Known] = {}

    def _free(self, lecture: str | None, spans: list[Span]) -> bool:
        """Whether other lectures leave these times free."""
        others = [
            span for number, one in self.known.items() if number != lecture for span in one.holds()
        ]
        return not any(
            span[0] == other[0] and overlaps(span[1:], other[1:])
            for span in spans
            for other in others
        )

    @rule(chen=st.booleans(), start=STARTS, reviewed=st.booleans())
    def request(self, chen: bool, start: tuple[int, int], reviewed: bool) -> None:
        teacher = self.people.chen if chen else self.people.zhou
        branch = self.people.zhao if reviewed else self.people.li
        starts_at = at(*start)
        span = (teacher.id, starts_at, starts_at + timedelta(hours=2))
        made: list[str] = []

        def act(session: Session) -> None:
            lecture = factories.request(
                session,
                self.people,
                starts_at,
                now=self.now,
                instructor_id=teacher.id,
                topic_id=teacher.topic,
                organisation_id=branch.id,
            )
            made.append(lecture.number)

        refused = self.attempt(act)
        if refused is not None:
            assert isinstance(refused, NotBookable)
            return
        assert self._free(None, [span])
        state = State.SUBMITTED if reviewed else State.REQUESTED
        self.known[made[0]] = Known(state, span, reviewed)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), command=st.sampled_from(PLAIN), party=st.sampled_from(Party))
    def command(self, data: st.DataObject, command: Command, party: Party) -> None:
        number = data.draw(st.sampled_from(sorted(self.known)))
        one = self.known[number]
        row = find(one.state, command)

        def act(session: Session) -> None:
            service.apply_command(
                session,
                number=number,
                command=command,
                parties=frozenset({party}),
                user_id=self._user(party),
                now=self.now,
                reason=REASON,
            )

        refused = self.attempt(act)
        if refused is not None:
            late = self.now >= one.time[1] or command in (Command.DELIVER, Command.EXPIRE)
            assert row is None or party not in row.who or late, refused
            return
        assert row is not None
        assert party in row.who
        one.last = (one.state, command, self.now, party)
        one.state = row.target
        one.sequence += row.raises_sequence
        one.changes += 1
        one.offer = None

    def _user(self, party: Party) -> int | None:
        return None if party is Party.SYSTEM else self.people.root

    @precondition(lambda self: self.known)
    @rule(data=st.data(), seconds=st.sampled_from([0, 30, 61]))
    def undo(self, data: st.DataObject, seconds: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.known)))
        one, moment = self.known[number], self.now + timedelta(seconds=seconds)
        refused = self.attempt(
            lambda session: undo_service.undo(
                session, number=number, user_id=self.people.root, now=moment
            )
        )
        row = one.last and find(one.last[0], one.last[1])
        can = bool(row and row.undoable and one.last and one.last[3] is not Party.SYSTEM)
        recent = bool(one.last and moment - one.last[2] <= timedelta(minutes=1))
        free = one.state in HOLDING or self._free(number, [one.time])
        if refused is not None:
            assert not (can and recent and free), refused
            return
        assert can
        assert recent
        assert row is not None
        one.state, one.last = row.source, None
        one.sequence += 1
        one.changes += 1
        one.offer = None
        self.now = moment

    @precondition(lambda self: self.known)
    @rule(
        data=st.data(),
        kind=st.sampled_from(ProposalKind),
        starts=st.lists(STARTS, min_size=1, max_size=4),
        party=st.sampled_from(Party),
    )
    def propose_anything(
        self,
        data: st.DataObject,
        kind: ProposalKind,
        starts: list[tuple[int, int]],
        party: Party,
    ) -> None:
        number = data.draw(st.sampled_from(sorted(self.known)))
        self._propose(number, kind, starts, party)

    @precondition(lambda self: self._changeable())
    @rule(
        data=st.data(),
        kind=st.sampled_from(ProposalKind),
        starts=st.lists(STARTS, min_size=1, max_size=3, unique=True),
        party=st.sampled_from(PEOPLE),
    )
    def propose(
        self,
        data: st.DataObject,
        kind: ProposalKind,
        starts: list[tuple[int, int]],
        party: Party,
    ) -> None:
        self._propose(data.draw(st.sampled_from(self._changeable())), kind, starts, party)

    def _changeable(self) -> list[str]:
        return sorted(
            number
            for number, one in self.known.items()
            if one.state in CHANGEABLE and one.offer is None
        )

    def _propose(
        self, number: str, kind: ProposalKind, starts: list[tuple[int, int]], party: Party
    ) -> None:
        one = self.known[number]
        wanted, spans = self._wanted(one, kind, starts)
        made: list[Offer] = []

        def act(session: Session) -> None:
            proposal = proposals.propose(
                session,
                number=number,
                kind=kind,
                wanted=wanted,
                acting=Acting(frozenset({party}), self._user(party), self.now, REASON),
                zone=ZONE,
            )
            options = {
                option.id: span for option, span in zip(proposal.options, spans, strict=True)
            }
            pending = set(proposal.pending)
            made.append(Offer(proposal.id, kind, party, options, pending))

        refused = self.attempt(act)
        if refused is not None:
            return
        assert one.state in CHANGEABLE
        assert one.offer is None
        assert party is not Party.SYSTEM
        assert kind is ProposalKind.REPLACEMENT or len(set(starts)) == len(starts) <= 3
        assert self._free(number, spans)
        assert made[0].pending == needed(kind, party, review=one.reviewed)
        one.offer, one.last = made[0], None
        one.changes += 1

    def _wanted(
        self, one: Known, kind: ProposalKind, starts: list[tuple[int, int]]
    ) -> tuple[list[Wanted], list[Span]]:
        """What is proposed: other times, or the other instructor at the same time."""
        people, hours = self.people, timedelta(hours=2)
        if kind is ProposalKind.REPLACEMENT:
            other = people.zhou if one.time[0] == people.chen.id else people.chen
            begin = one.time[1]
            wanted = [Wanted(begin, COUNTY, HALL, Format.LECTURE, other.id, other.topic)]
            return wanted, [(other.id, begin, begin + hours)]
        begins = [at(*start) for start in starts]
        return (
            [Wanted(begin, COUNTY, HALL, Format.LECTURE) for begin in begins],
            [(one.time[0], begin, begin + hours) for begin in begins],
        )

    @precondition(lambda self: self._offered())
    @rule(
        data=st.data(),
        answer=st.sampled_from(["agree", "agree", "agree", "refuse", "retract"]),
        party=st.sampled_from(PEOPLE),
    )
    def answer_anything(self, data: st.DataObject, answer: str, party: Party) -> None:
        number = data.draw(st.sampled_from(self._offered()))
        offer = self.known[number].offer
        assert offer is not None
        approver = data.draw(st.sampled_from(sorted(Approver)))
        option = data.draw(st.sampled_from([None, *sorted(offer.options)]))
        self._answer(number, offer, answer, party, approver, option)

    @precondition(lambda self: self._offered())
    @rule(data=st.data(), answer=st.sampled_from(["agree", "agree", "agree", "refuse", "retract"]))
    def answer_as_asked(self, data: st.DataObject, answer: str) -> None:
        number = data.draw(st.sampled_from(self._offered()))
        offer = self.known[number].offer
        assert offer is not None
        approver = data.draw(st.sampled_from(sorted(offer.pending)))
        able = [party for party in PEOPLE if approver in ACTS_FOR[party]]
        party = offer.party if answer == "retract" else data.draw(st.sampled_from(able))
        option = offer.chosen or data.draw(st.sampled_from(sorted(offer.options)))
        self._answer(number, offer, answer, party, approver, option)

    def _answer(
        self,
        number: str,
        offer: Offer,
        answer: str,
        party: Party,
        approver: Approver,
        option: int | None,
    ) -> None:
        one = self.known[number]
        acting = Acting(frozenset({party}), self._user(party), self.now, REASON)

        def act(session: Session) -> None:
            if answer == "agree":
                proposals.agree(
                    session,
                    number=number,
                    proposal_id=offer.id,
                    option_id=option,
                    approver=approver,
                    acting=acting,
                )
            elif answer == "refuse":
                proposals.refuse(
                    session, number=number, proposal_id=offer.id, approver=approver, acting=acting
                )
            else:
                proposals.retract(session, number=number, proposal_id=offer.id, acting=acting)

        refused = self.attempt(act)
        may = approver in offer.pending and party_for(frozenset({party}), approver) is not None
        begun = self.now >= one.time[1]
        if answer == "retract":
            may = bool(set(ACTS_FOR[party]) & set(ACTS_FOR[offer.party]))
        if refused is not None:
            unchosen = answer == "agree" and (option is None or offer.chosen is not None)
            assert not may or begun or unchosen, refused
            return
        assert may
        one.changes += 1
        if answer != "agree":
            one.offer = None
            return
        offer.pending.discard(approver)
        only = next(iter(offer.options)) if len(offer.options) == 1 else None
        offer.chosen = offer.chosen or option or only
        if not offer.pending:
            assert offer.chosen is not None
            one.time, one.state, one.offer = offer.options[offer.chosen], State.CONFIRMED, None
            one.sequence += 1

    def _offered(self) -> list[str]:
        return sorted(number for number, one in self.known.items() if one.offer is not None)

    @rule(hours=st.sampled_from([1, 5, 24]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def tick(self) -> None:
        self.pass_time()
        self._follow()

    def _follow(self) -> None:
        """Time changes only what the table lets it; the model follows, after a look at it."""
        for lecture in self._lectures():
            one = self.known[lecture.number]
            if lecture.state is not one.state:
                command = Command.DELIVER if lecture.state is State.DELIVERED else Command.EXPIRE
                row = find(one.state, command)
                assert row is not None
                assert row.target is lecture.state
                assert Party.SYSTEM in row.who
                one.state, one.offer, one.last = row.target, None, None
                one.sequence += row.raises_sequence
                one.changes += 1
            elif one.offer is not None and lecture.id not in self._open():
                one.offer, one.last = None, None
                one.changes += 1

    def _open(self) -> set[int]:
        return set(db.session.scalars(select(Proposal.lecture_id).where(Proposal.state == "open")))

    def _lectures(self) -> list[Lecture]:
        db.session.rollback()
        query = select(Lecture).options(selectinload(Lecture.history))
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    @invariant()
    def the_database_is_what_the_model_and_the_history_say(self) -> None:
        lectures = self._lectures()
        found = {
            one.number: ((one.instructor_id, one.starts_at, one.ends_at), one.state, one.sequence)
            for one in lectures
        }
        assert found == {
            number: (one.time, one.state, one.sequence) for number, one in self.known.items()
        }
        for lecture in lectures:
            told = replay(entries(lecture))
            assert (told.state, told.facts, told.sequence) == (
                lecture.state,
                facts(lecture),
                lecture.sequence,
            )

    @invariant()
    def the_holds_are_those_of_lectures_and_open_proposals(self) -> None:
        query = select(Lecture.number, Hold.instructor_id, Hold.starts_at, Hold.ends_at)
        query = query.join_from(Hold, Lecture, Hold.lecture_id == Lecture.id)
        rows = sorted(
            (number, (who, begin, end)) for number, who, begin, end in db.session.execute(query)
        )
        assert rows == sorted(
            (number, span) for number, one in self.known.items() for span in one.holds()
        )
        for (number, one), (other_number, other) in combinations(rows, 2):
            apart = number == other_number or one[0] != other[0]
            assert apart or not overlaps(one[1:], other[1:])

    @invariant()
    def each_change_has_one_row_of_history_and_one_event(self) -> None:
        events = db.session.scalar(
            select(func.count()).where(OutboxEvent.kind.startswith("lecture."))
        )
        rows = db.session.scalar(select(func.count()).select_from(HistoryEntry))
        assert events == rows == sum(one.changes for one in self.known.values())
        assert set(self.known) == {f"YK-2026-{number + 1:06d}" for number in range(len(self.known))}


def test_the_life_of_lectures(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(Organisation, people.zhao.id).reviews = True
    run(lambda: Life(app, people), runs=25, steps=40)
