"""Bookings, orders and new contacts that race with a merger are neither refused nor lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from booking.accounts import service as accounts
from booking.accounts.engine.roles import SYSTEM, Role
from booking.accounts.models import Membership, User
from booking.db import db, unit_of_work
from booking.instructors import service as instructors
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Hold, Lecture
from booking.orders.models import Order
from booking.organisations.mergers import service
from tests import databases, factories
from tests.factories import NOW, Cast, at
from tests.orders import ordering
from tests.organisations.merging import rows

BOOKINGS, ORDERS, CONTACTS, ANSWERS = 8, 4, 4, 4


def test_nobody_is_refused_and_nothing_is_lost(
    app: Flask, people: Cast, database_url: str, tmp_path: Path
) -> None:
    with app.app_context(), unit_of_work() as session:
        gone = factories.make_branch(session, "岫云县第一党支部").id
        teachers = [
            factories.make_instructor(session, f"讲师{number}") for number in range(BOOKINGS)
        ]
        for one in teachers:
            factories.open_hours(session, one)
        topics = [instructors.topic_ids(session, one)[0] for one in teachers]
        users = [
            accounts.create_user(
                session,
                email=f"new{number}@example.org",
                name=f"联系人{number}",
                password_hash=factories.password_hash(),
                now=NOW,
            ).id
            for number in range(CONTACTS)
        ]
    answered = [
        factories.requested(app, people, at(day, 9), organisation_id=gone)
        for day in (7, 8, 9, 10)[:ANSWERS]
    ]

    def book(number: int) -> Callable[[], object]:
        def act() -> object:
            with unit_of_work() as session:
                return factories.request(
                    session,
                    people,
                    instructor_id=teachers[number],
                    topic_id=topics[number],
                    organisation_id=gone,
                )

        return act

    def order() -> object:
        with unit_of_work() as session:
            return ordering.place(session, people, organisation_id=gone)

    def join(user_id: int) -> Callable[[], object]:
        def act() -> object:
            with unit_of_work() as session:
                return accounts.add_membership(
                    session,
                    user=session.get_one(User, user_id),
                    role=Role.BRANCH,
                    organisation_id=gone,
                    now=NOW,
                )

        return act

    def answer(lecture: str) -> Callable[[], object]:
        def act() -> object:
            with unit_of_work() as session:
                return factories.move(session, lecture, Command.CONFIRM, Party.INSTRUCTOR)

        return act

    def merge() -> object:
        with unit_of_work() as session:
            return service.merge(session, gone_id=gone, stays_id=people.li.id, actor=SYSTEM)

    acts: list[Callable[[], object]] = [
        *(book(number) for number in range(BOOKINGS)),
        *(order for _ in range(ORDERS)),
        merge,
        *(join(user_id) for user_id in users),
        *(answer(number) for number in answered),
    ]
    with ExitStack() as running:
        apps = [app, running.enter_context(databases.running(database_url, tmp_path))]
        barrier = Barrier(len(acts))

        def run(number: int) -> BaseException | None:
            with apps[number % 2].app_context():
                barrier.wait()
                try:
                    acts[number]()
                except Exception as error:
                    return error
            return None

        with ThreadPoolExecutor(len(acts)) as pool:
            errors = [error for error in pool.map(run, range(len(acts))) if error]

    assert errors == []
    assert rows(app, gone) == {}
    with app.app_context():
        session = db.session()

        def count(table: type[Lecture | Order | Membership]) -> int | None:
            own = table.organisation_id == people.li.id
            return session.scalar(select(func.count()).select_from(table).where(own))

        assert count(Lecture) == BOOKINGS + ANSWERS
        assert count(Order) == ORDERS
        assert count(Membership) == CONTACTS + 1
        assert set(session.scalars(select(Hold.organisation_id))) == {people.li.id}
