"""The availability editor: the week, days unlike the week, rules, and who may change them."""

from __future__ import annotations

from html import unescape

import pytest
from flask import Flask

from booking.availability import queries
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import DEFAULT_RULE_SET, RuleSet
from booking.availability.models import DateOverride
from booking.db import db
from tests import factories
from tests.availability.editor import EMPTY, editor, strip, week
from tests.browser import Client
from tests.factories import Cast

RULES = {
    "notice_days": "1",
    "horizon_days": "30",
    "shortest_minutes": "45",
    "longest_minutes": "240",
    "buffer_minutes": "15",
    "step_minutes": "15",
    "closed_on_holidays": "y",
    "makeup": "own",
}

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def blocks(app: Flask, cast: Cast) -> list[tuple[int, int, int]]:
    with app.app_context():
        found = queries.blocks_of(db.session(), cast.chen.id)
        return [(one.weekday, one.start_minute, one.end_minute) for one in found]


def overrides(app: Flask) -> list[tuple[str, str, str, int, int, str]]:
    with app.app_context():
        return [
            (
                one.kind.value,
                str(one.first),
                str(one.last),
                one.start_minute,
                one.end_minute,
                one.note,
            )
            for one in db.session().query(DateOverride).order_by(DateOverride.id)
        ]


def rules(app: Flask, cast: Cast) -> RuleSet:
    with app.app_context():
        return queries.rules_of(db.session(), cast.chen.id)


def test_the_week_is_saved_and_shown_as_typed_hours(app: Flask, chen: Client, people: Cast) -> None:
    typed = EMPTY | {"day0": "8:30-12:00，14：00~17：30", "day5": "9-11"}

    saved = chen.post(editor(people, "/week"), typed)

    assert (saved.status_code, saved.location) == (303, editor(people))
    assert blocks(app, people) == [(0, 510, 720), (0, 840, 1050), (5, 540, 660)]
    page = chen.get(editor(people)).text
    assert week(page) == {0: "08:30-12:00, 14:00-17:30", 5: "09:00-11:00"}
    # Three working days of notice keep the first Monday out of a branch's sight.
    assert strip(page) == [
        [], [], [], [], [], ["09:00–11:00"], [],
        ["08:30–12:00", "14:00–17:30"], [], [], [], [], ["09:00–11:00"], [],
    ]  # fmt: skip


@sqlite_only
def test_a_week_that_cannot_be_read_is_kept_as_typed(
    app: Flask, chen: Client, people: Cast
) -> None:
    before = blocks(app, people)

    for text, sentence in (
        ("half past", "Write hours like 8:30-12:00"),
        ("12-8", "The end must be later than the beginning."),
        ("8-10, 9-11", "Two of these times overlap."),
    ):
        refused = chen.post(editor(people, "/week"), EMPTY | {"day0": "8-9", "day2": text})
        assert (refused.status_code, sentence in refused.text) == (422, True)
        assert week(refused.text) == {0: "8-9", 2: text}
    too_long = chen.post(editor(people, "/week"), EMPTY | {"day0": "8-9," * 60})
    assert too_long.status_code == 422
    assert blocks(app, people) == before


def test_days_unlike_the_week(app: Flask, chen: Client, people: Cast) -> None:
    for values in (
        {"kind": "closed", "first": "2026-11-26", "last": "2026-11-27", "note": "出差"},
        {"kind": "extra", "first": "2026-11-28", "hours": "9:00-11:30, 14-16"},
    ):
        assert chen.post(editor(people, "/overrides"), values).status_code == 303

    assert overrides(app) == [
        ("closed", "2026-11-26", "2026-11-27", 0, 1440, "出差"),
        ("extra", "2026-11-28", "2026-11-28", 540, 690, ""),
        ("extra", "2026-11-28", "2026-11-28", 840, 960, ""),
    ]
    assert strip(chen.get(editor(people)).text)[3:8] == [
        [],
        [],
        ["09:00–11:30", "14:00–16:00"],
        [],
        ["08:00–20:00"],
    ]
    # The note is for the instructor's own eyes.
    assert "出差" not in Client(app).get(f"/instructors/{people.chen.id}").text
    for number in (1, 1):  # the second time it is gone already
        gone = chen.post(editor(people, f"/overrides/{number}/remove"))
        assert gone.status_code == 303
    assert [kind for kind, *_more in overrides(app)] == ["extra", "extra"]


@sqlite_only
def test_days_that_make_no_sense_are_refused(app: Flask, chen: Client, people: Cast) -> None:
    for values, sentence in (
        ({"first": "2026-11-28", "last": "2026-11-26"}, "The last day lies before the first day."),
        ({"first": "", "note": "x"}, "Choose a day."),
        ({"first": "2026-11-28", "hours": "12-9"}, "The end must be later than the beginning."),
        ({"first": "2026-11-28", "hours": "9-10, 12-9"}, "The end must be later"),
        # A slip of the year, which would be saved and never listed; yesterday; other centuries.
        ({"first": "2025-12-21"}, "This day has passed. Choose today or a later day."),
        ({"first": "2026-11-22", "last": "2026-11-28"}, "This day has passed."),
        ({"first": "2026-11-28", "last": "2025-11-29"}, "This day has passed."),
        ({"first": "9999-12-31"}, "Choose a day between the years 2000 and 2199."),
        ({"first": "2026-11-28", "last": "9999-12-31"}, "between the years 2000 and 2199."),
        ({"first": "0001-01-01"}, "Choose a day between the years 2000 and 2199."),
    ):
        for action in ("", "preview"):
            typed = {"kind": "closed", "action": action} | values
            refused = chen.post(editor(people, "/overrides"), typed)
            assert (refused.status_code, sentence in unescape(refused.text)) == (422, True)
            assert f'value="{values["first"]}"' in refused.text
    assert overrides(app) == []
    assert (
        chen.post(
            editor(people, "/overrides"), {"kind": "closed", "first": "2026-11-23"}
        ).status_code
        == 303
    )
    assert len(overrides(app)) == 1


def test_how_bookings_are_taken(app: Flask, chen: Client, people: Cast) -> None:
    assert chen.post(editor(people, "/rules"), RULES).status_code == 303
    assert rules(app, people) == RuleSet(BookingRules(15, 1, 30, 15, 45, 240))

    for values in (
        {"notice_days": "61"},
        {"horizon_days": "0"},
        {"buffer_minutes": "-1"},
        {"step_minutes": "7"},
        {"notice_days": "x"},
        {"shortest_minutes": "4"},
        {"longest_minutes": "481"},
        {"shortest_minutes": ""},
        {"shortest_minutes": "120", "longest_minutes": "90"},
    ):
        assert chen.post(editor(people, "/rules"), RULES | values).status_code == 422
    assert rules(app, people) == RuleSet(BookingRules(15, 1, 30, 15, 45, 240))


@sqlite_only
def test_who_may_change_hours(app: Flask, people: Cast) -> None:
    posts = {
        "/week": EMPTY,
        "/overrides": {"kind": "closed", "first": "2026-11-26"},
        "/rules": RULES,
    }
    allowed = {}
    for email in (factories.CHEN, factories.ZHOU, factories.LI, factories.WANG, factories.SUN):
        browser = Client(app).sign_in(email)
        answers = [browser.get(editor(people))]
        answers += [browser.post(editor(people, part), values) for part, values in posts.items()]
        allowed[email] = {answer.status_code for answer in answers}
    anonymous = Client(app).get(editor(people))

    assert allowed == {
        factories.CHEN: {200, 303},
        factories.ZHOU: {404},
        factories.LI: {403},
        factories.WANG: {200, 303},  # coordinates the city of Chen
        factories.SUN: {404},
    }
    assert anonymous.status_code == 302
    assert rules(app, people) != DEFAULT_RULE_SET


@sqlite_only
def test_nobody_removes_the_days_of_another(app: Flask, chen: Client, people: Cast) -> None:
    chen.post(editor(people, "/overrides"), {"kind": "closed", "first": "2026-11-26"})
    zhou = Client(app).sign_in(factories.ZHOU)

    own = zhou.post(f"/instructors/{people.zhou.id}/availability/overrides/1/remove")
    other = zhou.post(editor(people, "/overrides/1/remove"))

    assert (own.status_code, other.status_code, len(overrides(app))) == (303, 404, 1)
