"""Calendars on pages: lectures by month, week and list, each owner's and nobody else's."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask

from booking.availability import service as availability
from booking.availability.external.engine.calendar import CalendarKind
from booking.availability.external.models import BusySpan, ExternalCalendar
from booking.db import unit_of_work
from booking.lectures.engine.states import Command, Party
from tests import factories
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import CHEN, LI, NOW, WANG, ZHAO, ZHOU, Cast, at

_DAY = re.compile(
    r'<li class="(cal-day[^"]*)">\s*<h3>(.*?)</h3>(.*?)(?=<li class="cal-day|</ol>)', re.S
)
_ENTRY = re.compile(r'class="entry entry-(\w+)"[^>]*>(.*?)(?:</a>|</li>)', re.S)
_TAG = re.compile(r"<[^>]+>")
CALENDARS = {CHEN: "/inbox/calendar", LI: "/lectures/calendar", WANG: "/board/calendar"}

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _text(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())


def days(page: str) -> dict[str, list[tuple[str, str]]]:
    """The entries of each day: kind and text."""
    return {
        _text(heading).split(" today")[0]: [
            (kind, _text(body)) for kind, body in _ENTRY.findall(rest)
        ]
        for _kind, heading, rest in _DAY.findall(page)
    }


def numbers(page: str) -> set[str]:
    """The lectures to which a page leads."""
    return set(re.findall(r'href="/lectures/(YK-[\d-]+)"', page))


def test_everybody_sees_the_own_lectures(app: Flask, people: Cast) -> None:
    zhou = {"instructor_id": people.zhou.id, "topic_id": people.zhou.topic}
    ours = factories.requested(app, people, at(3, 9))
    kept = factories.confirmed(app, people, at(4, 9))
    theirs = factories.requested(app, people, at(7, 9), organisation_id=people.zhao.id)
    other = factories.requested(app, people, at(8, 9), organisation_id=people.zhao.id, **zhou)
    withdrawn = factories.requested(app, people, at(9, 9))
    with app.app_context(), unit_of_work() as session:
        factories.move(session, withdrawn, Command.WITHDRAW, Party.BRANCH)

    def seen(email: str, path: str) -> set[str]:
        reader = Client(app).sign_in(email)
        return {
            number
            for month in ("2026-11-01", "2026-12-01")
            for number in numbers(reader.get(f"{path}?day={month}").text)
        }

    assert seen(CHEN, "/inbox/calendar") == {ours, kept, theirs}
    assert seen(ZHOU, "/inbox/calendar") == {other}
    assert seen(LI, "/lectures/calendar") == {ours, kept}
    assert seen(ZHAO, "/lectures/calendar") == {theirs, other}
    board = numbers(Client(app).sign_in(WANG).get("/board").text)
    assert {ours, theirs} <= board | {kept} <= seen(WANG, "/board/calendar")


@pytest.mark.parametrize("path", CALENDARS.values())
def test_nobody_else_sees_a_calendar(app: Flask, client: Client, people: Cast, path: str) -> None:
    assert client.get(path).status_code == 302
    for email, own in CALENDARS.items():
        expected = 200 if own == path else 403
        assert Client(app).sign_in(email).get(path).status_code == expected


@sqlite_only
def test_a_month_a_week_and_a_list(app: Flask, people: Cast) -> None:
    factories.requested(app, people, at(3, 9))
    factories.confirmed(app, people, at(4, 14))
    li = Client(app).language("en").sign_in(LI)
    requested = ("requested", "09:00–11:00 ◔ Waiting for an answer 家庭急救常识（120分钟） · 陈明")
    confirmed = ("confirmed", "14:00–16:00 ✓ Confirmed 家庭急救常识（120分钟） · 陈明")

    month = days(li.get("/lectures/calendar").text)
    assert (len(month), next(iter(month))) == (30, "Sun 1 Nov")
    assert {day: found for day, found in month.items() if found} == {
        "Thu 26 Nov": [requested],
        "Fri 27 Nov": [confirmed],
    }
    week = days(li.get("/lectures/calendar?view=week&day=2026-11-29").text)
    assert (len(week), next(iter(week)), list(week)[-1]) == (7, "Mon 23 Nov", "Sun 29 Nov")
    assert week["Thu 26 Nov"] == [requested]
    assert days(li.get("/lectures/calendar?view=list").text) == {
        "Thu 26 Nov": [requested],
        "Fri 27 Nov": [confirmed],
    }
    empty = li.get("/lectures/calendar?view=list&day=2027-05-01").text
    assert (days(empty), "No lecture lies in this month." in empty) == ({}, True)
    for nonsense in ("view=year", "day=0000", "day=9999-99-99", "view=&day="):
        assert days(li.get(f"/lectures/calendar?{nonsense}").text) == month


@sqlite_only
def test_the_instructor_sees_free_busy_and_closed_time(app: Flask, people: Cast) -> None:
    factories.confirmed(app, people, at(3, 9))
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, start=8, end=12)
        availability.suspend(
            session, instructor_id=people.chen.id, first=date(2026, 11, 27), last=date(2026, 11, 27)
        )
        kept = ExternalCalendar(
            instructor_id=people.chen.id,
            kind=CalendarKind.UPLOAD,
            label="家里",
            all_day_busy=True,
            created_at=NOW,
        )
        session.add(kept)
        session.flush()
        start = at(7, 10)
        session.add(
            BusySpan(calendar_id=kept.id, starts_at=start, ends_at=start + timedelta(hours=1))
        )

    chen = Client(app).language("en").sign_in(CHEN)
    month = days(chen.get("/inbox/calendar").text)

    # Today it is 10:00; a lecture, a suspension, an hour of another calendar.
    assert month["Mon 23 Nov"] == [("free", "○ 10:00–12:00 free")]
    assert month["Thu 26 Nov"] == [
        ("confirmed", "09:00–11:00 ✓ Confirmed 家庭急救常识（120分钟） · 岫云县第一支部"),
        ("free", "○ 08:00–09:00 free"),
        ("free", "○ 11:00–12:00 free"),
    ]
    assert month["Fri 27 Nov"] == [("closed", "× suspended")]
    assert month["Mon 30 Nov"] == [
        ("busy", "▨ 10:00–11:00 busy elsewhere"),
        ("free", "○ 08:00–10:00 free"),
        ("free", "○ 11:00–12:00 free"),
    ]
    assert month["Sat 28 Nov"] == month["Sun 22 Nov"] == []
    # Free time alone makes no line of the list.
    assert set(days(chen.get("/inbox/calendar?view=list").text)) == {
        "Thu 26 Nov", "Fri 27 Nov", "Mon 30 Nov",
    }  # fmt: skip
    branch = days(Client(app).sign_in(LI).get("/lectures/calendar").text)
    assert {kind for found in branch.values() for kind, _text in found} == {"confirmed"}


@sqlite_only
def test_a_month_shows_some_lectures_of_a_full_day_and_leads_to_all(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    wang = Client(app).language("en").sign_in(WANG)
    with queries() as before:
        wang.get("/board/calendar")
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, start=0, end=24)
    for hour in range(0, 24, 2):
        factories.requested(app, people, at(3, hour))
    with queries() as after:
        page = wang.get("/board/calendar").text

    assert len(before) == len(after)
    assert len(days(page)["Thu 26 Nov"]) == 5
    [(link, words)] = re.findall(r'<a class="cal-more" href="([^"]+)"[^>]*>([^<]+)</a>', page)
    assert words == "7 more lectures"
    assert len(days(wang.get(unescape(link)).text)["Thu 26 Nov"]) == 12


@sqlite_only
@pytest.mark.parametrize(("email", "page"), [(CHEN, "/inbox"), (LI, "/lectures"), (WANG, "/board")])
def test_each_list_leads_to_its_calendar_and_back(
    app: Flask, people: Cast, email: str, page: str
) -> None:
    reader = Client(app).sign_in(email)

    assert f'href="{CALENDARS[email]}"' in reader.get(page).text
    assert f'href="{page}"' in reader.get(CALENDARS[email]).text.partition("<main")[2]
