"""An instructor's page: what, and a week of times with its badges."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from flask import Flask

from booking.db import unit_of_work
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import Cast

_DAY = re.compile(r'<li class="(week-day[^"]*)">(.*?)</li>', re.DOTALL)
_HEADING = re.compile(r"<h3>(.*?)</h3>", re.DOTALL)
_BADGE = re.compile(r'<span class="badge-(?:off|work)" title="([^"]*)">(.)<')
_SLOT = re.compile(r'<a class="slot" href="([^"]+)">([^<]+)</a>')
_ARROW = re.compile(r'rel="(prev|next)" href="[^"]*?week=([\d-]+)[^"]*"( hidden)?')

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def days(page: str) -> list[tuple[str, str, str, int]]:
    """(class, heading's first words, badge, number of slots) of the seven days."""
    return [
        (
            kind,
            " ".join(unescape(_HEADING.findall(body)[0]).partition("<")[0].split()),
            "".join(f"{badge}{title}" for title, badge in _BADGE.findall(body)),
            len(_SLOT.findall(body)),
        )
        for kind, body in _DAY.findall(page)
    ]


def arrows(page: str) -> dict[str, tuple[str, bool]]:
    """Where the arrows lead, and whether they show."""
    return {rel: (week, not hidden) for rel, week, hidden in _ARROW.findall(page)}


def test_the_first_week_with_a_free_time_is_shown(client: Client, people: Cast) -> None:
    page = client.language("en").get(f"/instructors/{people.chen.id}").text

    # Hours from 8 to 20, two hours long, each half hour: 21 starts; three days of notice.
    assert days(page) == [
        ("week-day week-today", "Mon 23 Nov", "", 0),
        ("week-day", "Tue 24 Nov", "", 0),
        ("week-day", "Wed 25 Nov", "", 0),
        ("week-day", "Thu 26 Nov", "", 21),
        ("week-day", "Fri 27 Nov", "", 21),
        ("week-day", "Sat 28 Nov", "", 0),
        ("week-day", "Sun 29 Nov", "", 0),
    ]
    assert arrows(page) == {"next": ("2026-11-30", True)}


@sqlite_only
def test_the_arrows_walk_through_the_weeks(client: Client, people: Cast) -> None:
    here = f"/instructors/{people.chen.id}?topic={people.chen.topic}&week="
    client.language("en")

    assert arrows(client.get(here + "2026-12-02").text) == {
        "prev": ("2026-11-23", True),
        "next": ("2026-12-07", True),
    }
    assert days(client.get(here + "2026-12-02").text)[0][1] == "Mon 30 Nov"
    # A week that is over shows this one; nonsense shows the first that has free times.
    for nonsense in ("2020-01-01", "0001-01-01", "yesterday", "2026-13-01", ""):
        assert days(client.get(here + nonsense).text)[0][1] == "Mon 23 Nov"
    assert len(days(client.get(here + "9999-12-31").text)) == 7


@sqlite_only
def test_a_week_without_free_times_leads_to_the_next_that_has(
    app: Flask, client: Client, people: Cast
) -> None:
    here = f"/instructors/{people.chen.id}?week="
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, weekdays=[])
    client.language("en")
    assert "This instructor is not open for booking yet." in client.get(here).text
    with app.app_context(), unit_of_work() as session:
        # An hour is too short for the lecture.
        factories.open_hours(session, people.chen.id, weekdays=[0], start=8, end=9)
    assert "No free time is open for booking at present." in client.get(here).text
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, weekdays=[0])

    page = client.get(here + "2026-11-23").text
    assert "Nothing is free in this week." in page
    assert "week=2026-11-30" in page
    assert "Nothing is free in this week or later." in client.get(here + "2027-06-01").text


@sqlite_only
@pytest.mark.parametrize("now", [datetime(2026, 2, 2, 2, tzinfo=UTC)])
def test_days_off_and_make_up_workdays_carry_badges(
    client: Client, people: Cast, now: datetime
) -> None:
    here = f"/instructors/{people.chen.id}?week="

    before = days(client.get(here + "2026-02-09").text)
    during = days(client.get(here + "2026-02-16").text)

    # 2026-02-14 is a Saturday that is worked; the festival lasts from the 15th to the 23rd.
    assert [badge for _kind, _day, badge, _slots in before] == [
        "",
        "",
        "",
        "",
        "",
        "班春节",
        "休春节",
    ]
    assert [day for _kind, day, _badge, _slots in before][:2] == ["2月9日 周一", "2月10日 周二"]
    assert [badge for _kind, _day, badge, _slots in during] == ["休春节"] * 7
    assert [slots for *_more, slots in during] == [0] * 7
    assert [slots for *_more, slots in before] == [21] * 5 + [0, 0]


@sqlite_only
def test_the_page_speaks_both_languages(client: Client, people: Cast) -> None:
    here = f"/instructors/{people.chen.id}"

    chinese = client.get(here).text
    english = client.language("en").get(here).text

    assert ('<html lang="zh-CN">' in chinese, '<html lang="en">' in english) == (True, True)
    assert days(chinese)[0][1] == "11月23日 周一"
    assert ("陈明老师" in chinese, "陈明老师" in english) == (True, False)
    assert ("今天" in chinese, '<span class="today">today</span>' in english) == (True, True)


@sqlite_only
def test_today_moves_at_local_midnight(client: Client, people: Cast, time: Time) -> None:
    here = f"/instructors/{people.chen.id}?week=2026-11-23"
    marked = []
    # One minute before and at midnight in Shanghai, which is 16:00 UTC.
    for minute in (datetime(2026, 11, 23, 15, 59), datetime(2026, 11, 23, 16, 0)):
        time.now = minute.replace(tzinfo=UTC)
        marked += [day for kind, day, *_ in days(client.get(here).text) if "today" in kind]

    assert marked == ["11月23日 周一", "11月24日 周二"]


@sqlite_only
def test_every_time_on_the_page_leads_to_its_booking(
    app: Flask, client: Client, people: Cast
) -> None:
    page = client.get(f"/instructors/{people.chen.id}").text
    contact = Client(app).sign_in(factories.LI)

    [(first, label), *_] = _SLOT.findall(page)
    assert label == "8:00"
    assert client.get(unescape(first)).status_code == 302  # to the sign-in, and back
    booking = contact.get(unescape(first))
    assert booking.status_code == 200
    assert "2026年11月26日（周四）上午8:00" in booking.text


@sqlite_only
def test_nobody_at_this_address(client: Client, people: Cast) -> None:
    assert client.get("/instructors/999999").status_code == 404
    assert client.get(f"/instructors/{people.chen.id}?topic=999999").status_code == 200


def test_what_was_booked_is_no_longer_offered(app: Flask, client: Client, people: Cast) -> None:
    factories.requested(app, people, factories.at(3, 9))

    page = client.get(f"/instructors/{people.chen.id}").text

    # Two hours from 9:00 are taken, so that of the 21 starts those from 8:00 to 10:30 are gone,
    # and the way from another place in the city of the region shown takes an hour on both sides.
    thursday = [slot for href, slot in _SLOT.findall(page) if f"start={date(2026, 11, 26)}" in href]
    expected = [f"{hour}:{minute:02d}" for hour in range(12, 18) for minute in (0, 30)]
    assert thursday == [*expected, "18:00"]
