"""A lecture of Chen for Li's branch and a second one, with all that is known of it weeks later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.attendance import service as attendance
from booking.attendance.service import Keeping
from booking.db import db, unit_of_work
from booking.dossiers.records.access import readable
from booking.dossiers.records.parts import parts_of
from booking.follow_ups import service as follow_ups
from booking.follow_ups.engine.due import FollowUpStage
from booking.follow_ups.service import Answer
from booking.knowledge_tests import queries as tests
from booking.knowledge_tests import service as knowledge_tests
from booking.lectures.engine.states import Command
from booking.listener_links import service as links
from booking.orders import guests
from tests import factories
from tests.browser import Client
from tests.evaluations import evaluating
from tests.factories import NOW, Cast, at
from tests.follow_ups import asking
from tests.knowledge_tests import made
from tests.orders import ordering

GUEST = "guest@example.org"
NAMES = ("周平一", "吴安二", "郑康三")
SAID = "例子要更贴近基层。"
CHANGED = "每层楼放了急救箱。"
TAUGHT = ("1", "0", "2"), ("0", "02", "2")
"""What each device ticks before and after: one of three, and all, are right."""

ATTENDANCE, TEST, BRANCH, HALL, EFFECT = HEADINGS = (
    "听课名单",
    "知识测试",
    "授课评价",
    "听众评价",
    "后续成效",
)

LATER = at(34, 12)
"""The first question about the effect has been asked, and listeners cannot answer any more."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """The lecture, and the contact of the branch that takes part."""

    number: str
    guest: int


def shared(app: Flask, people: Cast) -> Afterwards:
    """A confirmed lecture of two branches."""
    with app.app_context(), unit_of_work() as session:
        other = factories.make_branch(session, "岫云县第二支部").id
        user = factories.make_user(session, GUEST, "何听", Role.BRANCH, organisation_id=other).id
    host = ordering.placed(app, people)
    guest = ordering.placed(app, people, organisation_id=other, attendees=25)
    with app.app_context(), unit_of_work() as session:
        guests.join(session, host=host, numbers=[guest], user_id=None, now=NOW)
        ordering.dispatch(session, host, ordering.ask(people.chen))
    ordering.answer(app, host, Command.CONFIRM)
    with app.app_context():
        lecture = ordering.lecture_of(host)
        assert lecture is not None
        return Afterwards(lecture.number, user)


def sign(app: Flask, number: str) -> None:
    """Three people sign the attendance list."""
    with app.app_context(), unit_of_work() as session:
        attendance.add(session, number=number, pasted="\n".join(NAMES), keeping=Keeping(None, NOW))


def learn(app: Flask, number: str, devices: int, ids: list[int]) -> None:
    """As many devices answer the test before and after, which is closed then."""
    with app.app_context(), unit_of_work() as session:
        knowledge_tests.prepare(session, number, ids)
    for purpose, ticked in zip(tests.PURPOSES, TAUGHT, strict=True):
        token = made.opened(app, number, purpose, NOW)
        form = {f"q{one}": list(choice) for one, choice in zip(ids, ticked, strict=True)}
        for _device in range(devices):
            assert Client(app).post(f"/test/{token}", form).status_code == 303
    with app.app_context(), unit_of_work() as session:
        for link in tests.links_of(session, [made.lecture_id(number)]):
            links.close_link(session, link, NOW)


def change(app: Flask, number: str) -> None:
    """The branch says what has changed."""
    asking.run(app, LATER)
    chosen = frozenset(asking.outcome_ids(app)[:1])
    given = Answer(chosen, CHANGED, None, "李静", LATER + timedelta(hours=1))
    with app.app_context(), unit_of_work() as session:
        follow_ups.answer(session, number=number, stage=FollowUpStage.FIRST, given=given)


def filled(app: Flask, people: Cast, answers: int = 5) -> Afterwards:
    """A lecture with all parts; as many listeners evaluate and take the test."""
    found = shared(app, people)
    sign(app, found.number)
    learn(app, found.number, answers, made.fill(app, people))
    evaluating.deliver(app, found.number)
    evaluating.evaluate(app, found.number, evaluating.answers(4, text=SAID))
    evaluating.listen(app, found.number, [evaluating.answers(5, text=SAID)] * answers)
    change(app, found.number)
    return found


def told(app: Flask, user_id: int, number: str) -> dict[str, dict[str, str]]:
    """What the later parts of the dossier tell a user at `LATER`: names and values by heading."""
    with app.test_request_context():
        session = db.session()
        lecture, reader = readable(session, session.get_one(User, user_id).actor(), number)
        parts = parts_of(session, lecture, reader, LATER + timedelta(days=1))
        return {one.heading: dict(one.rows) for one in parts if one.heading in HEADINGS}
