"""The page /match: wrong input keeps what was typed, and one tap leads to the booking."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.browser import Client
from tests.factories import DISTRICT, LI, Cast

Query = list[tuple[str, str]]

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
    ([("day", "2026-12-02"), ("part", "noon")], "part", "09:00", "Say morning, afternoon"),
    ([("minutes", "5")], "minutes", "480", "A lecture takes 15 to 480 minutes."),
    ([("minutes", "many")], "minutes", "480", "A lecture takes 15 to 480 minutes."),
    ([("minutes", "٣٠٠٠")], "minutes", "480", "A lecture takes 15 to 480 minutes."),
    ([("field", "x\x00")], "field", "", "There is no such field."),
    ([("audience", "x")], "audience", "", "There is no such audience."),
    ([("format", "x")], "format", "", "There is no such format."),
    ([("topic", "999999")], "topic", "", "This topic is no longer offered."),
    ([("region", "\x00")], "region", "没有这个地区。", "There is no such district."),
]  # fmt: skip
OTHERS = {"q": "急救常识<b>", "region": DISTRICT, "minutes": "120"}
_TYPED = re.compile(r'<input class="form-control[^"]*"[^>]*? name="(\w+)" value="([^"]*)"')


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
    for path in ("/instructors", "/api/v1/instructors"):
        assert client.get(f"{path}?{name}=%00").status_code == 200


def test_the_first_page_and_an_empty_search_lead_here(client: Client, people: Cast) -> None:
    assert 'href="/match"' in client.get("/").text
    empty = client.get("/instructors?q=姓名不存在").text
    links = [unescape(one) for one in re.findall(r'href="(/match\?[^"]*)"', empty)]
    assert [parse_qs(urlsplit(one).query) for one in links] == [{"q": ["姓名不存在"]}]
    assert client.get(links[0]).status_code == 200
