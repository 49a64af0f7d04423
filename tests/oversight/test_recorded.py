"""What coordinators, commands and downloads leave in the audit log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from booking.audit import Action, Kind
from tests import factories
from tests.audit_log import entries, last_id
from tests.browser import Client
from tests.factories import CHEN, CITY, COUNTY, DISTRICT, LI, PASSWORD, WANG, Cast
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
            Kind.INSTRUCTOR,
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

    for verb in ("open", "close", "close"):
        li.post(f"/feeds/branch/{people.li.id}/{verb}")
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


@pytest.mark.parametrize("action", Action)
def test_values_of_actions_are_plain(action: Action) -> None:
    assert action.value.replace("_", "").isalpha()
