"""What a branch is told of a time that it cannot have: the rule, and where there is room."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from booking.availability import service as availability
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import RuleSet
from booking.db import db, unit_of_work
from booking.instructors.models import Topic
from booking.lectures import booking_requests
from booking.lectures.engine.unbookable import NotBookable
from tests import factories
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import COUNTY, LI, NOW, OTHER_DISTRICT, ZHAO, ZONE, Cast, at

NEAREST = re.compile(r'class="slot" form="booking" formaction="[^"]*start=([^"&]*)')
BOX = re.compile(r'<div class="alert[^>]*>(.*?)</div>', re.DOTALL)
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def booked(client: Client, cast: Cast, start: str, **more: str) -> str:
    """What can be read on the page that answers a request for a time."""
    return unescape(page_after(client, cast, start, **more))


def page_after(client: Client, cast: Cast, start: str, **more: str) -> str:
    """The page that answers a request for a time."""
    page = f"/instructors/{cast.chen.id}/book?topic={cast.chen.topic}&start={start}"
    values = {
        "organisation": str(cast.li.id), "region": COUNTY, "place": "文化馆",
        "format": "lecture", "audience": "", "attendees": "", "note": "",
    }  # fmt: skip
    answer = client.post(page, values | more)
    assert answer.status_code in (409, 422)
    return answer.text


def refusal(app: Flask, cast: Cast, starts_at: datetime, **more: Any) -> NotBookable:
    with app.app_context(), pytest.raises(NotBookable) as refused, unit_of_work() as session:
        factories.request(session, cast, starts_at, **more)
    return refused.value


def set_rules(app: Flask, cast: Cast, rules: RuleSet) -> None:
    with app.app_context(), unit_of_work() as session:
        availability.set_rules(session, instructor_id=cast.chen.id, rules=rules, now=NOW)


Change = Callable[[Session, Cast], None]


def suspend(session: Session, cast: Cast) -> None:
    first, last = (at(days, 0).astimezone(ZONE).date() for days in (8, 60))
    availability.suspend(session, instructor_id=cast.chen.id, first=first, last=last)


def limit_topic(session: Session, cast: Cast) -> None:
    topic = session.get_one(Topic, cast.chen.topic)
    topic.valid_from = topic.valid_to = at(4, 0).astimezone(ZONE).date()


def cap(caps: Caps) -> Change:
    def change(session: Session, cast: Cast) -> None:
        rules = RuleSet(BookingRules(horizon_days=365), caps=caps)
        availability.set_rules(session, instructor_id=cast.chen.id, rules=rules, now=NOW)
        factories.request(session, cast, at(3, 9))

    return change


@pytest.mark.parametrize(
    ("change", "wanted", "nearest"),
    [
        # 2027-03-20 and 2030: the last day of the horizon is Friday, 19 February (88 days on).
        (None, datetime(2027, 3, 20, 9, tzinfo=ZONE), [at(88, 17), at(88, 17, 30), at(88, 18)]),
        (None, datetime(2030, 3, 20, 9, tzinfo=ZONE), [at(88, 17), at(88, 17, 30), at(88, 18)]),
        (None, datetime(2026, 1, 5, 9, tzinfo=ZONE), [at(3, 8), at(3, 8, 30), at(3, 9)]),
        (cap(Caps(year=1)), at(3, 14), [at(42, 8), at(42, 8, 30), at(42, 9)]),
        (cap(Caps(month=1)), at(3, 14), [at(8, 8), at(8, 8, 30), at(8, 9)]),
        (cap(Caps(branch_quarter=1)), at(3, 14), [at(42, 8), at(42, 8, 30), at(42, 9)]),
        (suspend, at(36, 9), [at(63, 8), at(63, 8, 30), at(63, 9)]),
        (suspend, at(29, 9), [at(7, 17), at(7, 17, 30), at(7, 18)]),
        (limit_topic, at(60, 9), [at(4, 17), at(4, 17, 30), at(4, 18)]),
    ],
)
def test_the_nearest_times_are_named_wherever_they_are(
    app: Flask, people: Cast, change: Change | None, wanted: datetime, nearest: list[datetime]
) -> None:
    if change is not None:
        with app.app_context(), unit_of_work() as session:
            change(session, people)
    found = refusal(app, people, wanted).nearest
    assert [start for start, _end in found or ()] == nearest


def test_looking_further_asks_twice_more_and_only_where_nothing_is_near(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    factories.requested(app, people, at(3, 9))
    asked = []
    for wanted in (at(3, 9), at(110, 9), datetime(2031, 1, 1, tzinfo=ZONE)):
        with app.app_context():
            topic = db.session().get_one(Topic, people.chen.topic)
            booking_request = factories.booking_request(people, wanted)
            asked_slot = booking_requests.asked(booking_request, topic)
            with queries() as seen, pytest.raises(NotBookable) as refused:
                booking_requests.check_early(
                    db.session(), booking_request, asked_slot, now=NOW, zone=ZONE
                )
        assert len(refused.value.nearest or ()) == 3
        asked.append(len(seen))
    assert asked == [2, 4, 4]


def test_who_has_no_time_at_all_is_not_the_end(app: Flask, people: Cast, client: Client) -> None:
    with app.app_context(), unit_of_work() as session:
        availability.suspend(
            session, instructor_id=people.chen.id, first=date(2026, 1, 1), last=None
        )
    client.language("en").sign_in(LI)
    page = booked(client, people, "2026-11-26T09:00")
    assert NEAREST.findall(page) == []
    assert "This instructor has no other time for this lecture." in page
    assert "Find out who else can teach this" in page


@pytest.mark.parametrize(
    ("language", "start", "told"),
    [
        ("en", "2026-11-24T09:00", "The first day that can be booked is Thu 26 Nov 2026: "),
        ("zh_Hans_CN", "2026-11-24T09:00", "最早可预约2026年11月26日（周四），"),
        ("en", "2027-03-20T09:00", "The last day for now is Sun 21 Feb 2027: "),
        ("zh_Hans_CN", "2027-03-20T09:00", "目前开放至2027年2月21日（周日），"),
        ("en", "2027-01-01T09:00", "Fri 1 Jan 2027 is a day off (元旦) on which"),
        ("zh_Hans_CN", "2027-01-01T09:00", "2027年1月1日（周五）放假（元旦），讲师不授课。"),
    ],
)
@sqlite_only
def test_days_are_named(client: Client, people: Cast, language: str, start: str, told: str) -> None:
    client.language(language).sign_in(LI)
    assert told in booked(client, people, start)


@sqlite_only
def test_the_own_lecture_is_named_and_another_branchs_is_not(
    app: Flask, people: Cast, client: Client
) -> None:
    factories.confirmed(app, people, at(3, 9), place="岫云县<b>文化馆")
    client.language("en").sign_in(LI)
    far = {"region": OTHER_DISTRICT, "place": "观屿学校"}
    page = booked(client, people, "2026-11-26T12:00", **far)
    assert (
        "This is too close to your branch's own lecture that begins on Thu 26 Nov 2026, 09:00 in "
        "岫云县<b>文化馆: the way between the two places takes longer. Choose another time, "
        "a nearer place or an online lecture. The next time that leaves enough for the way: "
        "Thu 26 Nov 2026, 14:00."
    ) in page
    assert NEAREST.findall(page)[0] == "2026-11-26T14:00"
    assert "in 岫云县&lt;b&gt;文化馆: the way" in page_after(
        client, people, "2026-11-26T12:00", **far
    )
    # The last time of the day leads nowhere after it.
    factories.confirmed(app, people, at(4, 15), place="岫云县文化馆")
    assert "The next time that leaves" not in booked(client, people, "2026-11-27T17:30", **far)

    zhao = Client(app).language("en").sign_in(ZHAO)
    page = booked(zhao, people, "2026-11-26T12:00", organisation=str(people.zhao.id), **far)
    assert (
        "This is too close to another lecture of the instructor: the way between the two places "
        "takes longer. Choose another time, a nearer place or an online lecture. The next time "
        "that leaves enough for the way: Thu 26 Nov 2026, 14:00."
    ) in page
    assert [page.count(secret) for secret in ("岫云县文化馆", "09:00", "家庭急救常识（60")] == [
        0,
        0,
        0,
    ]


@sqlite_only
def test_a_sentence_says_which_week_is_full(app: Flask, people: Cast, client: Client) -> None:
    set_rules(app, people, RuleSet(caps=Caps(week=1)))
    factories.requested(app, people, at(15, 9))
    client.language("zh_Hans_CN").sign_in(LI)
    assert "讲师该周授课已满" in booked(client, people, "2026-12-09T09:00")


@sqlite_only
def test_nearest_times_of_an_estimated_year_say_so(
    app: Flask, people: Cast, client: Client
) -> None:
    with app.app_context(), unit_of_work() as session:
        cap(Caps(year=1))(session, people)
    client.language("en").sign_in(LI)
    note = "The official schedule of days off for {} is not published yet."
    page = booked(client, people, "2026-11-27T09:00")
    assert ">Mon 4 Jan 2027 08:00</button>" in page
    assert [note.format(year) in page for year in (2026, 2027, 2028)] == [False, True, False]
    page = booked(client, people, "2031-11-27T09:00")
    assert [note.format(year) in page for year in (2027, 2028, 2031)] == [True, False, False]
