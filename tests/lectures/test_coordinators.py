"""Coordinators answer only for instructors of their register, and history names who acted."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import HistoryEntry, Lecture
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import (
    CHEN,
    CITY,
    COUNTY,
    DISTRICT,
    LI,
    OTHER_CITY,
    OTHER_DISTRICT,
    ROOT,
    SUN,
    WANG,
    ZHAO,
    Cast,
    at,
)

BOTH, NEITHER, COUNTIES = "both@example.org", "neither@example.org", "counties@example.org"
REASON = "那天另有任务。"
FOR_INSTRUCTOR = {Command.CONFIRM, Command.DECLINE, Command.CANCEL, Command.DELIVER}
FOR_BRANCH = {Command.WITHDRAW, Command.CANCEL, Command.DELIVER}
ALLOWED = {
    # Chen is of 990102, and the branch that asks of 990202.
    WANG: FOR_INSTRUCTOR,
    SUN: FOR_BRANCH,
    BOTH: FOR_INSTRUCTOR | FOR_BRANCH,
    COUNTIES: FOR_INSTRUCTOR | FOR_BRANCH,
    NEITHER: set(),
    ROOT: FOR_INSTRUCTOR | FOR_BRANCH,
}
SHOWN = {Command.CONFIRM, Command.DECLINE, Command.WITHDRAW, Command.CANCEL, Command.DELIVER}


@pytest.fixture
def coordinators(app: Flask, people: Cast) -> Cast:
    """Beside Wang (the instructor's city) and Sun (the branch's): of both, counties, neither."""
    scopes = {
        BOTH: (CITY, OTHER_CITY),
        COUNTIES: (DISTRICT, OTHER_DISTRICT),
        NEITHER: (COUNTY,),
    }
    with app.app_context(), unit_of_work() as session:
        for email, (first, *more) in scopes.items():
            user = factories.make_user(session, email, "林夏", Role.COORDINATOR, region_code=first)
            for code in more:
                accounts.add_membership(
                    session, user=user, role=Role.COORDINATOR, region_code=code, now=factories.NOW
                )
    return people


def lecture(app: Flask, people: Cast, command: Command, day: int) -> str:
    """The number of a lecture of Chen for Zhao's branch, as it is before a command."""
    make = factories.requested
    if command in (Command.CANCEL, Command.DELIVER):
        make = factories.confirmed
    return make(app, people, at(day, 9), organisation_id=people.zhao.id)


def state(app: Flask, number: str) -> str:
    """What the database says."""
    with app.app_context():
        return db.session().scalars(select(Lecture.state).where(Lecture.number == number)).one()


@pytest.mark.parametrize("email", ALLOWED)
def test_every_command_of_every_coordinator(
    app: Flask, coordinators: Cast, time: Time, email: str
) -> None:
    browser = Client(app).sign_in(email)
    for day, command in enumerate(sorted(SHOWN), start=3):
        number = lecture(app, coordinators, command, day if day < 5 else day + 2)
        before = state(app, number)
        time.now = at(30, 9) if command is Command.DELIVER else factories.NOW
        page = browser.get(f"/lectures/{number}")
        answer = browser.post(f"/lectures/{number}/{command}", {"reason": REASON})
        time.now = factories.NOW

        wanted = command in ALLOWED[email]
        # Who may not even see the lecture is told that there is none.
        refused = 403 if page.status_code == 200 else 404
        assert (answer.status_code, state(app, number) != before) == (
            (303, True) if wanted else (refused, False)
        ), command
        assert (f"{number}/{command}" in page.text) == wanted, command


def history(page: str) -> list[str]:
    """The lines of a lecture's history without their times."""
    [found] = re.findall(r'<ol class="history">(.*?)</ol>', page, re.DOTALL)
    lines = re.findall(r"<li><span[^>]*>[^<]*</span>(.*?)</li>", found, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in lines]


@pytest.mark.parametrize(
    ("email", "lines"),
    [
        (
            WANG,
            [
                "单位 李静 提交预约",
                "平台管理员 王强 代讲师接单",
                "讲师 陈明 取消授课：那天另有任务。",
            ],
        ),
        (
            ROOT,
            [
                "单位 李静 提交预约",
                "平台管理员 管理员 代讲师接单",
                "讲师 陈明 取消授课：那天另有任务。",
            ],
        ),
    ],
)
def test_history_names_who_acted(app: Flask, people: Cast, email: str, lines: list[str]) -> None:
    number = factories.requested(app, people)
    for who, command, said in ((email, "confirm", {}), (CHEN, "cancel", {"reason": REASON})):
        answer = Client(app).sign_in(who).post(f"/lectures/{number}/{command}", said)
        assert answer.status_code == 303

    for reader in (LI, CHEN, WANG):
        assert history(Client(app).sign_in(reader).get(f"/lectures/{number}").text) == lines


def test_history_in_english(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people)
    Client(app).sign_in(WANG).post(f"/lectures/{number}/decline", {"reason": "No."})

    page = Client(app).sign_in(LI).language("en").get(f"/lectures/{number}").text

    assert history(page) == [
        "Branch 李静 requested",
        "Coordinator 王强 declined on behalf of the instructor: No.",
    ]


def test_history_outlives_a_name_and_shows_no_address(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        nameless = factories.make_user(
            session, "nameless@example.org", "", Role.BRANCH, organisation_id=people.li.id
        )
        user_id = nameless.id
    number = factories.requested(app, people)
    Client(app).sign_in(WANG).post(f"/lectures/{number}/confirm")
    Client(app).sign_in("nameless@example.org").post(
        f"/lectures/{number}/cancel", {"reason": REASON}
    )
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, people.wang).name = "另一个名字"

    page = Client(app).sign_in(CHEN).get(f"/lectures/{number}").text

    assert history(page) == [
        "单位 李静 提交预约",
        "平台管理员 王强 代讲师接单",
        f"单位取消授课：{REASON}",
    ]
    assert "nameless@" not in page
    with app.app_context():
        rows = db.session().execute(
            select(HistoryEntry.user_id, HistoryEntry.party).order_by(HistoryEntry.id)
        )
        assert [tuple(row) for row in rows] == [
            (people.li.user, Party.BRANCH),
            (people.wang, Party.COORDINATOR),
            (user_id, Party.BRANCH),
        ]


def test_the_branch_side_cancels_in_its_own_name(app: Flask, coordinators: Cast) -> None:
    number = lecture(app, coordinators, Command.CANCEL, 3)
    Client(app).sign_in(SUN).post(f"/lectures/{number}/cancel", {"reason": REASON})

    page = Client(app).sign_in(ZHAO).get(f"/lectures/{number}").text

    assert history(page)[-1] == f"平台管理员 孙丽 代单位取消授课：{REASON}"
