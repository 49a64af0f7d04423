"""The JSON API tells what the pages tell, refuses what they refuse, and writes nothing."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from booking.availability import service as availability
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.db import db, unit_of_work
from booking.directory.engine.match_query import MatchQuery
from booking.directory.engine.matching import MatchReason, Nearby
from booking.directory.engine.search_query import Search
from booking.directory.matching import service as matching_service
from booking.directory.search import queries as search_queries
from booking.instructors.engine.vocabulary import Audience, Channel, Format
from booking.instructors.models import Instructor, Topic
from booking.lectures.schedules.queries import bookable_slots
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, COUNTY, DISTRICT, LI, NOW, ROOT, WANG, ZONE, Cast, at

TODAY = NOW.astimezone(ZONE).date()
PREFIX = "/api/v1"
ROUTES = ("/instructors", "/instructors/{instructor_id}/slots", "/matches")
PHONE, ADDRESS = "12000009999", "canary@example.org"


def address(path: str, **query: object) -> str:
    return f"{PREFIX}{path}?{urlencode(query, doseq=True)}"


def told(client: Client, path: str, **query: object) -> Any:
    response = client.get(address(path, **query))
    assert (response.status_code, response.mimetype) == (200, "application/json"), response.text
    return response.json


def listed(slots: Any) -> list[dict[str, str]]:
    """Times as the answers write them."""
    return [
        {
            "start": start.astimezone(ZONE).isoformat(),
            "end": end.astimezone(ZONE).isoformat(),
        }
        for start, end in slots
    ]


def test_the_description_names_the_routes_and_their_parameters(client: Client) -> None:
    document = told(client, "/openapi.json")
    assert document["openapi"] == "3.0.3"
    assert document["info"] == {"title": "Yueke", "version": "v1"}
    assert sorted(document["paths"]) == sorted(PREFIX + route for route in ROUTES)
    methods = {path: sorted(set(item) - {"parameters"}) for path, item in document["paths"].items()}
    assert methods == {path: ["get"] for path in methods}
    names = {
        route: sorted(
            one["name"]
            for one in document["paths"][PREFIX + route]["get"]["parameters"]
            if one["in"] == "query"
        )
        for route in ROUTES
    }
    assert names == {
        ROUTES[0]: ["audience", "field", "format", "page", "q", "region"],
        ROUTES[1]: ["format", "from", "minutes", "region", "to", "topic"],
        ROUTES[2]: "audience day field format from minutes part q region to topic".split(),
    }
    # Whatever is referred to is there, as a reader of the description needs it.
    for pointer in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        part = document
        for name in pointer.split("/"):
            part = part[name]


def _described(document: Any, schema: Any, value: Any) -> list[str]:
    """Where an answer differs from its description."""
    if "$ref" in schema:
        return _described(
            document, document["components"]["schemas"][schema["$ref"].split("/")[-1]], value
        )
    kinds = {"integer": int, "string": str, "boolean": bool, "array": list, "object": dict}
    if value is None:
        return [] if schema.get("nullable") else ["null"]
    if type(value) is not kinds[schema["type"]]:
        return [f"{value!r} is no {schema['type']}"]
    if isinstance(value, list):
        return [wrong for one in value for wrong in _described(document, schema["items"], one)]
    properties = schema.get("properties")
    if isinstance(value, dict) and properties is not None:
        if set(value) != set(properties):
            return [f"{sorted(value)} instead of {sorted(properties)}"]
        return [
            wrong
            for name, one in value.items()
            for wrong in _described(document, properties[name], one)
        ]
    return []


def test_answers_are_as_described(client: Client, people: Cast) -> None:
    document = told(client, "/openapi.json")
    saturday = TODAY + timedelta(days=5)
    asked: list[tuple[str, str, dict[str, object]]] = [
        (ROUTES[0], "/instructors", {}),
        (ROUTES[1], f"/instructors/{people.chen.id}/slots", {}),
        (ROUTES[1], f"/instructors/{people.chen.id}/slots", {"minutes": 45}),
        (ROUTES[2], "/matches", {}),
        (ROUTES[2], "/matches", {"from": saturday, "to": saturday, "region": DISTRICT}),
    ]
    for route, path, query in asked:
        answer = document["paths"][PREFIX + route]["get"]["responses"]["200"]
        schema = answer["content"]["application/json"]["schema"]
        assert _described(document, schema, told(client, path, **query)) == []


def test_instructors_are_those_of_the_page(app: Flask, client: Client, people: Cast) -> None:
    for email in (None, LI):
        if email:
            client.sign_in(email)
        answer = told(client, "/instructors", q="急救")
        with app.app_context():
            found = search_queries.find(
                db.session(),
                Search("急救"),
                here=COUNTY if email else "",
                organisation_id=people.li.id if email else None,
                now=NOW,
                zone=ZONE,
            )
        expected = [(card.instructor.name, listed(card.earliest)) for card in found.cards]
        assert [(one["name"], one["earliest"]) for one in answer["instructors"]] == expected
        assert (answer["total"], answer["page"], answer["pages"]) == (2, 1, 1)
        page = client.get(f"/instructors?{urlencode({'q': '急救'})}").text
        shown = re.findall(r"/instructors/(\d+)[^\"]*\"", page)
        assert list(dict.fromkeys(map(int, shown))) == [one["id"] for one in answer["instructors"]]


def test_slots_are_those_of_the_page_and_the_booking(
    app: Flask, client: Client, people: Cast
) -> None:
    factories.requested(app, people, at(3, 9))
    client.sign_in(LI)
    last = TODAY + timedelta(days=14)
    answer = told(client, f"/instructors/{people.chen.id}/slots", **{"from": TODAY, "to": last})
    with app.app_context():
        slots = bookable_slots(
            db.session(), [people.chen.id],
            slot_request=SlotRequest(120, Place(COUNTY), people.li.id),
            first=TODAY, last=last, now=NOW, zone=ZONE,
        )[people.chen.id]  # fmt: skip
    assert answer == {
        "instructor": people.chen.id,
        "topic": people.chen.topic,
        "minutes": 120,
        "region": COUNTY,
        "from": TODAY.isoformat(),
        "to": last.isoformat(),
        "estimated_years": [],
        "slots": listed(slots),
    }
    days = [TODAY + timedelta(days=offset) for offset in range(14)]
    pages = "".join(
        client.get(f"/instructors/{people.chen.id}?day={day.isoformat()}").text for day in days
    )
    starts = re.findall(r"start=(\d{4}-\d\d-\d\dT\d\d(?::|%3A)\d\d)", pages)
    shown = sorted({start.replace("%3A", ":") for start in starts})
    until = (TODAY + timedelta(days=13)).isoformat() + "T24"
    assert shown == [one["start"][:16] for one in answer["slots"] if one["start"] < until]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_years_whose_days_off_are_estimated_are_named(
    app: Flask, client: Client, people: Cast, time: Time
) -> None:
    slots = f"/instructors/{people.chen.id}/slots"
    december = {"from": "2026-12-01", "to": "2026-12-31"}
    turn = {"from": "2026-12-01", "to": "2027-01-04"}
    for path in (slots, "/matches"):
        answers = [told(client, path, **query)["estimated_years"] for query in (december, turn)]
        assert answers == [[], [2027]]
    # Nobody in December: what is nearest lies in January, whose days are estimated.
    with app.app_context(), unit_of_work() as session:
        for one in (people.chen, people.zhou):
            availability.suspend(
                session,
                instructor_id=one.id,
                first=date(2026, 12, 1),
                last=date(2026, 12, 31),
            )
    answer = told(client, "/matches", **{"from": "2026-12-28", "to": "2026-12-31"})
    assert {near["first_time"]["start"][:4] for near in answer["nearest"]} == {"2026", "2027"}
    assert answer["estimated_years"] == [2027]

    assert told(client, "/instructors")["estimated_years"] == []
    time.now = NOW + timedelta(days=30)
    assert told(client, "/instructors")["estimated_years"] == [2027]


def test_matches_are_those_of_the_page(app: Flask, client: Client, people: Cast) -> None:
    client.sign_in(LI)
    last = TODAY + timedelta(days=21)
    query: dict[str, object] = {"q": "急救", "region": DISTRICT, "from": TODAY, "to": last}
    answer = told(client, "/matches", **query)
    with app.app_context():
        match_query = MatchQuery(
            TODAY, last, "急救", region_code=DISTRICT, organisation_id=people.li.id
        )
        found = matching_service.find(db.session(), match_query, now=NOW, zone=ZONE)
    assert [
        (one["instructor"]["id"], one["topic"]["id"], one["reasons"], one["times"])
        for one in answer["matches"]
    ] == [
        (one.instructor_id, one.topic_id, list(one.reasons), listed(one.times))
        for one in found.matches
    ]
    assert [one["instructor"]["id"] for one in answer["matches"]] == [people.chen.id]
    page = client.get(f"/match?{urlencode(query)}").text
    links = re.findall(r"/instructors/(\d+)/book\?[^\"]*start=([^\"&]+)", page)
    assert [(int(one), start.replace("%3A", ":")) for one, start in links] == [
        (one["instructor"]["id"], slot["start"][:16])
        for one in answer["matches"]
        for slot in one["times"]
    ]


def test_what_is_nearest_can_be_asked(client: Client, people: Cast) -> None:
    saturday = TODAY + timedelta(days=5)
    query: dict[str, object] = {"from": saturday, "to": saturday, "region": DISTRICT}
    nearest = told(client, "/matches", **query)["nearest"]
    assert [one["kind"] for one in nearest] == ["another_day", "earlier_day"]
    for one in nearest:
        changed = told(client, "/matches", **one["query"])
        assert (
            min(match["times"][0]["start"] for match in changed["matches"])
            == (one["first_time"]["start"])
        )


WRONG: list[tuple[str, dict[str, object], str, str, str]] = [
    ("/matches", {"region": "123456"}, "region", "没有这个地区。请从列表中选择。",
     "There is no such district. Choose one from the list."),
    ("/matches", {"from": "2026-02-30"}, "from", "", "This is not a day. Write it as 2026-12-02."),
    ("/matches", {"from": "2026-12-02", "to": "2026-12-01"}, "to", "",
     "The last day is before the first. Exchange them."),
    ("/matches", {"from": "2026-12-01", "to": "2027-03-03"}, "to", "",
     "At most 92 days can be asked for at once. Choose fewer."),
    ("/matches", {"topic": "999999"}, "topic", "",
     "This topic is no longer offered. Choose another."),
    ("/matches", {"topic": "²"}, "topic", "", "This topic is no longer offered. Choose another."),
    ("/matches", {"minutes": "4"}, "minutes", "", "A lecture takes 5 to 480 minutes."),
    ("/matches", {"minutes": "²"}, "minutes", "", "A lecture takes 5 to 480 minutes."),
    ("/matches", {"q": "字" * 10_000}, "q", "",
     "This is too long to search for: at most 100 characters."),
    ("/matches", {"field": "x"}, "field", "", "There is no such field. Choose one from the list."),
    ("/matches", {"audience": "x"}, "audience", "",
     "There is no such audience. Choose one from the list."),
    ("/matches", {"format": "x"}, "format", "",
     "There is no such format. Choose one from the list."),
    ("/matches", {"day": ["2026-12-02"] * 7}, "day", "",
     "At most 6 preferred times can be asked for."),
    ("/matches", {"day": "2026-12-02", "part": "noon"}, "part", "",
     "Say morning, afternoon, evening or a time such as 09:00."),
    ("/matches", {"day": "2026-12-02", "part": "²²:²²"}, "part", "",
     "Say morning, afternoon, evening or a time such as 09:00."),
    ("/matches", {"day": "2026-12-09", "from": "2026-12-01", "to": "2026-12-02"}, "day", "",
     "The preferred day lies outside the days asked for."),
    ("/matches", {"to": "2026-11-01"}, "to", "",
     "These days are over. Choose today or a later day."),
    ("/matches", {"day": "2026-12-02", "from": "2026-12-03"}, "day", "",
     "The preferred day lies outside the days asked for."),
    ("/matches", {"day": ["2026-12-02", "x"]}, "day", "",
     "This is not a day. Write it as 2026-12-02."),
    ("/instructors/1/slots", {"to": "2026-11-01"}, "to", "",
     "These days are over. Choose today or a later day."),
    ("/instructors/1/slots", {"format": "x"}, "format", "",
     "There is no such format. Choose one from the list."),
    ("/instructors/1/slots", {"format": "online"}, "format", "",
     "This topic is not taught in this format. Leave the format out."),
    ("/instructors/1/slots", {"region": "x"}, "region", "",
     "There is no such district. Choose one from the list."),
    ("/instructors/1/slots", {"from": "2026-12-01", "to": "2027-03-03"}, "to", "",
     "At most 92 days can be asked for at once. Choose fewer."),
    ("/instructors/1/slots", {"topic": "1", "minutes": "60"}, "minutes", "",
     "This topic takes 120 minutes. Leave the length out."),
]  # fmt: skip


WELL_FORMED = (
    "The last day is before the first. Exchange them.",
    "There is no such field. Choose one from the list.",
    "The preferred day lies outside the days asked for.",
    "These days are over. Choose today or a later day.",
    "This topic is not taught in this format. Leave the format out.",
    "At most 92 days can be asked for at once. Choose fewer.",
    "This topic takes 120 minutes. Leave the length out.",
)
"""Refusals of what the description allows: they depend on what there is, or on each other."""


def refused(response: TestResponse, status: int) -> Any:
    assert (response.status_code, response.mimetype) == (status, "application/json")
    assert response.json is not None
    assert response.json["code"] == status
    return response.json


@pytest.mark.parametrize(("path", "query", "field", "zh", "en"), WRONG)
def test_wrong_input_is_refused_as_on_the_page(
    client: Client, people: Cast, path: str, query: dict[str, object], field: str, zh: str, en: str
) -> None:
    code = query.get("topic", query.get("region"))
    well_formed = en in WELL_FORMED or (str(code).isascii() and str(code).isdecimal())
    status = 409 if well_formed else 422
    if zh:
        assert refused(client.get(address(path, **query)), status)["message"] == zh
    client.language("en")
    assert refused(client.get(address(path, **query)), status) == {
        "code": status,
        "status": "Conflict" if status == 409 else "Unprocessable Entity",
        "message": en,
        "errors": {"query": {field: [en]}},
    }
    if path == "/matches":
        page = client.get(f"/match?{urlencode(query, doseq=True)}")
        assert (page.status_code, en in page.text) == (422, True)


@pytest.mark.parametrize("day", ["5005-05-21", "8999-12-31", "1000-01-01"])
def test_days_far_away_are_answered(client: Client, people: Cast, day: str) -> None:
    """The search for an earlier day goes back from them, in spans that double."""
    answer = client.get(f"/api/v1/matches?day={day}&audience=community")
    page = client.get(f"/match?day={day}&audience=community")
    assert (answer.status_code in {200, 409, 422}, page.status_code in {200, 422}) == (True, True)
    # Only years that can be booked are named, not each of three thousand.
    assert len(answer.get_json().get("estimated_years", [])) <= 2
    assert len(page.text) < 100_000


def test_the_length_of_words_counts_what_is_removed(client: Client, people: Cast) -> None:
    asked = {count: client.get("/api/v1/instructors?q=a" + "%1F" * count) for count in (99, 100)}
    assert {count: answer.status_code for count, answer in asked.items()} == {99: 200, 100: 422}


def test_several_wrong_values_are_told_at_once(client: Client, people: Cast) -> None:
    client.language("en")
    answer = refused(client.get(address("/matches", minutes=4, q="字" * 101, field="x")), 422)
    assert answer["errors"]["query"] == {
        "q": ["This is too long to search for: at most 100 characters."],
        "minutes": ["A lecture takes 5 to 480 minutes."],
    }
    assert answer["message"] == "This is too long to search for: at most 100 characters."


def test_the_description_lists_the_values(client: Client) -> None:
    document = told(client, "/openapi.json")
    route = document["paths"][PREFIX + "/matches"]["get"]["parameters"]
    known = {one["name"]: one["schema"].get("enum") for one in route}
    assert (known["audience"], known["format"]) == (list(Audience), list(Format))
    assert [one for one in known if known[one]] == ["audience", "format"]
    schemas = document["components"]["schemas"]
    assert schemas["Match"]["properties"]["reasons"]["items"]["enum"] == list(MatchReason)
    assert schemas["Nearest"]["properties"]["kind"]["enum"] == list(Nearby)
    described = {one["name"]: one.get("description", "") for one in route}
    assert described["topic"].startswith("Id of a topic as an example")


def test_a_crash_is_told_as_json(
    app: Flask, client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_some: object, **_more: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(matching_service, "find", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = refused(client.language("en").get(PREFIX + "/matches"), 500)
    assert answer["message"] == (
        "Something broke on our side. Nothing was changed. Please try again in a minute."
    )
    assert client.get("/match?q=x").mimetype == "text/html"


def test_what_is_not_there_is_told_as_json(app: Flask, client: Client, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        unlisted = factories.make_instructor(session, "未公开")
        session.get_one(Instructor, unlisted).listed = False
        closed = session.get_one(Topic, people.zhou.topic)
        closed.active = False
    slots = "/instructors/{}/slots"
    for unknown in (unlisted, 999999, "x"):
        refused(client.get(PREFIX + slots.format(unknown)), 404)
    for path in ("/nothing", "", "/"):
        refused(client.get(PREFIX + path), 404)
    # Somebody else's topic, and one that is no longer offered.
    refused(client.get(address(slots.format(people.zhou.id), topic=people.chen.topic)), 404)
    refused(client.get(address(slots.format(people.zhou.id), topic=people.zhou.topic)), 409)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(client: Client, people: Cast, method: str) -> None:
    paths = ("/instructors", f"/instructors/{people.chen.id}/slots", "/matches")
    for path in paths:
        response = client.open(method, PREFIX + path)
        refused(response, 405)
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    client.language("en")
    assert refused(client.open(method, PREFIX + "/matches"), 405)["message"] == (
        "This can only be read: ask with GET."
    )
    assert client.open(method, "/match").mimetype == "text/html"


def test_no_contact_is_in_any_answer(app: Flask, client: Client, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        contacts = ((Channel.PHONE, PHONE), (Channel.EMAIL, ADDRESS))
        bird = factories.make_instructor(session, "金丝雀", contacts=contacts)
        factories.open_hours(session, bird)
    paths = ("/instructors", f"/instructors/{bird}/slots", "/matches", "/openapi.json")
    for email in (None, LI, CHEN, WANG, ROOT):
        browser = Client(app)
        if email:
            browser.sign_in(email)
        texts = [browser.get(PREFIX + path).text for path in paths]
        assert "金丝雀" in texts[0].encode().decode("unicode_escape") or "金丝雀" in texts[0]
        found = [word for word in (PHONE, ADDRESS, CHEN) for text in texts if word in text]
        assert found == []
