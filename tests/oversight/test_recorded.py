"""What coordinators, commands and downloads leave in the audit log."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts.models import SignIn, User
from booking.audit import Action, SubjectKind
from booking.db import db, unit_of_work
from booking.lectures.models import ExpiryRound
from booking.notifications.models import Delivery
from tests import factories
from tests.accounts.factors import APP, CODE, password_only, recovery_codes, send, set_up_app
from tests.accounts.test_address_change import body
from tests.accounts.test_sign_ins import sign_in, signed_in
from tests.audit_log import entries, last_id, told
from tests.browser import Client
from tests.calendars.conftest import open_feed
from tests.conftest import Time
from tests.factories import (
    CHEN,
    CITY,
    COUNTY,
    DISTRICT,
    LI,
    NOW,
    PASSWORD,
    ROOT,
    WANG,
    Cast,
)  # fmt: skip
from tests.mailbox import read
from tests.register.uploads import rows, sheet, upload


def since(app: Flask, start: int) -> list[tuple[Any, ...]]:
    """Action, actor, subject and detail of what was recorded after an entry."""
    return [
        (one.action, one.actor_label, one.subject_kind, one.subject_id, one.detail)
        for one in entries(app, after=start)
    ]


def test_hours_changed_by_a_coordinator_but_not_by_oneself(app: Flask, people: Cast) -> None:
    chen, wang = Client(app).sign_in(CHEN), Client(app).sign_in(WANG)
    start = last_id(app)

    path = f"/instructors/{people.chen.id}/availability/overrides"
    values = {"kind": "closed", "first": "2026-12-01", "last": "2026-12-01", "hours": ""}
    assert chen.post(path, values).status_code == 303
    assert (
        wang.post(path, values | {"first": "2026-12-02", "last": "2026-12-02"}).status_code == 303
    )

    wang_label = since(app, start)[0][1]
    assert since(app, start) == [
        (
            Action.SCHEDULE_CHANGED,
            wang_label,
            SubjectKind.INSTRUCTOR,
            people.chen.id,
            {"part": "overrides"},
        )
    ]
    assert entries(app, after=start)[0].region_code == DISTRICT


def test_terms_and_half_days(app: Flask, people: Cast) -> None:
    wang = Client(app).sign_in(WANG)
    start = last_id(app)

    terms = {"first": "2026-01-01", "last": "2027-12-31", "certificate": "A-7"}
    wang.post(f"/instructors/{people.chen.id}/terms", terms)
    wang.post(
        "/half-days",
        {"region": CITY, "morning": "8-11", "afternoon": "14-17", "evening": "19-21"},
    )

    assert [(one[0], one[3], one[4]) for one in since(app, start)] == [
        (Action.TERMS_CHANGED, people.chen.id, {"change": "term_added"}),
        (Action.HALF_DAYS_CHANGED, None, {}),
    ]
    assert entries(app, after=start)[-1].region_code == CITY


def test_an_import_says_how_many_and_nobodys_name(app: Flask, people: Cast) -> None:
    wang = Client(app).sign_in(WANG)
    start = last_id(app)

    _status, there, _page = upload(wang, sheet(rows(3)))
    assert wang.post(there, {"skip_invalid": "1"}).status_code == 303

    found = entries(app, Action.REGISTER_IMPORTED, after=start)
    assert [(one.actor_id, one.region_code, one.detail["rows"]) for one in found] == [
        (people.wang, CITY, 3)
    ]


def test_calendars_opened_closed_and_downloaded(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    li = Client(app).sign_in(LI)
    start = last_id(app)

    open_feed(li, "branch", people.li.id)
    [feed] = re.findall(r"/feeds/(\d+)/stop", li.get("/feeds").text)
    assert [li.post(f"/feeds/{feed}/stop").status_code for _ in range(2)] == [303, 404]
    assert li.get(f"/lectures/{number}.ics").status_code == 200

    assert [one[0] for one in since(app, start)] == [
        Action.FEED_OPENED,
        Action.FEED_REVOKED,
        Action.FILE_DOWNLOADED,
    ]
    assert entries(app, after=start)[-1].subject_label == number


def test_commands_are_recorded_as_such(app: Flask, people: Cast, tmp_path: Path) -> None:
    start = last_id(app)
    days = tmp_path / "2027.json"
    days.write_text(
        '{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}'
    )
    run = app.test_cli_runner().invoke

    made = run(
        args=["user", "create", "new@example.org", "--password", PASSWORD, "--coordinator", CITY]
    )
    run(args=["organisation", "create", "新支部", "--region", COUNTY])
    run(args=["days", "import", str(days)])

    assert made.exit_code == 0
    assert [(one[0], one[1], one[4]) for one in since(app, start)] == [
        (Action.ACCOUNT_MADE, "command line", {}),
        (Action.ROLE_GIVEN, "command line", {"role": "coordinator"}),
        (Action.ORGANISATION_MADE, "command line", {}),
        (Action.DAYS_IMPORTED, "command line", {"years": [2027], "rows": 1}),
    ]
    assert entries(app, after=start)[0].subject_label == "n***@example.org"


def test_a_command_that_is_refused_leaves_nothing(app: Flask, people: Cast) -> None:
    start = last_id(app)

    app.test_cli_runner().invoke(args=["user", "create", LI, "--admin"])

    assert since(app, start) == []


def test_access_taken_away_and_given_back(app: Flask, people: Cast) -> None:
    Client(app).sign_in(LI)
    start = last_id(app)
    run = app.test_cli_runner().invoke

    for words in (
        ["sign-out", LI],
        ["disable", LI],
        ["enable", LI],
        ["role", "add", LI, "--coordinator", CITY],
        ["role", "remove", LI, "--coordinator", CITY],
    ):
        assert run(args=["user", *words]).exit_code == 0

    li = people.li.user
    assert [(one[0], one[1], one[3], one[4]) for one in since(app, start)] == [
        (Action.SESSIONS_ENDED, "command line", li, {"ended": 1}),
        (Action.ACCOUNT_DISABLED, "command line", li, {}),
        (Action.ACCOUNT_ENABLED, "command line", li, {}),
        (Action.ROLE_GIVEN, "command line", li, {"role": "coordinator"}),
        (Action.ROLE_REMOVED, "command line", li, {"role": "coordinator"}),
    ]
    assert [one.region_code for one in entries(app, after=start)][-2:] == [CITY, CITY]


def test_sign_ins_ended_from_the_account_page(app: Flask, people: Cast) -> None:
    browser, others = sign_in(app), [sign_in(app) for _ in range(3)]
    with app.app_context():
        newest = db.session().scalars(select(func.max(SignIn.id))).one()
    start = last_id(app)

    for _ in range(2):  # The second time there is nothing to end.
        browser.post(f"/account/sign-ins/{newest}/end")
    browser.post("/account/sign-ins/end-others")

    li = people.li.user
    assert [signed_in(one) for one in (browser, *others)] == [True, False, False, False]
    columns = ("action", "actor_id", "subject_id", "detail")
    assert told(app, *columns, after=start) == [
        (Action.SESSIONS_ENDED, li, li, {"ended": 1}),
        (Action.SESSIONS_ENDED, li, li, {"ended": 2}),
    ]


def test_a_change_of_address_without_an_address(app: Flask, people: Cast) -> None:
    browser, new = sign_in(app), "li.jing@example.org"
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, people.li.user).name = ""
    browser.post("/change-email", {"email": new, "password": PASSWORD})
    with app.app_context():
        written = db.session().scalars(select(Delivery.message)).one()
    assert written is not None
    link = re.search(r"/change-email/\S+", body(read(written)))
    start = last_id(app)

    assert link is not None
    assert Client(app).post(link[0]).status_code == 302

    [entry] = entries(app, after=start)
    assert (entry.action, entry.actor_id, entry.subject_id) == (
        Action.ADDRESS_CHANGED,
        people.li.user,
        people.li.user,
    )
    assert entry.network == "127.0.0.0/24"
    assert (entry.actor_label, entry.subject_label, entry.detail) == (
        "l***@example.org",
        "l***@example.org",
        {},
    )


def test_factors(app: Flask, people: Cast, time: Time) -> None:
    li = Client(app).sign_in(LI)
    start = last_id(app)

    set_up_app(li, time.now)
    recovery_codes(li)
    for _ in range(2):  # The second time there is nothing to remove.
        li.post(f"{APP}/remove")
    app.test_cli_runner().invoke(args=["user", "reset-factors", LI])

    recorded = since(app, start)
    assert [(one[0], one[3], one[4]) for one in recorded] == [
        (Action.FACTOR_ADDED, people.li.user, {"factor": "authenticator"}),
        (Action.RECOVERY_CODES_MADE, people.li.user, {}),
        (Action.FACTOR_REMOVED, people.li.user, {"factor": "authenticator"}),
        (Action.FACTOR_REMOVED, people.li.user, {"factor": "all"}),
        (Action.SESSIONS_ENDED, people.li.user, {"ended": 1}),
    ]
    assert [one[1] for one in recorded] == ["李静"] * 3 + ["command line"] * 2


def test_numbers_of_a_branch(app: Flask, people: Cast) -> None:
    wang, path = Client(app).sign_in(WANG), f"/request-limits/{people.li.id}"
    start = last_id(app)

    wang.post(path, {"open_limit": "40", "daily_limit": ""})
    wang.post(path, {"open_limit": "40", "daily_limit": ""})
    wang.post(path, {"open_limit": "50", "daily_limit": "60"})

    assert [(one[0], one[2], one[3], one[4]) for one in since(app, start)] == [
        (Action.LIMIT_CHANGED, SubjectKind.ORGANISATION, people.li.id, {"open_limit": [None, 40]}),
        (
            Action.LIMIT_CHANGED,
            SubjectKind.ORGANISATION,
            people.li.id,
            {"open_limit": [40, 50], "daily_limit": [None, 60]},
        ),
    ]
    assert {(one.actor_id, one.region_code) for one in entries(app, after=start)} == {
        (people.wang, COUNTY)
    }
    page = Client(app).language("en").sign_in(ROOT).get("/audit").text
    assert "requests that wait (before, now): as usual → 40" in page


@pytest.mark.parametrize("by_command", [True, False])
def test_many_requests_that_may_expire(app: Flask, people: Cast, by_command: bool) -> None:
    root = Client(app).sign_in(ROOT)
    clock = NOW + timedelta(days=400)
    with app.app_context(), unit_of_work() as session:
        values = {"held_at": clock, "held_requests": 7, "held_lectures": 2}
        session.merge(ExpiryRound(id=1, **values))
    start = last_id(app)

    for _ in range(2):  # The second time nothing waits.
        if by_command:
            app.test_cli_runner().invoke(args=["lectures", "expire", "--confirm"])
        else:
            root.post("/board/expire")

    [entry] = since(app, start)
    assert (entry[0], entry[4]) == (
        Action.EXPIRY_ALLOWED,
        {"clock": f"{clock:%Y-%m-%dT%H:%M}", "requests": 7, "lectures": 2},
    )
    [row] = entries(app, after=start)
    assert (row.actor_label == "command line", row.actor_id is None) == (by_command, by_command)


def test_a_wrong_second_factor(app: Flask, people: Cast, time: Time) -> None:
    phone = set_up_app(Client(app).sign_in(LI), time.now)
    time.now += timedelta(minutes=1)
    client = Client(app)
    password_only(client, LI, PASSWORD)
    start = last_id(app)

    wrong = str(999_999 - int(phone.code(time.now))).zfill(6)
    assert send(client, CODE, {"code": wrong}).status_code == 422

    [entry] = since(app, start)
    assert (entry[0], entry[1], entry[3], entry[4]["second"]) == (
        Action.SIGN_IN_FAILED,
        "",
        people.li.user,
        True,
    )


@pytest.mark.parametrize("action", Action)
def test_values_of_actions_are_plain(action: Action) -> None:
    assert action.value.replace("_", "").isalpha()
