"""An instructor's page: what, a month of days with their reasons, and the times of one day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from flask import Flask

from booking.availability import service as availability
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import RuleSet
from booking.db import unit_of_work
from tests import factories, months
from tests.browser import Client
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import NOW, Cast, at

_SLOT = re.compile(r'<a class="slot" href="([^"]+/book[^"]+)">([^<]+)</a>')

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def times(page: str) -> list[str]:
    """The times of the chosen day."""
    return [text for _link, text in _SLOT.findall(months.panel(page))]


def test_the_first_free_day_is_chosen_in_its_month(client: Client, people: Cast) -> None:
    page = client.language("en").get(f"/instructors/{people.chen.id}").text
    days = months.cells(page)

    assert list(days) == [date(2026, 11, day) for day in range(1, 31)]
    # Monday the 23rd; three working days of notice; hours on weekdays from 8 to 20.
    assert months.free_days(page) == [date(2026, 11, day) for day in (26, 27, 30)]
    assert [days[date(2026, 11, day)].word for day in (22, 23, 24, 25, 26, 28)] == [
        "past", "too soon", "too soon", "too soon", "free", "closed",
    ]  # fmt: skip
    assert [day.day for day, cell in days.items() if cell.today] == [23]
    assert [day.day for day, cell in days.items() if cell.chosen] == [26]
    assert months.chosen(page) == "Thu 26 Nov 2026 21 times"
    # Two hours long, each half hour: 21 starts.
    assert (len(times(page)), times(page)[0], times(page)[-1]) == (21, "08:00", "18:00")
    assert months.way_on(page) == (
        f"/instructors/{people.chen.id}?topic={people.chen.topic}&day=2026-11-27#times",
        "Next free day: Fri 27 Nov",
    )


@sqlite_only
def test_months_turn_from_this_one_to_the_last_of_the_horizon(client: Client, people: Cast) -> None:
    client.language("en")
    page = client.get(f"/instructors/{people.chen.id}").text
    shown = []
    while True:
        turns = months.turns(page)
        shown.append((next(iter(months.cells(page))).isoformat()[:7], sorted(turns)))
        if "next" not in turns:
            break
        page = client.get(turns["next"]).text
        assert months.cells(page)[months.free_days(page)[0]].chosen

    # 90 days after 23 November: 21 February.
    assert shown == [
        ("2026-11", ["next"]),
        ("2026-12", ["next", "prev"]),
        ("2027-01", ["next", "prev"]),
        ("2027-02", ["prev"]),
    ]
    back = client.get(months.turns(page)["prev"]).text
    assert next(iter(months.cells(back))) == date(2027, 1, 1)


@sqlite_only
@pytest.mark.parametrize(
    ("asked", "month", "heading", "reason"),
    [
        ("day=2020-01-01", "2026-11", "Wed 1 Jan 2020", "No time is left on this day."),
        ("day=2026-11-22", "2026-11", "Sun 22 Nov 2026", "No time is left on this day."),
        ("day=2026-11-23", "2026-11", "Mon 23 Nov 2026 today", "The first day that can be booked"),
        ("day=2026-12-05", "2026-12", "Sat 5 Dec 2026", "The instructor does not teach on"),
        ("day=2027-02-22", "2027-02", "Mon 22 Feb 2027", "The last day for now is Sun 21 Feb"),
        ("day=2999-12-31", "2027-02", "Tue 31 Dec 2999", "The last day for now is Sun 21 Feb"),
    ],
)
def test_a_day_that_cannot_be_chosen_says_why_and_leads_on(
    client: Client, people: Cast, asked: str, month: str, heading: str, reason: str
) -> None:
    page = client.language("en").get(f"/instructors/{people.chen.id}?{asked}").text

    assert next(iter(months.cells(page))).isoformat()[:7] == month
    assert months.chosen(page) == heading
    assert reason in months.why(page)
    assert times(page) == []
    link, words = months.way_on(page) or ("", "")
    assert words.startswith(("Next free time: ", "First free time: "))
    assert len(times(client.get(link).text)) == 21


@sqlite_only
@pytest.mark.parametrize(
    "nonsense", ["day=yesterday", "day=2026-13-01", "day=0001-01-01", "month=x", "day=", "month="]
)
def test_nonsense_shows_the_first_free_day(client: Client, people: Cast, nonsense: str) -> None:
    page = client.language("en").get(f"/instructors/{people.chen.id}?{nonsense}").text

    assert months.chosen(page) == "Thu 26 Nov 2026 21 times"


@sqlite_only
def test_without_free_times_the_page_says_so_and_leads_to_the_next(
    app: Flask, client: Client, people: Cast
) -> None:
    here = f"/instructors/{people.chen.id}"
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, weekdays=[])
    client.language("en")
    assert "This instructor is not open for booking yet." in client.get(here).text
    with app.app_context(), unit_of_work() as session:
        # An hour is too short for the lecture.
        factories.open_hours(session, people.chen.id, weekdays=[0], start=8, end=9)
    page = client.get(here).text
    assert "No free time is open for booking at present." in page
    assert months.cells(page)[date(2026, 11, 30)].word == "short"
    assert months.why(client.get(f"{here}?day=2026-11-30").text).startswith(
        "The instructor's hours on this day are shorter than the lecture."
    )
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, weekdays=[0])
        availability.suspend(
            session,
            instructor_id=people.chen.id,
            first=date(2026, 12, 1),
            last=date(2027, 1, 31),
        )

    page = client.get(f"{here}?month=2026-12").text
    assert months.chosen(page) == "Nothing is free in this month."
    link, words = months.way_on(page) or ("", "")
    assert words == "Next free time: Mon 1 Feb 08:00"
    assert months.chosen(client.get(link).text) == "Mon 1 Feb 2027 21 times"


@sqlite_only
@pytest.mark.parametrize("now", [datetime(2026, 2, 2, 2, tzinfo=UTC)])
def test_days_off_and_make_up_workdays_carry_badges(
    client: Client, people: Cast, now: datetime
) -> None:
    days = months.cells(client.get(f"/instructors/{people.chen.id}?day=2026-02-09").text)

    # 2026-02-14 is a Saturday that is worked; the festival lasts from the 15th to the 23rd.
    badges = {day.day: cell.badge for day, cell in days.items() if cell.badge}
    assert badges == {14: "班春节", **dict.fromkeys(range(15, 24), "休春节"), 28: "班春节"}
    assert [days[date(2026, 2, day)].word for day in (13, 14, 16)] == ["可约", "不开放", "休息"]
    festival = client.get(f"/instructors/{people.chen.id}?day=2026-02-16").text
    assert "春节" in months.why(festival)


@sqlite_only
def test_the_page_speaks_both_languages(client: Client, people: Cast) -> None:
    here = f"/instructors/{people.chen.id}"

    chinese = client.get(here).text
    english = client.language("en").get(here).text

    assert ('<html lang="zh-CN">' in chinese, '<html lang="en">' in english) == (True, True)
    assert months.chosen(chinese) == "2026年11月26日（周四） 21个可约时间"
    assert ("陈明老师" in chinese, "陈明老师" in english) == (True, False)


@sqlite_only
def test_today_moves_at_local_midnight(client: Client, people: Cast, time: Time) -> None:
    here = f"/instructors/{people.chen.id}?day=2026-11-23"
    marked = []
    # One minute before and at midnight in Shanghai, which is 16:00 UTC.
    for minute in (datetime(2026, 11, 23, 15, 59), datetime(2026, 11, 23, 16, 0)):
        time.now = minute.replace(tzinfo=UTC)
        cells = months.cells(client.get(here).text)
        marked += [day.day for day, cell in cells.items() if cell.today]

    assert marked == [23, 24]


@sqlite_only
def test_every_time_on_the_page_leads_to_its_booking(
    app: Flask, client: Client, people: Cast
) -> None:
    page = client.get(f"/instructors/{people.chen.id}").text
    contact = Client(app).sign_in(factories.LI)

    [(first, label), *_] = _SLOT.findall(page)
    assert label == "8:00"
    # Who is not signed in signs in with the same form.
    assert 'name="password"' in client.get(unescape(first)).text
    booking = contact.get(unescape(first))
    assert booking.status_code == 200
    assert "2026年11月26日（周四）上午8:00" in booking.text


@sqlite_only
def test_nobody_at_this_address(client: Client, people: Cast) -> None:
    assert client.get("/instructors/999999").status_code == 404
    assert client.get(f"/instructors/{people.chen.id}?topic=999999").status_code == 200


def test_what_was_booked_is_no_longer_offered(app: Flask, client: Client, people: Cast) -> None:
    factories.requested(app, people, at(3, 9))

    page = client.get(f"/instructors/{people.chen.id}?day=2026-11-26").text

    # Two hours from 9:00 are taken, so that of the 21 starts those from 8:00 to 10:30 are gone,
    # and the way from another place in the city of the region shown takes an hour on both sides.
    expected = [f"{hour}:{minute:02d}" for hour in range(12, 18) for minute in (0, 30)]
    assert times(page) == [*expected, "18:00"]


@sqlite_only
def test_a_branch_sees_its_own_lectures_and_nobody_elses(
    app: Flask, client: Client, people: Cast
) -> None:
    factories.requested(app, people, at(3, 9))
    factories.requested(app, people, at(4, 9), organisation_id=people.zhao.id)

    here = f"/instructors/{people.chen.id}?day=2026-11-26"
    ours = Client(app).sign_in(factories.LI).get(here).text

    assert [day.day for day, cell in months.cells(ours).items() if cell.own] == [26]
    assert "本单位当天已约该讲师：2026年11月26日（周四）上午9:00—11:00。" in months.panel(ours)
    anybody = client.get(here).text
    assert not any(cell.own for cell in months.cells(anybody).values())
    assert "本单位" not in months.panel(anybody)


@sqlite_only
def test_a_full_day_tells_nothing_of_the_lectures_that_fill_it(
    app: Flask, client: Client, people: Cast
) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, start=8, end=11)
    factories.requested(app, people, at(3, 8))

    page = client.language("en").get(f"/instructors/{people.chen.id}?day=2026-11-26").text

    assert months.cells(page)[date(2026, 11, 26)].word == "full"
    assert months.why(page) == (
        "The instructor has other lectures on this day, and no time is left between them. "
        "Choose another day."
    )


@sqlite_only
def test_the_month_costs_the_same_queries_whatever_it_holds(
    app: Flask, client: Client, people: Cast, queries: QueryCount
) -> None:
    here = f"/instructors/{people.chen.id}"
    counts = []
    for filled in (False, True):
        if filled:
            with app.app_context(), unit_of_work() as session:
                rules = RuleSet(BookingRules(horizon_days=365))
                availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
            for days in (3, 4, 7, 8, 9):
                factories.requested(app, people, at(days, 9))
        for asked in ("", "?month=2026-12", "?day=2026-12-05", "?day=2999-01-01"):
            with queries() as seen:
                client.get(here + asked)
            counts.append(len(seen))
    assert set(counts) == {counts[0]}
    assert counts[0] <= 10
