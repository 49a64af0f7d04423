"""What branches would see: the strip of days, of what is saved and of what is only typed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.availability import service
from booking.availability.engine.offers import slot_request_for
from booking.availability.models import ScheduleChange, WeeklyBlock
from booking.db import db, unit_of_work
from booking.instructors.models import Topic
from booking.lectures.schedules.queries import bookable_slots
from tests import factories
from tests.availability.editor import (
    EMPTY,
    MONTH,
    changed,
    editor,
    lectures,
    reasons,
    seen,
    strip,
    week,
)
from tests.browser import Client
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import CHEN, DISTRICT, NOW, ZONE, Cast, at

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TODAY = NOW.astimezone(ZONE).date()
HOLDS = {"every_weeks": "1", "replaces": "yes"}


def bookable(app: Flask, cast: Cast) -> list[tuple[date, str]]:
    """The days and beginnings that a branch is offered, by the function that a booking asks."""
    with app.app_context():
        session = db.session()
        topic = session.get_one(Topic, cast.chen.topic)
        slots = bookable_slots(
            session,
            [cast.chen.id],
            slot_request=slot_request_for(topic, DISTRICT),
            first=TODAY,
            last=TODAY + timedelta(days=13),
            now=NOW,
            zone=ZONE,
        )[cast.chen.id]
    return [
        (start.astimezone(ZONE).date(), f"{start.astimezone(ZONE):%H:%M}") for start, _ in slots
    ]


def test_the_strip_shows_what_can_be_booked(app: Flask, chen: Client, people: Cast) -> None:
    factories.confirmed(app, people, at(3, 9))

    shown = strip(chen.get(editor(people)).text)

    # From Thursday; the lecture at 9 leaves the time after it and the way from the county.
    assert shown[:5] == [[], [], [], ["12:00–20:00"], ["08:00–20:00"]]
    first = dict(reversed(bookable(app, people)))
    assert [times[0][:5] if times else None for times in shown] == [
        first.get(TODAY + timedelta(days=offset)) for offset in range(14)
    ]


def test_typed_hours_are_shown_as_if_saved_and_nothing_is_written(
    app: Flask, chen: Client, people: Cast
) -> None:
    before = bookable(app, people)
    typed = EMPTY | {"day3": "9-11", "day4": "8-20", "day5": "9：00~12：00"}

    looked = chen.post(editor(people, "/week"), typed | {"action": "preview"})

    assert looked.status_code == 200
    assert strip(looked.text)[3:8] == [["09:00–11:00"], ["08:00–20:00"], ["09:00–12:00"], [], []]
    assert changed(looked.text) == [3, 5, 7, 8, 9, 10, 12]
    assert week(looked.text) == {3: "9-11", 4: "8-20", 5: "9：00~12：00"}
    assert bookable(app, people) == before
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(ScheduleChange)) == 0

    assert chen.post(editor(people, "/week"), typed).status_code == 303
    assert strip(chen.get(editor(people)).text) == strip(looked.text)


@sqlite_only
def test_a_day_off_is_looked_at_before_it_is_added(chen: Client, people: Cast) -> None:
    values = {"kind": "closed", "first": "2026-11-26", "last": "2026-11-27", "note": "出差"}

    looked = chen.post(editor(people, "/overrides"), values | {"action": "preview"})

    assert (looked.status_code, changed(looked.text)) == (200, [3, 4])
    assert 'value="2026-11-26"' in looked.text
    assert "出差" in looked.text
    assert changed(chen.get(editor(people)).text) == []
    refused = chen.post(
        editor(people, "/overrides"), values | {"last": "2026-11-25", "action": "preview"}
    )
    assert (refused.status_code, "The last day lies before" in refused.text) == (422, True)


@sqlite_only
@pytest.mark.parametrize(
    ("day", "month", "told"),
    [
        ("2026-12-29", "December 2026", "Branches would see 1 day change."),
        ("2027-02-18", "February 2027", "Branches would see 1 day change."),
        # Further ahead than can be booked, even than any horizon; tomorrow, which is too soon.
        ("2027-03-04", "March 2027", "The hours of 1 day change, from Thu 4 Mar 2027 on, but"),
        ("2028-06-01", "June 2028", "The hours of 1 day change, from Thu 1 Jun 2028 on, but"),
        ("2026-11-24", "November 2026", "The hours of 1 day change, from Tue 24 Nov 2026 on, but"),
        # A Sunday is closed anyhow.
        ("2026-12-27", "November 2026", "No day would change."),
    ],
)
def test_the_preview_goes_to_where_the_change_lies(
    chen: Client, people: Cast, day: str, month: str, told: str
) -> None:
    values = {"kind": "closed", "first": day, "action": "preview"}

    looked = chen.post(editor(people, "/overrides"), values).text

    assert MONTH.findall(looked) == [month]
    assert told in looked
    distance = (date.fromisoformat(day) - TODAY).days
    assert changed(looked) == ([] if told == "No day would change." else [distance])


@sqlite_only
def test_other_months_are_shown_with_what_is_typed(chen: Client, people: Cast) -> None:
    typed = EMPTY | {"day5": "9-12"}

    looked = chen.post(editor(people, "/week"), typed | {"action": "preview"}).text
    assert (MONTH.findall(looked), week(looked)) == (["November 2026"], {5: "9-12"})
    assert 'name="month" value="2026-12"' in looked
    assert 'name="month" value="2026-10"' not in looked
    later = chen.post(editor(people, "/week"), typed | {"month": "2027-02"}).text
    assert (MONTH.findall(later), week(later)) == (["February 2027"], {5: "9-12"})
    # Ninety days ahead is the 21st of February: nothing is shown beyond.
    assert 'name="month" value="2027-03"' not in later
    assert changed(later)[:2] == [70, 71]  # Monday closes, and so does Tuesday


@sqlite_only
@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("2027-01", "January 2027"),
        ("1999-01", "November 2026"),
        ("2026-10", "November 2026"),
        ("2031-01", "February 2027"),
        ("2026-13", "November 2026"),
        ("soon", "November 2026"),
    ],
)
def test_a_month_from_today_to_the_last_that_can_be_booked(
    chen: Client, people: Cast, asked: str, shown: str
) -> None:
    page = chen.get(editor(people, f"?month={asked}")).text

    assert MONTH.findall(page) == [shown]
    assert min(seen(page)) >= 0


@sqlite_only
def test_lectures_stand_beside_the_open_hours(app: Flask, chen: Client, people: Cast) -> None:
    number = factories.confirmed(app, people, at(3, 9))
    other = factories.requested(app, people, at(3, 18))
    later = factories.requested(app, people, at(22, 9))

    page = chen.get(editor(people)).text
    december = chen.get(editor(people, "?month=2026-12")).text

    assert lectures(page) == {3: [number, other]}
    assert lectures(december) == {22: [later]}
    assert strip(page)[3] == ["12:00–17:00"]
    assert "✓ 09:00–11:00" in page


@sqlite_only
def test_hours_that_cannot_be_read_are_not_looked_at(chen: Client, people: Cast) -> None:
    refused = chen.post(editor(people, "/week"), EMPTY | {"day2": "soon", "action": "preview"})

    assert (refused.status_code, week(refused.text)) == (422, {2: "soon"})


@sqlite_only
def test_a_closed_day_says_why(app: Flask, chen: Client, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, start=9, end=11)
        row = session.scalars(
            select(WeeklyBlock).where(
                WeeklyBlock.instructor_id == people.chen.id, WeeklyBlock.weekday == 4
            )
        ).one()
        row.end_minute = 600
        service.suspend(
            session,
            instructor_id=people.chen.id,
            first=date(2026, 12, 3),
            last=date(2026, 12, 3),
        )
    factories.confirmed(app, people, at(3, 9))

    assert reasons(chen.get(editor(people)).text) == [
        "too soon to book", "too soon to book", "too soon to book", "booked",
        "too short for the lecture", "closed", "closed",
        "", "", "", "suspended", "too short for the lecture", "closed", "closed",
    ]  # fmt: skip


@sqlite_only
def test_another_topic_has_its_own_length(app: Flask, chen: Client, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, start=9, end=10)
        one = session.get_one(Topic, people.chen.topic)
        session.add(Topic(instructor_id=one.instructor_id, title="短讲", minutes=45))
        session.flush()
        short = session.scalars(select(Topic.id).where(Topic.title == "短讲")).one()

    assert strip(chen.get(editor(people)).text)[3] == []
    assert strip(chen.get(editor(people, f"?topic={short}")).text)[3] == ["09:00–09:45"]
    typed = EMPTY | {"day3": "14-15", "action": "preview", "topic": str(short)}
    assert strip(chen.post(editor(people, "/week"), typed).text)[3] == ["14:00–14:45"]


def test_the_editor_asks_the_same_number_of_questions_whatever_stands_in_it(
    app: Flask, chen: Client, people: Cast, queries: QueryCount
) -> None:
    counts = []
    for number in range(2):
        with queries() as seen:
            assert chen.get(editor(people)).status_code == 200
        counts.append(len(seen))
        for offset in range(3):
            values = {"kind": "closed", "first": f"2026-12-{10 + offset + 3 * number}"}
            chen.post(editor(people, "/overrides"), values)
            title = {"title": f"{number}.{offset}", "first": "2027-01-01", "day1": "9-12"}
            chen.post(editor(people, "/timetables/new"), EMPTY | HOLDS | title)
            factories.requested(app, people, at(14 + 7 * number + offset, 9))
    with queries() as seen:
        assert chen.get(editor(people)).status_code == 200
    counts.append(len(seen))
    # Timetables bring one question for all their hours.
    assert counts[2] == counts[1] <= counts[0] + 1


RULES = {
    "notice_days": "3",
    "horizon_days": "90",
    "buffer_minutes": "0",
    "step_minutes": "30",
    "shortest_minutes": "15",
    "longest_minutes": "480",
    "closed_on_holidays": "y",
    "makeup": "own",
}


# The working days of December from the tenth day on: the month that changes first is shown.
MONTHS = ("2026-11", "2026-12")
BEYOND = [10, 11, *range(14, 19), *range(21, 26), *range(28, 33), *range(35, 39)]


@pytest.mark.parametrize(
    ("typed", "days", "why"),
    [
        ({"notice_days": "5"}, [3, 4], "too soon to book"),
        ({"horizon_days": "9"}, BEYOND, "not open yet"),
        ({"longest_minutes": "90"}, [3, 4, 7, 8, 9, 10, 11], "too short for the lecture"),
        ({"cap_day": "1"}, [3], "the limit is reached"),
        ({"cap_week": "1"}, [3, 4], "the limit is reached"),
        # The lecture of January counts, though these two weeks and their margin do not hold it.
        ({"cap_year": "2"}, [3, 4, 7, 8, 9, 10, 11], "the limit is reached"),
        ({"cap_year": "3"}, [], ""),
        ({}, [], ""),
    ],
)
def test_how_bookings_are_taken_is_looked_at_before_it_is_saved(
    app: Flask,
    chen: Client,
    people: Cast,
    typed: dict[str, str],
    days: list[int],
    why: str,
) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.request(session, people, at(-300, 9), now=at(-320, 9))
        factories.request(session, people, at(3, 18))

    looked = chen.post(editor(people, "/rules"), RULES | typed | {"action": "preview"})

    assert (looked.status_code, changed(looked.text)) == (200, days)
    assert {reasons(looked.text)[day] for day in days} == ({why} if days else set())
    for name, value in typed.items():
        assert f'name="{name}"' in looked.text
        assert f'value="{value}"' in looked.text
    assert "Nothing is saved yet" in looked.text
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(ScheduleChange)) == 0

    assert chen.post(editor(people, "/rules"), RULES | typed).status_code == 303
    month = MONTHS[max(days, default=0) > 13]
    assert strip(chen.get(editor(people, f"?month={month}")).text) == strip(looked.text)


@sqlite_only
def test_days_off_are_looked_at_as_typed(chen: Client, people: Cast, time: Time) -> None:
    time.now = at(35, 9)  # The New Year follows.
    chen.sign_in(CHEN)  # A sign-in that was not used for so long has ended.
    typed = {name: value for name, value in RULES.items() if name != "closed_on_holidays"}

    looked = chen.post(editor(people, "/rules"), typed | {"action": "preview"})

    assert changed(looked.text) == [39]  # 2027-01-01
    refused = chen.post(editor(people, "/rules"), typed | {"notice_days": "", "action": "preview"})
    assert refused.status_code == 422
