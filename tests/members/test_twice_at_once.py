"""One token that is accepted twice at the same time gives one membership, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts.engine.roles import Actor, Role, Standing
from booking.accounts.engine.sign_in_names import SignInName
from booking.accounts.models import Membership, User
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.members.errors import InvitationUsed
from booking.members.invitations import admission
from booking.members.invitations.admission import NewAccount
from booking.members.targets import Target
from tests import factories
from tests.factories import CITY, COUNTY, NOW, Cast
from tests.members.inviting import invited

AT_ONCE = 6


@pytest.mark.parametrize("new", [True, False])
def test_one_token_gives_one_membership(app: Flask, people: Cast, new: bool) -> None:
    wang = Actor(people.wang, (Standing(Role.COORDINATOR, region_code=CITY),))
    target = Target(Role.BRANCH, organisation_id=people.li.id, place=COUNTY)
    token = invited(app, wang, target).token
    password_hash = factories.password_hash()
    start = Barrier(AT_ONCE)
    others = [people.zhao.user, people.chen.user, people.zhou.user, people.sun, people.root]

    def accept(number: int) -> DomainError | None:
        known_by = SignInName(phone=f"+861200000090{number}")
        by: int | NewAccount = NewAccount(f"某{number}", known_by, password_hash)
        if not new and number < len(others):
            by = others[number]
        start.wait(timeout=30)
        with app.app_context():
            try:
                with unit_of_work() as session:
                    admission.accept(session, token=token, by=by, now=NOW)
            except DomainError as error:
                return error
            finally:
                db.session.remove()
        return None

    before = _count(app)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(accept, range(AT_ONCE)))
    assert [type(one) for one in outcomes if one is not None] == [InvitationUsed] * (AT_ONCE - 1)
    accounts, memberships = _count(app)
    assert memberships == before[1] + 1
    assert accounts - before[0] <= 1


def _count(app: Flask) -> tuple[int, int]:
    with app.app_context():
        counts = [
            db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (User, Membership)
        ]
        db.session.remove()
    return counts[0], counts[1]
