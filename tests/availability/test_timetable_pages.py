"""Timetables beside the everyday week: made, changed, looked at and removed by their pages."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from flask import Flask

from booking.availability import queries
from booking.availability.engine.timetables import Timetable, Validity
from booking.db import db
from tests import factories
from tests.availability.editor import EMPTY, changed, editor, strip, week
from tests.browser import Client
from tests.factories import Cast

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WINTER = EMPTY | {
    "title": "寒假",
    "first": "2026-11-26",
    "last": "2026-12-01",
    "every_weeks": "1",
    "replaces": "yes",
    "day1": "9-11",
    "day3": "14:00-17:30",
}


def timetables(app: Flask, cast: Cast) -> list[Timetable]:
    with app.app_context():
        rows = queries.timetables_of(db.session(), cast.chen.id)
        return [queries.read_timetable(row) for row in rows]


def test_a_timetable_stands_in_for_the_everyday_week(
    app: Flask, chen: Client, people: Cast
) -> None:
    saved = chen.post(editor(people, "/timetables/new"), WINTER)

    assert (saved.status_code, saved.location) == (303, editor(people) + "#timetables")
    assert timetables(app, people) == [
        Timetable(
            "寒假",
            {1: [(540, 660)], 3: [(840, 1050)]},
            Validity(date(2026, 11, 26), date(2026, 12, 1)),
        )
    ]
    page = chen.get(editor(people)).text
    everyday = ["08:00–20:00"]
    assert strip(page)[3:10] == [["14:00–17:30"], [], [], [], [], ["09:00–11:00"], everyday]
    assert week(page) == dict.fromkeys(range(5), "08:00-20:00")


def test_saving_the_week_or_a_timetable_drops_no_other(
    app: Flask, chen: Client, people: Cast
) -> None:
    other = WINTER | {"title": "隔周", "first": "", "last": "", "replaces": "no"}
    other |= {"every_weeks": "2", "week_of": "2026-12-03"}
    for values in (WINTER, other):
        assert chen.post(editor(people, "/timetables/new"), values).status_code == 303

    chen.post(editor(people, "/week"), EMPTY | {"day2": "9-12"})
    with app.app_context():
        ids = {one.title: one.id for one in queries.timetables_of(db.session(), people.chen.id)}
    page = chen.get(editor(people, f"/timetables/{ids['隔周']}"))
    assert week(page.text) == {1: "09:00-11:00", 3: "14:00-17:30"}
    changed_hours = other | {"day6": "10-12"}
    assert chen.post(editor(people, f"/timetables/{ids['隔周']}"), changed_hours).status_code == 303

    found = {one.title: one for one in timetables(app, people)}
    assert found["寒假"].week == {1: [(540, 660)], 3: [(840, 1050)]}
    assert found["隔周"] == Timetable(
        "隔周",
        {1: [(540, 660)], 3: [(840, 1050)], 6: [(600, 720)]},
        Validity(weeks=2, week_of=date(2026, 12, 3)),
        replaces=False,
    )
    assert week(chen.get(editor(people)).text) == {2: "09:00-12:00"}


@sqlite_only
def test_what_makes_no_sense_is_refused_and_kept(app: Flask, chen: Client, people: Cast) -> None:
    for values, sentence in (
        ({"title": ""}, "Give these hours a name."),
        ({"first": "", "last": ""}, "Say from when or until when these hours hold"),
        ({"last": "2026-11-01"}, "The last day lies before the first day."),
        ({"every_weeks": "2"}, "Name a day in a week in which these hours hold."),
        ({"every_weeks": "2", "week_of": "9999-12-31"}, "between the years 2000 and 2199"),
        ({"first": "0001-01-01"}, "between the years 2000 and 2199"),
        ({"day1": "", "day3": ""}, "A timetable needs hours on one day at least."),
        ({"day3": "12-9"}, "The end must be later than the beginning."),
    ):
        for action in ("save", "preview"):
            sent = WINTER | values | {"action": action}
            refused = chen.post(editor(people, "/timetables/new"), sent)
            assert (refused.status_code, sentence in unescape(refused.text)) == (422, True)
            assert week(refused.text).get(1, "") == sent["day1"]
    assert timetables(app, people) == []


@sqlite_only
def test_a_timetable_is_looked_at_before_it_is_saved(
    app: Flask, chen: Client, people: Cast
) -> None:
    looked = chen.post(editor(people, "/timetables/new"), WINTER | {"action": "preview"})

    assert (looked.status_code, changed(looked.text)) == (200, [3, 4, 7, 8])
    assert timetables(app, people) == []

    chen.post(editor(people, "/timetables/new"), WINTER)
    for hours, days in (("14:00-17:30", []), ("15-17", [3])):
        sent = WINTER | {"day3": hours, "action": "preview"}
        assert changed(chen.post(editor(people, "/timetables/1"), sent).text) == days


@sqlite_only
def test_removing_brings_the_everyday_week_back(app: Flask, chen: Client, people: Cast) -> None:
    chen.post(editor(people, "/timetables/new"), WINTER)

    for _again in range(2):  # the second time it is gone already
        removed = chen.post(editor(people, "/timetables/1/remove"))
        assert removed.status_code == 303

    assert timetables(app, people) == []
    assert strip(chen.get(editor(people)).text)[4] == ["08:00–20:00"]
    assert chen.get(editor(people, "/timetables/1")).status_code == 404


@sqlite_only
def test_nobody_changes_the_timetables_of_others(app: Flask, chen: Client, people: Cast) -> None:
    chen.post(editor(people, "/timetables/new"), WINTER)
    zhou = Client(app).sign_in(factories.ZHOU)
    own = f"/instructors/{people.zhou.id}/availability/timetables/1"

    answers = [
        zhou.get(editor(people, "/timetables/1")).status_code,
        zhou.post(editor(people, "/timetables/1"), WINTER).status_code,
        zhou.post(editor(people, "/timetables/new"), WINTER).status_code,
        zhou.post(editor(people, "/timetables/1/remove")).status_code,
        zhou.get(own).status_code,
        zhou.post(own, WINTER).status_code,
        zhou.post(f"{own}/remove").status_code,
    ]

    assert answers == [404, 404, 404, 404, 404, 404, 303]
    assert len(timetables(app, people)) == 1


@sqlite_only
def test_several_days_are_filled_at_once_without_saving(
    app: Flask, chen: Client, people: Cast
) -> None:
    typed = EMPTY | {"day0": "8:30-12, 14-15", "day1": "10-13", "day2": "typed badly"}

    def filled(source: str, *days: int) -> dict[int, str]:
        tool = {"action": "fill", "fill_with": source, "fill_days": [str(day) for day in days]}
        answer = chen.post(editor(people, "/week"), typed | tool)
        assert answer.status_code == 200
        return week(answer.text)

    as_typed = {0: "8:30-12, 14-15", 1: "10-13", 2: "typed badly"}
    assert filled("day0", 3, 6) == as_typed | {3: "8:30-12, 14-15", 6: "8:30-12, 14-15"}
    assert filled("day5", 1) == {0: as_typed[0], 2: as_typed[2]}
    assert filled("morning", 1, 4) == as_typed | {1: "08:30-13:00", 4: "08:30-12:00"}
    assert filled("evening", 0) == as_typed | {0: "08:30-12:00, 14:00-15:00, 19:00-21:00"}
    assert filled("afternoon") == as_typed
    assert filled("csrf_token", 1) == as_typed
    unclear = {"action": "fill", "fill_with": "morning", "fill_days": ["2"]}
    refused = chen.post(editor(people, "/week"), typed | unclear)
    assert (refused.status_code, week(refused.text)) == (422, as_typed)
    with app.app_context():
        assert len(queries.blocks_of(db.session(), people.chen.id)) == 5
