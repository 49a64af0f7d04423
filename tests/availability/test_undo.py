"""Undo: each change can go back, unless somebody changed the same part since."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.availability import queries, service
from booking.availability.editor import undo as schedule_undo
from booking.availability.engine.hours import OverrideKind
from booking.availability.engine.rules import Part
from booking.availability.models import BookingRule, ScheduleChange
from booking.db import db, unit_of_work
from tests import factories
from tests.availability.editor import EMPTY, editor, week
from tests.browser import Client
from tests.factories import NOW, Cast

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_UNDO = re.compile(r"/availability/undo/(\d+)")
RULES = {
    "notice_days": "1",
    "horizon_days": "30",
    "shortest_minutes": "45",
    "longest_minutes": "240",
    "buffer_minutes": "15",
    "step_minutes": "15",
    "closed_on_holidays": "y",
    "makeup": "6",
    "cap_day": "2",
}
SUMMER = EMPTY | {
    "title": "暑假",
    "first": "2027-07-01",
    "last": "2027-08-31",
    "every_weeks": "2",
    "week_of": "2027-07-05",
    "replaces": "no",
    "day1": "9-11",
}
AWAY = {"kind": "closed", "first": "2026-11-26", "last": "2026-11-27", "note": "出差"}

Change = tuple[str, dict[str, str]]
CHANGES: dict[str, Change] = {
    "week": ("/week", EMPTY | {"day2": "9-12"}),
    "timetable": ("/timetables/new", SUMMER),
    "timetable-changed": ("/timetables/1", SUMMER | {"title": "盛夏", "day1": "8-9"}),
    "timetable-removed": ("/timetables/1/remove", {}),
    "override": ("/overrides", AWAY | {"first": "2026-12-09", "last": ""}),
    "override-removed": ("/overrides/1/remove", {}),
    "rules": ("/rules", RULES),
    "rules-again": ("/rules", RULES | {"makeup": "none", "cap_day": ""}),
}


def schedule(app: Flask, cast: Cast) -> tuple[object, ...]:
    """Everything of Chen's schedule, as plain values."""
    with app.app_context():
        session = db.session()
        days = date(2026, 1, 1), date(2027, 12, 31)
        read = queries.availabilities(session, [cast.chen.id], *days, calendar_span=days)
        known = read[cast.chen.id]
        rows = queries.timetables_of(session, cast.chen.id)
        return (
            known.hours.overrides,
            known.rules,
            known.limits.caps,
            known.hours.policy,
            queries.week_of(session, cast.chen.id),
            [queries.read_timetable(row) for row in rows],
            [one.note for one in queries.overrides_of(session, cast.chen.id, date.min)],
            session.get(BookingRule, cast.chen.id) is not None,
        )


def offered_undo(page: str) -> int | None:
    """The change that the page offers to undo."""
    found = _UNDO.search(page)
    return int(found[1]) if found else None


@pytest.fixture
def undo(chen: Client, people: Cast) -> Callable[[], int]:
    """Press the button that the page shows; the status of the answer."""

    def press() -> int:
        number = offered_undo(chen.get(editor(people)).text)
        return chen.post(editor(people, f"/undo/{number}")).status_code

    return press


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_goes_back(
    app: Flask, chen: Client, people: Cast, undo: Callable[[], int], name: str
) -> None:
    for part, values in (("/overrides", AWAY), ("/timetables/new", SUMMER)):
        assert chen.post(editor(people, part), values).status_code == 303
    if name == "rules-again":
        assert chen.post(editor(people, "/rules"), RULES).status_code == 303
    before = schedule(app, people)
    part, values = CHANGES[name]

    assert chen.post(editor(people, part), values).status_code == 303
    assert schedule(app, people) != before
    assert undo() == 303

    assert schedule(app, people) == before


def test_changes_go_back_one_after_the_other(
    app: Flask, chen: Client, people: Cast, undo: Callable[[], int]
) -> None:
    states = [schedule(app, people)]
    for part, values in (
        ("/week", EMPTY | {"day2": "9-12"}),
        ("/overrides", AWAY),
        ("/week", EMPTY | {"day2": "10-12"}),
        ("/rules", RULES),
    ):
        chen.post(editor(people, part), values)
        states.append(schedule(app, people))

    for before in reversed(states[:-1]):
        assert undo() == 303
        assert schedule(app, people) == before
    assert offered_undo(chen.get(editor(people)).text) is None


def test_an_undo_is_refused_when_the_part_was_changed_since(
    app: Flask, chen: Client, people: Cast
) -> None:
    chen.post(editor(people, "/week"), EMPTY | {"day2": "9-12"})
    mine = offered_undo(chen.get(editor(people)).text)
    wang = Client(app).sign_in(factories.WANG)
    wang.post(editor(people, "/week"), EMPTY | {"day2": "9-12", "day3": "9-12"})

    refused = chen.post(editor(people, f"/undo/{mine}"))

    assert refused.status_code == 409
    assert "This was changed again in the meantime, so nothing was undone." in refused.text
    assert week(refused.text) == {2: "09:00-12:00", 3: "09:00-12:00"}
    # What Wang did goes back, and then what Chen did.
    for expected in ({2: "09:00-12:00"}, dict.fromkeys(range(5), "08:00-20:00")):
        number = offered_undo(chen.get(editor(people)).text)
        assert chen.post(editor(people, f"/undo/{number}")).status_code == 303
        assert week(chen.get(editor(people)).text) == expected
    again = chen.post(editor(people, f"/undo/{mine}"))
    assert again.status_code == 409
    assert "This change was undone already, so there is nothing more to do." in again.text
    assert "This was changed again in the meantime" not in again.text


@sqlite_only
def test_another_part_does_not_stand_in_the_way(app: Flask, chen: Client, people: Cast) -> None:
    chen.post(editor(people, "/week"), EMPTY | {"day2": "9-12"})
    mine = offered_undo(chen.get(editor(people)).text)
    chen.post(editor(people, "/overrides"), AWAY)

    assert chen.post(editor(people, f"/undo/{mine}")).status_code == 303
    assert week(chen.get(editor(people)).text) == dict.fromkeys(range(5), "08:00-20:00")
    assert schedule(app, people)[6] == ["出差"]


@sqlite_only
def test_what_changes_nothing_leaves_nothing_to_undo(chen: Client, people: Cast) -> None:
    same = {f"day{weekday}": "8-20" for weekday in range(5)}
    chen.post(editor(people, "/week"), EMPTY | same)
    chen.post(editor(people, "/overrides/99/remove"))

    assert offered_undo(chen.get(editor(people)).text) is None


@sqlite_only
def test_nobody_undoes_the_changes_of_another(app: Flask, chen: Client, people: Cast) -> None:
    chen.post(editor(people, "/week"), EMPTY | {"day2": "9-12"})
    zhou = Client(app).sign_in(factories.ZHOU)
    zhou.post(f"/instructors/{people.zhou.id}/availability/week", EMPTY | {"day2": "9-12"})

    own = zhou.post(f"/instructors/{people.zhou.id}/availability/undo/1")
    other = zhou.post(editor(people, "/undo/1"))

    assert (own.status_code, other.status_code) == (409, 404)
    assert week(chen.get(editor(people)).text) == {2: "09:00-12:00"}


def test_the_last_twenty_changes_are_kept(app: Flask, people: Cast) -> None:
    for offset in range(schedule_undo.KEPT + 3):
        with (
            app.app_context(),
            unit_of_work() as session,
            schedule_undo.recorded(
                session,
                instructor_id=people.chen.id,
                part=Part.OVERRIDES,
                user_id=None,
                now=NOW,
            ),
        ):
            day = date(2026, 12, 1) + timedelta(days=offset)
            service.add_override(
                session,
                instructor_id=people.chen.id,
                kind=OverrideKind.CLOSED,
                first=day,
                last=day,
            )

    with app.app_context():
        numbers = select(func.count(), func.min(ScheduleChange.id)).select_from(ScheduleChange)
        assert db.session().execute(numbers).one() == (schedule_undo.KEPT, 4)
