"""Nominations for tests, made through the services."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import SYSTEM
from booking.db import db, unit_of_work
from booking.nominations import acceptance, changes, service
from booking.nominations.acceptance import Appointment
from booking.nominations.engine.application import Application, Origin, ProposedTopic
from booking.nominations.engine.lifecycle import (
    NominationCommand,
    NominationParty,
    NominationState,
)
from booking.nominations.models import Nomination
from booking.nominations.service import Acting, Nominator
from tests import factories
from tests.factories import NOW, Cast, at

TYPED = {
    "name": "林晓",
    "workplace": "岫云县税务局（虚构）",
    "title": "一级科员",
    "region": factories.COUNTY,
    "topic_1": "五分钟看懂个税汇算",
    "minutes_1": "5",
    "summary_1": "一张表讲清楚。",
    "introduction": "优秀党员，讲过多次微党课。",
    "phone": "138 0013 8000",
    "email": "linxiao@example.org",
    "agreed": "y",
}
"""What somebody types into the form."""


def application(**more: Any) -> Application:
    """The same as a value."""
    values: dict[str, Any] = {
        "name": TYPED["name"],
        "workplace": TYPED["workplace"],
        "title": TYPED["title"],
        "region_code": TYPED["region"],
        "introduction": TYPED["introduction"],
        "topics": (ProposedTopic(TYPED["topic_1"], 5, TYPED["summary_1"]),),
        "phone": TYPED["phone"],
        "email": TYPED["email"],
    }
    return Application(**values | more)


def submit(session: Session, nominator: Nominator, **more: Any) -> Nomination:
    """A nomination, in the caller's transaction."""
    return service.submit(session, application=application(**more), nominator=nominator, now=NOW)


def by_unit(cast: Cast) -> Nominator:
    """Li nominates for the own unit."""
    return Nominator(Origin.UNIT, cast.li.user, cast.li.id)


BY_NOBODY = Nominator(Origin.SELF, None, language="zh_Hans_CN")


def nominated(app: Flask, nominator: Nominator = BY_NOBODY, **more: Any) -> int:
    """The id of a nomination that waits for review, committed."""
    with app.app_context(), unit_of_work() as session:
        return submit(session, nominator, **more).id


def reviewer(cast: Cast) -> Acting:
    """Wang, as reviewer."""
    return Acting(NominationParty.REVIEWER, cast.wang, NOW)


def brought_to(app: Flask, cast: Cast, state: NominationState, **more: Any) -> int:
    """The id of a nomination by Li's unit in a state, committed."""
    nomination_id = nominated(app, by_unit(cast), **more)
    with app.app_context(), unit_of_work() as session:
        one = changes.locked(session, nomination_id)
        bring(session, one, state, cast)
    return nomination_id


def bring(session: Session, one: Nomination, state: NominationState, cast: Cast) -> None:
    """Bring a nomination that waits for review into a state."""
    acting = reviewer(cast)
    if state in (NominationState.TRIAL, NominationState.TRIED):
        service.arrange_trial(session, one, at=at(3, 9), place="党校二楼", acting=acting)
    if state is NominationState.TRIED:
        service.note_trial(session, one, passed=True, note="条理清楚", acting=acting)
    commands = {
        NominationState.RETURNED: NominationCommand.RETURN,
        NominationState.REJECTED: NominationCommand.REJECT,
    }
    if state in commands:
        service.give_command(
            session, one, commands[state], acting=acting, reason="请补充讲课经历。"
        )
    if state is NominationState.ACCEPTED:
        first = at(0, 0).date()
        acceptance.accept(session, one, appointment=Appointment(first, 2), actor=SYSTEM, now=NOW)
    if state is NominationState.WITHDRAWN:
        acting = Acting(NominationParty.NOMINATOR, cast.li.user, NOW)
        service.give_command(session, one, NominationCommand.WITHDRAW, acting=acting)


def state_of(app: Flask, nomination_id: int) -> NominationState:
    """The state that is stored."""
    with app.app_context():
        return db.session().get_one(Nomination, nomination_id, populate_existing=True).state
