"""A process whose threads request, answer, move and cancel lectures at random, until it is killed.

`python -m tests.concurrency.actor URL FOLDER SEED THREADS` prints "ready", then goes on for ever.
What was committed is written to FOLDER as one line with the id of the row of history, after the
commit: an acknowledgement, which must not be lost by `kill -9`. So are errors that no user may see.
"""

from __future__ import annotations

import os
import random
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from booking import clock
from booking.accounts.models import Organisation, User
from booking.availability.engine.zones import local_date
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Topic
from booking.lectures import service
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.agreement import ACTS_FOR, ProposalKind
from booking.lectures.engine.states import Command, Party
from booking.lectures.engine.transitions import CHANGEABLE, TRANSITIONS
from booking.lectures.models import HistoryEntry, Lecture
from booking.lectures.proposals import service as proposals
from booking.lectures.proposals.acts import Acting
from booking.lectures.proposals.models import Proposal
from booking.lectures.proposals.options import Wanted
from booking.lectures.undo import service as undo_service
from booking.orders import service as orders
from booking.orders.claims import service as claims
from booking.orders.engine.lifecycle import OrderState
from booking.orders.engine.needs import Need
from booking.orders.engine.windows import Window
from booking.orders.models import (
    ClaimState,
    OfferState,
    Order,
    OrderClaim,
    OrderHistory,
    OrderOffer,
)
from booking.orders.offers import service as offers
from booking.orders.offers.service import Ask
from booking.orders.waiting_list import queries as waiting
from booking.orders.waiting_list import service as waiting_list
from tests import databases
from tests.factories import COUNTY, ZONE

READY = "ready"
DAYS, HOURS = (14, 15), (9, 10, 13, 14, 16)
"""Few times, so that many want the same."""
PEOPLE = tuple(party for party in Party if party is not Party.SYSTEM)
REASON = "那天另有任务。"


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom the actors play: topics with their instructors, branches, a user."""

    topics: list[tuple[int, int]]
    branches: list[int]
    user_id: int


class Actor:
    """One thread's random acts."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self._cast, self._chance = cast, chance
        self._acts: list[Callable[[Session], Lecture | Order | None]] = [
            self._request,
            self._request,
            self._command,
            self._command,
            self._propose,
            self._answer,
            self._answer,
            self._undo,
            self._place,
            self._dispatch,
            self._claim,
            self._claim,
            self._accept,
            self._recall,
            self._wait,
            self._serve,
            self._decide,
            self._decide,
        ]

    def act(self) -> str | None:
        """One random act; returns the acknowledgement, or None if it was refused."""
        with unit_of_work() as session:
            changed = self._chance.choice(self._acts)(session)
            if changed is None:
                return None
            if isinstance(changed, Order):
                row = select(func.max(OrderHistory.id)).where(OrderHistory.order_id == changed.id)
            else:
                row = select(func.max(HistoryEntry.id)).where(HistoryEntry.lecture_id == changed.id)
            done = f"{changed.number} {session.scalar(row)}"
        return done

    def _start(self) -> datetime:
        day = local_date(clock.now(), ZONE) + timedelta(days=self._chance.choice(DAYS))
        return datetime.combine(day, time(self._chance.choice(HOURS)), tzinfo=ZONE)

    def _request(self, session: Session) -> Lecture:
        instructor_id, topic_id = self._chance.choice(self._cast.topics)
        request = BookingRequest(
            instructor_id=instructor_id,
            topic_id=topic_id,
            organisation_id=self._chance.choice(self._cast.branches),
            starts_at=self._start(),
            region_code=COUNTY,
            place="岫云县文化馆二楼",
        )
        return service.request_lecture(
            session,
            booking_request=request,
            user_id=self._cast.user_id,
            now=clock.now(),
            zone=ZONE,
        )

    def _some(self, session: Session) -> Lecture | None:
        sources = {row.source for row in TRANSITIONS}
        query = select(Lecture).where(Lecture.state.in_(sources)).order_by(Lecture.id.desc())
        found = session.scalars(query.limit(60)).all()
        return self._chance.choice(found) if found else None

    def _command(self, session: Session) -> Lecture | None:
        lecture = self._some(session)
        if lecture is None:
            return None
        rows = [row for row in TRANSITIONS if row.source is lecture.state and row.plain]
        command = self._chance.choice(rows).command if rows else Command.CANCEL
        return service.apply_command(
            session,
            number=lecture.number,
            command=command,
            parties=frozenset({self._chance.choice(PEOPLE)}),
            user_id=self._cast.user_id,
            now=clock.now(),
            reason=REASON,
        )

    def _undo(self, session: Session) -> Lecture | None:
        query = select(Lecture.number).order_by(Lecture.changed_at.desc()).limit(20)
        numbers = session.scalars(query).all()
        if not numbers:
            return None
        number = self._chance.choice(numbers)
        return undo_service.undo(
            session, number=number, user_id=self._cast.user_id, now=clock.now()
        )

    def _acting(self, *parties: Party) -> Acting:
        return Acting(frozenset(parties), self._cast.user_id, clock.now(), REASON)

    def _propose(self, session: Session) -> Lecture | None:
        lecture = self._some(session)
        if lecture is None or lecture.state not in CHANGEABLE:
            return None
        party = self._chance.choice(PEOPLE)
        if self._chance.random() < 0.5:
            kind = ProposalKind.MOVE
            starts = {self._start() for _number in range(self._chance.randint(1, 3))}
            wanted = [
                Wanted(start, lecture.region_code, lecture.place, Format.LECTURE)
                for start in sorted(starts)
            ]
        else:
            kind = ProposalKind.REPLACEMENT
            other = self._chance.choice(self._cast.topics)
            where = (lecture.starts_at, lecture.region_code, lecture.place, Format.LECTURE)
            wanted = [Wanted(*where, *other)]
        return proposals.propose(
            session,
            number=lecture.number,
            kind=kind,
            wanted=wanted,
            acting=self._acting(party),
            zone=ZONE,
        ).lecture

    def _answer(self, session: Session) -> Lecture | None:
        query = (
            select(Proposal)
            .where(Proposal.state == "open")
            .order_by(Proposal.id.desc())
            .options(selectinload(Proposal.options))
            .limit(20)
        )
        found = session.scalars(query).all()
        if not found:
            return None
        proposal = self._chance.choice(found)
        number, proposal_id = proposal.lecture.number, proposal.id
        what = self._chance.choice(["agree", "agree", "agree", "refuse", "retract"])
        if what == "retract":
            acting = self._acting(proposal.party)
            return proposals.retract(session, number=number, proposal_id=proposal_id, acting=acting)
        approver = self._chance.choice(sorted(proposal.pending))
        party = next(one for one in PEOPLE if approver in ACTS_FOR[one])
        if what == "refuse":
            return proposals.refuse(
                session,
                number=number,
                proposal_id=proposal_id,
                approver=approver,
                acting=self._acting(party),
            )
        return proposals.agree(
            session,
            number=number,
            proposal_id=proposal_id,
            option_id=proposal.chosen_option_id or proposal.options[0].id,
            approver=approver,
            acting=self._acting(party),
        )

    def _place(self, session: Session) -> Order:
        day = local_date(clock.now(), ZONE) + timedelta(days=self._chance.choice(DAYS))
        begin, end = (datetime.combine(day, time(hour), tzinfo=ZONE) for hour in (8, 18))
        need = Need(
            organisation_id=self._chance.choice(self._cast.branches),
            windows=(Window(begin, end),),
            region_code=COUNTY,
            place="岫云县文化馆二楼",
            wish="急救",
        )
        user_id, now = self._cast.user_id, clock.now()
        order = orders.place(session, need=need, user_id=user_id, now=now, zone=ZONE)
        return orders.publish(
            session, number=order.number, open_to_claims=True, user_id=user_id, now=now
        )

    def _wait(self, session: Session) -> Order:
        """An order for one instructor; sometimes it is told of a free time at once."""
        instructor_id, _topic_id = self._chance.choice(self._cast.topics)
        day = local_date(clock.now(), ZONE) + timedelta(days=self._chance.choice(DAYS))
        begin, end = (datetime.combine(day, time(hour), tzinfo=ZONE) for hour in (8, 18))
        need = Need(
            organisation_id=self._chance.choice(self._cast.branches),
            windows=(Window(begin, end),),
            region_code=COUNTY,
            place="岫云县文化馆二楼",
            wish="急救",
            instructor_id=instructor_id,
        )
        user_id, now = self._cast.user_id, clock.now()
        return orders.place(session, need=need, user_id=user_id, now=now, zone=ZONE)

    def _serve(self, session: Session) -> None:
        """What the worker does each minute."""
        now = clock.now()
        found = waiting.due(session, now=now, zone=ZONE)
        if found:
            waiting_list.serve(session, self._chance.choice(found), now=now, zone=ZONE)

    def _decide(self, session: Session) -> Order | None:
        """Take a held time, let it go, or let its day pass."""
        query = select(Order.number).join(OrderOffer, OrderOffer.order_id == Order.id)
        found = session.scalars(query.where(OrderOffer.state == OfferState.HELD).limit(20)).all()
        if not found:
            return None
        number, now = self._chance.choice(found), clock.now()
        if self._chance.random() < 0.2:
            waiting_list.lapse(session, number, now=now + timedelta(days=1), zone=ZONE)
            return None
        act = self._chance.choice([waiting_list.take, waiting_list.let_go])
        return act(
            session,
            number=number,
            parties=frozenset({Party.BRANCH}),
            user_id=self._cast.user_id,
            now=now,
            zone=ZONE,
        )

    def _order(self, session: Session, *states: OrderState) -> Order | None:
        query = select(Order).where(Order.state.in_(states)).order_by(Order.id.desc()).limit(20)
        found = session.scalars(query).all()
        return self._chance.choice(found) if found else None

    def _ask(self) -> Ask:
        instructor_id, topic_id = self._chance.choice(self._cast.topics)
        return Ask(instructor_id, topic_id, self._start())

    def _dispatch(self, session: Session) -> Order | None:
        order = self._order(session, OrderState.OPEN)
        if order is None:
            return None
        asks = [self._ask() for _number in range(self._chance.randint(1, 3))]
        return offers.dispatch(
            session,
            number=order.number,
            asks=asks,
            user_id=self._cast.user_id,
            now=clock.now(),
            zone=ZONE,
        )

    def _claim(self, session: Session) -> Order | None:
        order = self._order(session, OrderState.OPEN)
        if order is None:
            return None
        claims.claim(
            session,
            number=order.number,
            ask=self._ask(),
            user_id=self._cast.user_id,
            now=clock.now(),
            zone=ZONE,
        )
        return order

    def _accept(self, session: Session) -> Order | None:
        query = select(OrderClaim).where(OrderClaim.state == ClaimState.WAITING)
        found = session.scalars(query.order_by(OrderClaim.id.desc()).limit(20)).all()
        if not found:
            return None
        claim = self._chance.choice(found)
        return claims.accept(
            session,
            number=session.get_one(Order, claim.order_id).number,
            claim_id=claim.id,
            user_id=self._cast.user_id,
            now=clock.now(),
            zone=ZONE,
        )

    def _recall(self, session: Session) -> Order | None:
        order = self._order(session, OrderState.OPEN, OrderState.OFFERED, OrderState.FULFILLED)
        if order is None:
            return None
        return orders.cancel(
            session, number=order.number, user_id=self._cast.user_id, now=clock.now()
        )


def _cast() -> Cast:
    session = db.session()
    topics = session.execute(select(Topic.instructor_id, Topic.id).order_by(Topic.id)).all()
    branches = session.scalars(select(Organisation.id).order_by(Organisation.id).limit(20)).all()
    user_id = session.scalars(select(func.min(User.id))).one()
    cast = Cast([(one, other) for one, other in topics], list(branches), user_id)
    db.session.remove()
    return cast


def _go_on(app: Flask, cast: Cast, seed: str, file: int) -> None:
    with app.app_context():
        actor = Actor(cast, random.Random(seed))
        while True:
            try:
                with suppress(DomainError):
                    done = actor.act()
                    if done is not None:
                        os.write(file, f"{done}\n".encode())
            except Exception as error:
                os.write(
                    file,
                    f"error {type(error).__name__} {error}\n".replace("\n", " ").encode() + b"\n",
                )
            finally:
                db.session.remove()


def main(url: str, folder: Path, seed: str, threads: int) -> None:
    """Run the threads on the database at `url`, until the process is killed."""
    file = os.open(folder / f"actor-{seed}.log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    with databases.running(url, folder) as app:
        with app.app_context():
            cast = _cast()
        print(READY, flush=True)
        for number in range(threads):
            threading.Thread(
                target=_go_on, args=(app, cast, f"{seed}-{number}", file), daemon=True
            ).start()
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
