"""The page /match: wrong input keeps what was typed, and one tap leads to the booking."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask

from booking.accounts.engine.roles import SYSTEM
from booking.db import unit_of_work
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Audience
from booking.instructors.service import InstructorFacts, TopicFacts
from tests import factories
from tests.browser import Client
from tests.factories import DISTRICT, LI, NOW, OTHER_DISTRICT, Cast
from tests.forms import prefilled
from tests.markup.language import without_marks

Query = list[tuple[str, str]]

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WRONG: list[tuple[Query, str, str, str]] = [
    ([("region", "123456")], "region", "没有这个地区。", "There is no such district."),
    ([("q", "字" * 10_000)], "q", "100", "This is too long to search for"),
    ([("from", "2026-12-02"), ("to", "2026-12-01")], "to", "", "The last day is before the first."),
    ([("from", "2026-12-01"), ("to", "2027-03-03")], "to", "92", "At most 92 days can be asked"),
    ([("from", "2026-02-30")], "from", "2026-12-02", "This is not a day."),
    ([("day", "tomorrow")], "day", "2026-12-02", "This is not a day."),
    ([("day", "0001-01-01")], "day", "2026-12-02", "This is not a day."),
    ([("day", "9999-12-31")], "day", "2026-12-02", "This is not a day."),
    ([("day", "2026-12-09"), ("from", "2026-12-01"), ("to", "2026-12-02")], "day", "",
     "The preferred day lies outside the days asked for."),
    ([("day", "2026-12-02"), ("from", "2026-12-03")], "day", "",
     "The preferred day lies outside the days asked for."),
    ([("day", "2026-12-09"), ("to", "2026-12-02")], "day", "",
     "The preferred day lies outside the days asked for."),
    ([("to", "2026-11-01")], "to", "", "These days are over."),
    ([("from", "2026-10-01")], "from", "", "These days are over."),
    ([("day", "2026-11-22")], "day", "", "These days are over."),
    ([("day", "2027-06-01"), ("from", "2026-12-01")], "day", "92", "At most 92 days can be asked"),
    ([("day", "2026-12-02"), ("part", "noon")], "part", "09:00", "Say morning, afternoon"),
    ([("minutes", "4")], "minutes", "480", "A lecture takes 5 to 480 minutes."),
    ([("minutes", "many")], "minutes", "480", "A lecture takes 5 to 480 minutes."),
    ([("minutes", "٣٠٠٠")], "minutes", "480", "A lecture takes 5 to 480 minutes."),
    ([("field", "x\x00")], "field", "", "There is no such field."),
    ([("audience", "x")], "audience", "", "There is no such audience."),
    ([("format", "x")], "format", "", "There is no such format."),
    ([("topic", "999999")], "topic", "", "This topic is no longer offered."),
]  # fmt: skip
OTHERS = {"q": "急救常识<b>", "region": DISTRICT, "minutes": "120"}
_TYPED = re.compile(r'<input class="form-control[^"]*"[^>]*? name="(\w+)"\s+value="([^"]*)"')


@pytest.mark.parametrize(("wrong", "field", "zh", "en"), WRONG)
def test_wrong_input_is_told_and_what_was_typed_stays(
    client: Client, people: Cast, wrong: Query, field: str, zh: str, en: str
) -> None:
    sent = OTHERS | dict(wrong)
    for language, sentence in (("zh", zh), ("en", en)):
        client.language(language)
        page = client.get(f"/match?{urlencode(sent)}")
        assert page.status_code == 422
        assert sentence in unescape(page.text)
        typed = [(name, unescape(value)) for name, value in _TYPED.findall(page.text)]
        names = ["q", "day", "day", "day", "from", "to", "minutes"]
        values = [sent.get(name, "") for name in names]
        values[2:4] = ["", ""]  # the second and the third preferred day
        assert [(name, value.replace("\ufffd", "\x00")) for name, value in typed] == list(
            zip(names, values, strict=True)
        )
        if sent["region"] == DISTRICT:
            assert f'<option value="{DISTRICT}" selected' in page.text
        marked = re.findall(
            r' id="(\w+)"[^>]*', " ".join(re.findall(r"<[^>]*is-invalid[^>]*>", page.text))
        )
        assert marked == ([field] if field != "topic" else [])


def test_one_tap_leads_to_the_booking(client: Client, people: Cast) -> None:
    client.sign_in(LI)
    page = client.get(f"/match?{urlencode({'q': '急救', 'region': DISTRICT})}").text
    links = [unescape(one) for one in re.findall(r'class="slot" href="([^"]+)"', page)]
    assert len(links) == 3
    for link in links:
        query = {name: value for name, [value] in parse_qs(urlsplit(link).query).items()}
        form = client.get(link)
        assert form.status_code == 200
        assert f'<option selected value="{DISTRICT}"' in form.text or (
            f'<option value="{DISTRICT}" selected' in form.text
        )
        assert query["region"] == DISTRICT
        assert query["topic"] in form.text
        assert query["start"] in form.text


@pytest.mark.parametrize("name", ["q", "region", "field", "audience", "format", "page"])
def test_the_directory_takes_any_character(client: Client, people: Cast, name: str) -> None:
    assert client.get(f"/instructors?{name}=%00").status_code == 200
    # The description of the API allows no empty codes; words may be empty.
    expected = 200 if name == "q" else 422
    assert client.get(f"/api/v1/instructors?{name}=%00").status_code == expected


def test_the_first_page_and_an_empty_search_lead_here(client: Client, people: Cast) -> None:
    assert 'href="/match"' in client.get("/").text
    empty = client.get("/instructors?q=姓名不存在").text
    links = [unescape(one) for one in re.findall(r'href="(/match\?[^"]*)"', empty)]
    assert [parse_qs(urlsplit(one).query) for one in links] == [{"q": ["姓名不存在"]}]
    assert client.get(links[0]).status_code == 200


_CONDITION = re.compile(r'<a class="chip" href="([^"]*)">(.*?) <span aria-hidden')


def conditions(page: str) -> dict[str, Query]:
    """What holds, and the question without it."""
    return {
        unescape(text): parse_qsl(urlsplit(unescape(link)).query, keep_blank_values=True)
        for link, text in _CONDITION.findall(without_marks(page))
    }


def _with_fields(app: Flask, people: Cast) -> int:
    """Chen also teaches a topic of a field below another; its id."""
    with app.app_context(), unit_of_work() as session:
        top = instructors.add_field(session, code="cyber", name="网络", name_en="Cyber")
        below = instructors.add_field(
            session, code="cyber.fraud", name="反诈", name_en="Fraud", parent_id=top.id
        )
        topic = TopicFacts("防范诈骗", field_id=below.id, audiences=(Audience.CADRES,))
        facts = InstructorFacts(
            name="曾华", workplace="远方", region_code=DISTRICT, serves=(DISTRICT,),
            topics=(topic,), field_ids=(below.id,),
        )  # fmt: skip
        one = instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW).id
        factories.open_hours(session, one)
        return instructors.topic_ids(session, one)[0]


@sqlite_only
def test_what_holds_is_shown_and_can_be_left_out(app: Flask, client: Client, people: Cast) -> None:
    topic = _with_fields(app, people)
    asked: Query = [
        ("q", "诈骗"), ("topic", str(topic)), ("field", "cyber.fraud"), ("region", DISTRICT),
        ("audience", "cadres"), ("format", "lecture"), ("minutes", "120"),
        ("from", "2026-12-01"), ("to", "2026-12-20"),
        ("day", "2026-12-03"), ("part", "morning"),
        ("day", ""), ("part", "evening"),
        ("day", "2026-12-04"), ("part", "09:30"),
    ]  # fmt: skip
    page = client.language("en").get(f"/match?{urlencode(asked)}").text
    assert "1 instructor is free" in page
    shown = conditions(page)
    times = ["Thu 3 Dec · Morning", "Every day · Evening", "Fri 4 Dec · 09:30"]
    assert list(shown) == [
        "“诈骗”", "Like the topic “防范诈骗”", "Fraud", "Tinglan District", *times,
        "From Tue 1 Dec", "Until Sun 20 Dec", "At most 120 minutes", "Cadres", "Lecture",
    ]  # fmt: skip
    # Each link asks for all but one; the form asks for the same again.
    for text, left in shown.items():
        rest = conditions(client.get(f"/match?{urlencode(left)}").text)
        assert list(rest) == [one for one in shown if one != text]
    again = urlencode(prefilled(page, "need"))
    assert list(conditions(client.get(f"/match?{again}").text)) == list(shown)


@sqlite_only
def test_a_topic_leads_to_who_else_teaches_it(client: Client, people: Cast) -> None:
    page = client.language("en").get(f"/instructors/{people.chen.id}").text
    link, *_ = re.findall(r'href="(/match\?topic[^"]*)"', page)
    found = client.get(unescape(link)).text
    assert [one for one in conditions(found) if one.startswith("Like")] == [
        "Like the topic “家庭急救常识（120分钟）”"
    ]
    assert f'href="/instructors/{people.chen.id}?' in found


@sqlite_only
def test_all_that_is_wrong_is_told_at_once(client: Client, people: Cast) -> None:
    wrong = "minutes=4&field=x&day=2026-12-02&day=morgen&part=&part=noon&to=2026-02-30"
    client.language("en")
    answer = client.get(f"/match?{wrong}")
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#([^"]+)">', answer.text) == [
        "day-2", "part-2", "to", "field", "minutes",
    ]  # fmt: skip
    marked = re.findall(
        r'is-invalid"[^>]* aria-invalid="true" aria-describedby="([^"]+)-error', answer.text
    )
    assert sorted(marked) == ["day-2", "field", "minutes", "part-2", "to"]
    json = client.get(f"/api/v1/matches?{wrong}").json
    assert json is not None
    # An unknown code of a field is well-formed: it is told once all else is.
    assert {name: len(some) for name, some in json["errors"]["query"].items()} == {
        "day": 1, "part": 1, "to": 1, "minutes": 1,
    }  # fmt: skip


@sqlite_only
def test_where_nothing_helps_each_condition_can_be_left_out(client: Client, people: Cast) -> None:
    page = without_marks(client.language("en").get(f"/match?q=急救+量子&region={DISTRICT}").text)
    assert "The register has nothing about “急救 量子”." in unescape(page)
    box = page[page.index('class="empty"') :]
    assert list(conditions(box)) == ["“急救 量子”", "Tinglan District"]
    words = re.findall(r'<a class="chip" href="([^"]*)">“([^”<]*)”</a>', without_marks(box))
    assert [text for _link, text in words] == ["急救", "量子"]
    assert "instructor is free" in client.get(unescape(words[0][0])).text


@sqlite_only
def test_how_an_answer_is_worded(client: Client, people: Cast) -> None:
    client.language("en")
    one_day = client.get("/match?q=急救&day=2026-12-03").text
    assert "Thu 3 Dec: 2 instructors are free" in " ".join(one_day.split())
    # What brings nobody forward has no tick.
    far = (
        client.get(f"/match?q=周岚&region={OTHER_DISTRICT}").text
        + client.get("/match?q=陈明&region=990000").text
    )
    tags = re.findall(r'<li class="tag">(.*?)</li>', far)
    assert "From further away" in tags
    assert [one for one in tags if "✓" not in one] == ["From further away"]
    assert any("Name, title or workplace fits" in one for one in tags)
    # What nobody sees is no condition.
    for nothing in ("%00", "，", "+"):
        page = client.get(f"/match?q={nothing}&day=2026-12-03").text
        assert list(conditions(page)) == ["Thu 3 Dec"]
        assert "Related" not in page


@sqlite_only
def test_the_form_is_folded_once_there_is_an_answer(client: Client, people: Cast) -> None:
    assert "asked" not in client.get("/match").text
    answer = client.get("/match?q=急救").text
    assert answer.index('<details class="more-filters asked">') < answer.index('id="need"')
