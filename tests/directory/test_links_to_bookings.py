"""Whatever page shows a time: its link leads to a form that is accepted as it is prefilled."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.accounts.engine.roles import SYSTEM
from booking.availability import service as availability
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import RuleSet
from booking.db import unit_of_work
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Audience, Format
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture
from tests import factories, months
from tests.browser import Client
from tests.factories import (
    CITY,
    COUNTY,
    DISTRICT,
    LI,
    NOW,
    OTHER_DISTRICT,
    PASSWORD,
    ZONE,
    Cast,
    at,
)
from tests.forms import prefilled

_SLOT = re.compile(r'class="slot" href="(/instructors/\d+/book[^"]+)"')
_NAME = re.compile(r'<h2><a href="(/instructors/\d+[^"]*)"')
TODAY = NOW.astimezone(ZONE).date()

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def slots(page: str) -> list[str]:
    """Where the times of a page lead."""
    return [unescape(one) for one in _SLOT.findall(page)]


def book(app: Flask, contact: Client, link: str) -> dict[str, str]:
    """Send the form as it comes, with a place; fails unless it is accepted. It is withdrawn."""
    sent = dict(prefilled(contact.get(link).text, "booking")) | {"place": "文化馆"}
    answer = contact.post(link, sent)
    assert answer.status_code == 303, (link, sent)
    number = answer.headers["Location"].rpartition("/")[2]
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.WITHDRAW, Party.BRANCH)
    return sent


@pytest.fixture
def busy(app: Flask, people: Cast) -> Cast:
    """Chen teaches at home at ten for another branch: the way from there depends on the place."""
    factories.requested(
        app,
        people,
        at(3, 10),
        organisation_id=people.zhao.id,
        region_code=DISTRICT,
        place="大学",
    )
    return people


def test_each_link_is_accepted_as_it_is_prefilled(app: Flask, busy: Cast) -> None:
    contact = Client(app).sign_in(LI)
    for path, region in _pages(busy):
        links = _links_to(contact, path, busy)
        for link in links[:: max(1, len(links) // 3)]:
            assert parse_qs(urlsplit(link).query).get("region") == (region and [region]), path
            assert book(app, contact, link)["region"] == (region or COUNTY)


def _pages(busy: Cast) -> tuple[tuple[str, str | None], ...]:
    """Pages with times of Chen, each with the district that its reader chose."""
    day = (TODAY + timedelta(days=3)).isoformat()
    return (
        ("/match?q=急救&day=" + day, None),
        ("/match?q=急救&region=" + CITY, CITY),
        ("/instructors?q=陈明", None),
        ("/instructors?q=陈明&region=" + CITY, CITY),
        (f"/instructors/{busy.chen.id}", None),
        (f"/instructors/{busy.chen.id}?region=", None),
        (f"/instructors/{busy.chen.id}?region={OTHER_DISTRICT}", OTHER_DISTRICT),
    )


def _links_to(reader: Client, path: str, busy: Cast) -> list[str]:
    links = [one for one in slots(reader.get(path).text) if f"/instructors/{busy.chen.id}/" in one]
    assert len(links) >= 3, path
    return links


def test_after_signing_in_the_district_is_that_of_the_branch_unless_one_was_chosen(
    app: Flask, busy: Cast
) -> None:
    for path, region in _pages(busy):
        visitor = Client(app)
        link = _links_to(visitor, path, busy)[-1]

        answer = _signs_in_and_sends(visitor, link)

        assert answer.status_code == 303, path
        number = answer.headers["Location"].rpartition("/")[2]
        with app.app_context(), unit_of_work() as session:
            query = select(Lecture.region_code).where(Lecture.number == number)
            assert session.scalars(query).all() == [region or COUNTY], path
            factories.move(session, number, Command.WITHDRAW, Party.BRANCH)


def _signs_in_and_sends(visitor: Client, link: str) -> TestResponse:
    """Send the form of a link as it comes, with a place and the account of Li."""
    form = dict(prefilled(visitor.get(link).text, "booking"))
    return visitor.post(link, form | {"place": "文化馆", "email": LI, "password": PASSWORD})


def test_after_signing_in_the_time_is_checked_for_the_district_of_the_branch(
    app: Flask, busy: Cast
) -> None:
    start = at(3, 12, 30).astimezone(ZONE).isoformat()[:16]
    visitor = Client(app).language("en")
    free_for_others = [
        one
        for one in _links_to(visitor, f"/instructors/{busy.chen.id}?day={start[:10]}", busy)
        if parse_qs(urlsplit(one).query)["start"][0].startswith(start)
    ]
    assert len(free_for_others) == 1

    page = _signs_in_and_sends(visitor, free_for_others[0])

    # The way from Chen's lecture in the district to the county takes an hour.
    assert page.status_code == 422
    assert "too close to another lecture of the instructor" in page.text


def test_the_json_and_the_pages_tell_the_same_times(app: Flask, busy: Cast) -> None:
    contact = Client(app).sign_in(LI)
    day = (TODAY + timedelta(days=3)).isoformat()
    asked = {"q": "陈明", "from": day, "to": day}
    [match] = contact.get(f"/api/v1/matches?{urlencode(asked)}").get_json()["matches"]
    [card] = contact.get("/api/v1/instructors?q=陈明").get_json()["instructors"]
    times = contact.get(f"/api/v1/instructors/{busy.chen.id}/slots?from={day}&to={day}").json

    assert times is not None
    offered = [one["start"] for one in times["slots"]]
    assert (match["region"], card["region"], times["region"]) == (COUNTY, COUNTY, COUNTY)
    # The way to the county takes an hour, so that the first time after the lecture is at 13:00.
    assert offered[0] == f"{day}T13:00:00+08:00"
    shown = [f"{day}T{hour}:00:00+08:00" for hour in (13, 15, 17)]
    assert [one["start"] for one in match["times"]] == shown
    assert card["earliest"] == match["times"]


def test_a_branch_that_has_had_its_share_is_offered_nothing(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        rules = RuleSet(BookingRules(), caps=Caps(branch_quarter=1))
        availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
    factories.requested(app, people, at(4, 9))
    contact, link = Client(app).sign_in(LI), "/instructors?q=陈明"

    open_to_others = slots(Client(app).get(link).text)
    assert len(open_to_others) == 3
    assert slots(contact.get(link).text) == []
    [card] = contact.get("/api/v1" + link).get_json()["instructors"]
    assert card["earliest"] == []
    assert slots(contact.get("/match?q=陈明").text) == []
    page = contact.get(f"/instructors/{people.chen.id}?day=2026-11-30").text
    assert (slots(page), months.free_days(page)) == ([], [])
    sent = dict(prefilled(contact.get(open_to_others[0]).text, "booking"))
    sent["place"] = "文化馆"
    assert contact.post(open_to_others[0], sent).status_code == 422


@sqlite_only
def test_format_and_audience_come_along(app: Flask, busy: Cast) -> None:
    topic = TopicFacts(
        "防范诈骗",
        formats=(Format.LECTURE, Format.SEMINAR, Format.ONLINE),
        audiences=(Audience.VILLAGERS, Audience.CADRES),
    )
    facts = InstructorFacts(
        name="曾华",
        workplace="远方",
        region_code=OTHER_DISTRICT,
        serves=(COUNTY,),
        topics=(topic,),
    )
    with app.app_context(), unit_of_work() as session:
        one = instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW).id
        factories.open_hours(session, one)
        topic_id = instructors.topic_ids(session, one)[0]
    factories.requested(
        app, busy, at(3, 10), instructor_id=one, topic_id=topic_id, organisation_id=busy.zhao.id,
        region_code=OTHER_DISTRICT,
    )  # fmt: skip
    contact = Client(app).sign_in(LI)
    for form in ("seminar", "online"):
        asked = urlencode({"q": "诈骗", "format": form, "audience": "cadres"})
        found = {}
        for path in (f"/match?{asked}", f"/instructors?{asked}"):
            page = contact.get(path).text
            [name] = [unescape(link) for link in _NAME.findall(page)]
            found[path] = slots(page)
            day = slots(contact.get(name).text)
            first = [parse_qs(urlsplit(link).query)["start"] for link in (found[path][0], day[0])]
            assert first[0] == first[1]
            for link in (*found[path], day[0], day[-1]):
                sent = book(app, contact, link)
                assert (sent["format"], sent["audience"]) == (form, "cadres")
        assert len({len(links) for links in found.values()}) == 1
    # Before ten there is no time for the way, but enough for a lecture online.
    third = at(3, 8).date()
    starts = {
        form: contact.get(
            f"/api/v1/instructors/{one}/slots?from={third}&to={third}&region={COUNTY}&format={form}"
        ).get_json()["slots"][0]["start"]
        for form in ("lecture", "online")
    }
    assert starts == {"lecture": f"{third}T15:00:00+08:00", "online": f"{third}T08:00:00+08:00"}
