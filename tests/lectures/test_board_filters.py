"""The filters of the board: in the URL, one by one removable, and a search that forgives."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from booking.accounts import service as accounts
from booking.db import unit_of_work
from booking.instructors.models import Field, Topic
from booking.lectures.board.engine.filters import (
    Filters,
    Show,
    months_around,
    read,
    search_patterns,
)
from booking.lectures.engine.states import State
from tests import factories
from tests.factories import CITY, COUNTY, DISTRICT, WANG, Cast, at
from tests.lectures.board_page import board_of, client_of

TODAY = date(2026, 11, 23)
NOVEMBER = date(2026, 11, 1)


def _read(**parameters: str) -> Filters:
    return read(parameters, today=TODAY, regions={CITY, COUNTY}, fields={"safety"})


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, Filters()),
        ({"show": "week", "month": "2026-12"}, Filters(show=Show.WEEK)),
        ({"show": "all"}, Filters(show=Show.ALL, month=NOVEMBER)),
        ({"show": "all", "month": ""}, Filters(show=Show.ALL)),
        ({"show": "all", "q": "陈明"}, Filters(show=Show.ALL, words="陈明")),
        (
            {"show": "cancelled", "month": "2027-01", "page": "3"},
            Filters(show=Show.ALL, state=State.CANCELLED, month=date(2027, 1, 1), page=3),
        ),
        (
            {"month": "2026-11", "region": COUNTY, "field": "safety", "account": "none"},
            Filters(month=NOVEMBER, region=COUNTY, field="safety", no_account=True),
        ),
        ({"due": "soon", "q": "  陈　明  "}, Filters(due_soon=True, words="陈 明")),
    ],
)
def test_a_url_says_what_is_listed(parameters: dict[str, str], expected: Filters) -> None:
    found = _read(**parameters)
    assert found == expected
    assert _read(**found.query()) == found


@pytest.mark.parametrize(
    "parameters",
    [
        {"show": "everything"},
        {"month": "2026-13"},
        {"month": "0000-01"},
        {"region": "990200"},
        {"field": "nothing"},
        {"account": "yes", "due": "1"},
        {"page": "-1"},
        {"page": "９"},
        {"page": "9" * 30},
        {"q": "——（）"},
    ],
)
def test_what_is_no_value_is_left_out(parameters: dict[str, str]) -> None:
    assert _read(**parameters) == Filters()


@pytest.mark.parametrize(
    ("words", "patterns"),
    [
        ("ＹＫ－２０２６－０００１２３", ["%yk_2026_000123%"]),
        ("yk—2026 123", ["%yk_2026%", "%123%"]),
        ("陈明老师，岫云县", ["%陈明%", "%岫云县%"]),
        ("老师", ["%老师%"]),
        ("100%", ["%100_%"]),
        ("% _ \\", []),
    ],
)
def test_words_are_compared_as_they_are_meant(words: str, patterns: list[str]) -> None:
    assert search_patterns(words) == patterns


def test_the_months_that_can_be_chosen_hold_the_chosen_one() -> None:
    december, far = date(2026, 12, 1), date(2031, 5, 1)
    assert months_around(TODAY, None, before=1, after=1) == [date(2026, 10, 1), NOVEMBER, december]
    assert months_around(TODAY, far, before=0, after=1) == [NOVEMBER, december, far]


def test_search_finds_number_instructor_and_branch(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people)
    with app.app_context(), unit_of_work() as session:
        unit = accounts.add_organisation(
            session, name="栖云ABC公司（虚构）支部", region_code=COUNTY
        ).id
    other = factories.requested(app, people, at(4, 9), organisation_id=unit)
    client = client_of(app, WANG)

    full_width = number.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    found = {
        words: board_of(client, f"?q={words}").numbers
        for words in (
            *(number, number.lower(), full_width, number[-4:], f" {number}　"),
            *("陈 明", "陈明老师", "岫云县第一支部", "ａｂｃ公司(虚构)", "abc公司（虚构）"),
            *("陈明 岫云", "周岚", "%25", "nobody"),
        )
    }

    first, both, second = [number], [number, other], [other]
    assert list(found.values()) == [
        *(first, first, first, first, first),
        *(both, both, first, second, second),
        *(first, [], both, []),
    ]


def test_district_and_field(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        accounts.add_region(session, code="990123", name="竹隐县", name_en=None, parent_code=CITY)
        above = Field(code="medicine", name="医学")
        session.add(above)
        session.flush()
        below = Field(code="first-aid", name="急救", name_en="First aid", parent_id=above.id)
        session.add(below)
        session.add(Field(code="law", name="法治"))
        session.flush()
        session.get_one(Topic, people.chen.topic).field_id = below.id
    number = factories.requested(app, people)
    client = client_of(app, WANG)

    def found(query: str) -> bool:
        return board_of(client, query).numbers == [number]

    # Chen belongs to DISTRICT and Li's branch to COUNTY, both under CITY.
    assert [found(f"?region={code}") for code in (CITY, DISTRICT, COUNTY, "990123")] == [
        *(True, True, True, False)
    ]
    assert [found(f"?field={code}") for code in ("medicine", "first-aid", "law")] == [
        *(True, True, False)
    ]


def test_each_filter_can_be_left_out_by_itself(app: Flask, people: Cast) -> None:
    factories.requested(app, people)
    client = client_of(app, WANG)

    page = board_of(client, f"?q=zzz&month=2026-11&region={COUNTY}&account=none&due=soon")

    assert page.numbers == []
    rest = f"month=2026-11&region={COUNTY}"
    assert page.chips == {
        "“zzz”": f"/board?{rest}&account=none&due=soon",
        "November 2026": f"/board?region={COUNTY}&q=zzz&account=none&due=soon",
        "Xiuyun County": "/board?month=2026-11&q=zzz&account=none&due=soon",
        "Instructor without an account": f"/board?{rest}&q=zzz&due=soon",
        "Answer due within a day": f"/board?{rest}&q=zzz&account=none",
    }


def test_an_empty_list_says_what_to_do(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people, at(10, 9))
    client = client_of(app, WANG)

    assert "New requests to instructors or from branches" in board_of(client).text
    assert "No lecture is confirmed for this week." in board_of(client, "?show=week").text
    assert "Choose another month" in board_of(client, "?show=all&month=2020-01").text
    page = board_of(client, f"?q={number}").text
    assert "No lecture fits these filters." in page
    assert f'href="/board?show=all&amp;month=&amp;q={number}"' in page
    assert board_of(client, f"?show=all&month=&q={number}").numbers == [number]
