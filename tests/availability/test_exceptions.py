"""Extra hours that overlap become one exception, or are refused; none stands twice."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape
from itertools import product

import pytest
from flask import Flask

from booking.availability.editor.engine.exceptions import merged, overlap
from booking.availability.engine.hours import Override, OverrideKind
from booking.availability.models import DateOverride
from booking.db import db
from tests.availability.editor import editor
from tests.browser import Client
from tests.factories import Cast

EXTRA, CLOSED = OverrideKind.EXTRA, OverrideKind.CLOSED
Row = tuple[str, str, int, int, str]


def override(first: int, last: int, start: int, end: int, kind: OverrideKind = EXTRA) -> Override:
    """An exception of some days of December and some hours."""
    return Override(date(2026, 12, first), date(2026, 12, last), kind, start * 60, end * 60)


def hours(one: Override) -> set[tuple[date, int]]:
    """The days and hours of an exception, one by one."""
    days = range((one.last - one.first).days + 1)
    return {
        (one.first + timedelta(days=day), hour)
        for day in days
        for hour in range(one.start // 60, one.end // 60)
    }


ALL = [override(first, last, start, end)
       for first, last in ((1, 1), (1, 3), (2, 2), (3, 4))
       for start, end in ((9, 11), (10, 12), (11, 13), (14, 15))]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), list(product(ALL, ALL)))
def test_what_becomes_one_opens_the_same_hours(one: Override, other: Override) -> None:
    both, found = hours(one) | hours(other), merged(one, other)

    assert overlap(one, other) is bool(hours(one) & hours(other))
    if found is not None:
        assert hours(found) == both
    elif hours(one) & hours(other):
        # No single rectangle of days and hours is what both are.
        days, clock = {day for day, _hour in both}, {hour for _day, hour in both}
        assert len(both) < len(days) * len(clock)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (override(1, 9, 0, 24, CLOSED), override(2, 3, 9, 11, CLOSED), True),
        (override(1, 3, 0, 24, CLOSED), override(2, 5, 0, 24, CLOSED), False),
        (override(1, 9, 0, 24, CLOSED), override(2, 3, 9, 11), False),
        (override(1, 1, 9, 11), override(2, 2, 9, 11), False),
    ],
)
def test_closed_days_and_days_apart_stay_by_themselves(
    one: Override, other: Override, found: bool
) -> None:
    assert [merged(one, other) is not None, merged(other, one) is not None] == [found, found]


def rows(app: Flask) -> list[Row]:
    with app.app_context():
        query = db.session().query(DateOverride).order_by(DateOverride.first, DateOverride.id)
        return [
            (str(one.first)[5:], str(one.last)[5:], one.start_minute, one.end_minute, one.note)
            for one in query
        ]


def add(
    chen: Client, cast: Cast, days: str, hours: str, note: str = "", kind: str = "extra"
) -> str:
    """Add an exception; what the answer says."""
    first, _, last = days.partition("/")
    values = {"kind": kind, "first": f"2026-{first}", "hours": hours, "note": note}
    if last:
        values["last"] = f"2026-{last}"
    answer = chen.post(editor(cast, "/overrides"), values)
    return "" if answer.status_code == 303 else unescape(answer.text)


def test_extra_hours_are_joined_where_they_overlap(app: Flask, chen: Client, people: Cast) -> None:
    add(chen, people, "12-05", "9-11", "讲座")
    add(chen, people, "12-05", "14-16", "下午")
    add(chen, people, "12-05", "10-14:30", "讲座")
    assert rows(app) == [("12-05", "12-05", 540, 960, "下午 / 讲座")]

    add(chen, people, "12-05", "9-16", "讲座")  # Sent twice.
    add(chen, people, "12-12/12-13", "9-11")
    add(chen, people, "12-13/12-19", "9-11", "加课")
    assert rows(app) == [
        ("12-05", "12-05", 540, 960, "下午 / 讲座"),
        ("12-12", "12-19", 540, 660, "加课"),
    ]


def test_hours_that_overlap_on_a_part_of_the_days_are_told(
    app: Flask, chen: Client, people: Cast
) -> None:
    add(chen, people, "12-12/12-13", "9-11")
    told = add(chen, people, "12-13/12-19", "10-12")

    assert "Extra hours from Sat 12 Dec 2026 on (09:00-11:00) overlap these." in told
    assert 'value="10-12"' in told
    assert rows(app) == [("12-12", "12-13", 540, 660, "")]
    assert add(chen, people, "12-13/12-19", "11-12") == ""


def test_closed_days_that_overlap_keep_their_reasons(
    app: Flask, chen: Client, people: Cast
) -> None:
    for _twice in range(2):
        add(chen, people, "12-07/12-09", "", "开会", "closed")
    add(chen, people, "12-09/12-11", "", "休假", "closed")
    assert rows(app) == [
        ("12-07", "12-09", 0, 1440, "开会"),
        ("12-09", "12-11", 0, 1440, "休假"),
    ]
