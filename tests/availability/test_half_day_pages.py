"""Half-days by region: a coordinator sets them, and every page calls times by them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from booking.availability import queries
from booking.availability.engine.day_parts import DEFAULT_TEMPLATE, SlotTemplate
from booking.db import db
from tests import factories, months
from tests.browser import Client
from tests.factories import CITY, COUNTY, DISTRICT, OTHER_CITY, Cast, at

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PROVINCE = "990000"
EARLY = {"morning": "8:00-11:30", "afternoon": "13：00~16：30", "evening": "18-20"}
EARLY_TEMPLATE = SlotTemplate((480, 690), (780, 990), (1080, 1200))
_PART = re.compile(r'<h4 class="day-part">([^<]+)</h4>(.*?)(?=<h4|</div>)', re.DOTALL)
_SLOT = re.compile(r'class="slot"[^>]*>([\d:]+)<')


@pytest.fixture
def wang(app: Flask, people: Cast) -> Client:
    """Wang, who coordinates 栖云市, in English."""
    return Client(app).language("en").sign_in(factories.WANG)


def template(app: Flask, region_code: str) -> SlotTemplate:
    with app.app_context():
        return queries.slot_template(db.session(), region_code)


def first_day(page: str) -> dict[str, list[str]]:
    """The parts of the first day with free times, which is chosen, and their times."""
    parts = dict(_PART.findall(months.panel(page)))
    return {part: _SLOT.findall(slots) for part, slots in parts.items()}


def test_the_nearest_region_that_says_so_counts(app: Flask, wang: Client, people: Cast) -> None:
    assert template(app, DISTRICT) == DEFAULT_TEMPLATE

    saved = wang.post("/half-days", EARLY | {"region": CITY})

    assert (saved.status_code, saved.location) == (303, f"/half-days?region={CITY}")
    found = [template(app, code) for code in (CITY, DISTRICT, OTHER_CITY, PROVINCE)]
    assert found == [EARLY_TEMPLATE, EARLY_TEMPLATE, DEFAULT_TEMPLATE, DEFAULT_TEMPLATE]
    wang.post("/half-days", EARLY | {"region": DISTRICT, "evening": "19:00-20:30"})
    assert template(app, DISTRICT).evening == (1140, 1230)
    assert template(app, COUNTY) == EARLY_TEMPLATE
    assert wang.post(f"/half-days/{DISTRICT}/remove").status_code == 303
    assert template(app, DISTRICT) == EARLY_TEMPLATE


def test_free_times_stand_under_their_part_of_the_day(
    app: Flask, wang: Client, people: Cast
) -> None:
    path = f"/instructors/{people.chen.id}"
    usual = first_day(wang.get(path).text)
    wang.post("/half-days", EARLY | {"region": CITY})
    shifted = first_day(wang.get(path).text)

    assert [(part, times[0], times[-1]) for part, times in usual.items()] == [
        ("Morning", "08:00", "11:30"),
        ("Afternoon", "12:00", "17:30"),
        ("Evening", "18:00", "18:00"),
    ]
    assert [(part, times[0], times[-1]) for part, times in shifted.items()] == [
        ("Morning", "08:00", "11:00"),
        ("Afternoon", "11:30", "16:30"),
        ("Evening", "17:00", "18:00"),
    ]


@sqlite_only
def test_the_pages_of_a_lecture_call_its_time_alike(app: Flask, wang: Client, people: Cast) -> None:
    number = factories.requested(app, people, at(3, 17, 30))
    li = Client(app).sign_in(factories.LI)
    book = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start=2026-11-27T17:30"
    pages = [(li, f"/lectures/{number}"), (li, "/lectures"), (li, book)]
    pages.append((Client(app).sign_in(factories.CHEN), "/inbox"))

    def words() -> list[set[str]]:
        texts = [browser.get(path).text for browser, path in pages]
        return [set(re.findall(r"(?:上午|下午|晚上)(?=5:30)", text)) for text in texts]

    assert words() == [{"下午"}] * 4
    wang.post("/half-days", EARLY | {"region": CITY})
    assert words() == [{"晚上"}] * 4


@sqlite_only
def test_the_editor_fills_in_the_half_days_of_the_region(
    app: Flask, wang: Client, people: Cast
) -> None:
    wang.post("/half-days", EARLY | {"region": CITY})
    tool = {"action": "fill", "fill_with": "afternoon", "fill_days": ["0"]}
    page = wang.post(f"/instructors/{people.chen.id}/availability/week", tool).text

    assert 'value="13:00-16:30"' in page
    assert "Afternoon 13:00-16:30" in page


@sqlite_only
def test_what_makes_no_sense_is_refused_and_kept(app: Flask, wang: Client, people: Cast) -> None:
    sentence = "they must follow each other"
    for values, expected in (
        ({"evening": "16:00-20:00"}, sentence),
        ({"morning": ""}, sentence),
        ({"morning": "8-9, 10-11"}, sentence),
        ({"morning": "11-8"}, "The end must be later than the beginning."),
        ({"afternoon": "after lunch"}, "Write hours like 8:30-12:00"),
        ({"region": "110000"}, "Not a valid choice."),
    ):
        refused = wang.post("/half-days", EARLY | {"region": CITY} | values)
        assert (refused.status_code, expected in unescape(refused.text)) == (422, True)
        assert f'value="{(EARLY | values)["evening"]}"' in refused.text
    assert template(app, CITY) == DEFAULT_TEMPLATE


@sqlite_only
def test_a_coordinator_sets_the_own_regions_only(app: Flask, wang: Client, people: Cast) -> None:
    sun = Client(app).sign_in(factories.SUN)
    wang.post("/half-days", EARLY | {"region": CITY})

    answers = [
        sun.post("/half-days", EARLY | {"region": CITY}).status_code,
        sun.post(f"/half-days/{CITY}/remove").status_code,
        wang.post("/half-days", EARLY | {"region": PROVINCE}).status_code,
        wang.post(f"/half-days/{PROVINCE}/remove").status_code,
        Client(app).sign_in(factories.CHEN).get("/half-days").status_code,
    ]

    assert answers == [422, 404, 422, 404, 403]
    assert template(app, DISTRICT) == EARLY_TEMPLATE
    assert "栖云市" not in sun.get("/half-days").text
