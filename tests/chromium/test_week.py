"""The week as a picture: drawn with a mouse, tapped with a finger, walked with the keyboard.

The seven lines of text are what is sent; the picture writes into them and reads them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page

from tests import factories
from tests.chromium.conftest import Pictures, Province
from tests.chromium.test_pages import AUDIT, LANGS, source_problems
from tests.chromium.visitors import HEIGHTS, Visitors, follow

ZHOU = factories.ZHOU


def cell(page: Page, day: int, hour: int, minute: int = 0) -> Locator:
    """The cell of a day and a time."""
    return page.locator(f"[role=gridcell][data-day='{day}'][data-minute='{hour * 60 + minute}']")


def line(page: Page, day: int) -> str:
    """What stands in the line of a day."""
    return page.input_value(f"#day{day}")


def draw(page: Page, first: Locator, last: Locator) -> None:
    """Press the mouse on one cell and let it go on another."""
    first.scroll_into_view_if_needed()
    start, end = first.bounding_box(), last.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 5, end["y"] + 5, steps=30)
    page.mouse.up()


@pytest.fixture(params=[360, 1280])
def width(request: pytest.FixtureRequest) -> int:
    """A telephone, and a desk."""
    found: int = request.param
    return found


@pytest.fixture
def desk(province: Province, visitors: Visitors) -> Iterator[Page]:
    """Zhou's editor on a desk."""
    with visitors.window(ZHOU, language="en", width=1280) as (page, watch):
        page.goto("/availability")
        yield page
        assert watch.take() == []


def test_a_mouse_opens_and_closes_what_it_is_drawn_over(desk: Page) -> None:
    desk.fill("#day5", "")
    draw(desk, cell(desk, 5, 9), cell(desk, 5, 11))
    assert line(desk, 5) == "09:00-11:30"
    draw(desk, cell(desk, 5, 10), cell(desk, 5, 10))
    assert line(desk, 5) == "09:00-10:00, 10:30-11:30"
    draw(desk, cell(desk, 5, 10), cell(desk, 6, 10))
    assert (line(desk, 5), line(desk, 6)) == ("09:00-11:30", "10:00-10:30")


def test_the_picture_follows_what_is_typed_and_keeps_what_it_cannot_read(desk: Page) -> None:
    desk.fill("#day5", "8：45~9:15，半")
    assert cell(desk, 5, 9).get_attribute("class") == "glance-unclear"
    cell(desk, 5, 9).click()
    assert line(desk, 5) == "8：45~9:15，半"
    desk.fill("#day5", "8:45~9:15")
    states = [cell(desk, 5, 8, 30), cell(desk, 5, 9), cell(desk, 5, 9, 30)]
    names = [one.get_attribute("class") for one in states]
    assert names == ["glance-partly", "glance-partly", "glance-closed"]
    cell(desk, 5, 9).click()
    assert line(desk, 5) == "08:45-09:30"


def test_the_keyboard_walks_and_switches(desk: Page) -> None:
    desk.fill("#day6", "")
    assert desk.locator("#glance [tabindex='0']").count() == 1
    desk.locator("#glance [tabindex='0']").focus()
    for key in ("End", "ArrowDown", "ArrowDown", "Space", "ArrowDown", "Enter"):
        desk.keyboard.press(key)
    assert line(desk, 6) == "09:00-10:00"
    here = desk.evaluate("document.activeElement.getAttribute('aria-label')")
    assert here == "Sun 09:30–10:00 open"
    desk.keyboard.press("Space")
    assert line(desk, 6) == "09:00-09:30"
    assert desk.locator("#glance [tabindex='0']").count() == 1


def hours(page: Page) -> tuple[int, int]:
    """The first and the last hour of the picture."""
    told = page.locator("#glance [role=gridcell][data-day='0']").evaluate_all(
        "cells => cells.map(cell => Number(cell.dataset.minute) / 60)"
    )
    return int(min(told)), int(max(told))


def test_the_picture_grows_to_what_is_typed(desk: Page) -> None:
    assert hours(desk) == (8, 20)
    desk.fill("#day5", "6:00-7:00, 22:00-24:00")
    assert hours(desk) == (6, 23)
    states = [
        cell(desk, 5, *at).get_attribute("class")
        for at in ((6, 0), (6, 30), (7, 0), (21, 30), (22, 0), (23, 30))
    ]
    shown = ["open", "open", "closed", "closed", "open", "open"]
    assert states == [f"glance-{state}" for state in shown]
    # It is drawn on as before, and stays as wide while hours are taken back.
    draw(desk, cell(desk, 6, 6), cell(desk, 6, 7))
    assert line(desk, 6) == "06:00-07:30"
    desk.fill("#day5", "")
    desk.fill("#day6", "9-10")
    assert hours(desk) == (6, 23)
    assert desk.locator("#glance [tabindex='0']").count() == 1


def test_the_whole_day_can_be_shown_and_drawn_on(province: Province, visitors: Visitors) -> None:
    with visitors.window(ZHOU, language="en", width=360) as (page, watch):
        page.goto("/availability")
        page.fill("#day5", "")
        button = page.locator(".glance-more")
        assert (button.inner_text(), hours(page)) == ("Show the whole day", (8, 20))
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        button.tap()
        assert (button.inner_text(), hours(page)) == ("Show fewer hours", (0, 23))
        cell(page, 5, 23).tap()
        cell(page, 5, 0).tap()
        assert line(page, 5) == "00:00-01:00, 23:00-24:00"
        page.fill("#day5", "7-8")
        button.tap()
        assert (button.inner_text(), hours(page)) == ("Show the whole day", (7, 20))
        assert page.evaluate(AUDIT) == []
        assert watch.take() == []


def test_a_finger_taps_hours(province: Province, visitors: Visitors) -> None:
    with visitors.window(ZHOU, language="en", width=360) as (page, watch):
        page.goto("/availability")
        page.fill("#day5", "10:30-11:00")
        for hour, expected in (
            (9, "09:00-10:00, 10:30-11:00"),
            (10, "09:00-11:00"),
            (9, "10:00-11:00"),
        ):
            cell(page, 5, hour).tap()
            assert line(page, 5) == expected
        box = cell(page, 5, 9).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert watch.take() == []


@pytest.mark.parametrize("javascript", [True, False])
def test_looking_ahead_saving_and_undoing(
    province: Province, visitors: Visitors, javascript: bool
) -> None:
    with visitors.window(ZHOU, language="en", width=360, javascript=javascript) as (page, watch):
        page.goto("/availability")
        before = line(page, 6)
        assert page.locator("#glance").is_visible() is javascript
        page.fill("#day6", "9-11:30")
        follow(page, "form[action$='/week'] button[value=preview]")
        assert line(page, 6) == "9-11:30"
        # How many Sundays of the two weeks can be booked depends on the day of the test.
        sundays = [one for one in page.locator(".strip-day").all() if "Sun" in one.inner_text()]
        assert len(sundays) == 2
        told = [sunday.inner_text() for sunday in sundays]
        opened = ["too soon" not in one and "day off" not in one for one in told]
        assert ["09:00–11:30" in one for one in told] == opened
        assert ["changed" in one for one in told] == opened
        assert page.locator(".strip-changed").count() == sum(opened)
        page.click(".fill-tool summary")
        page.select_option("#fill_with", "evening")
        page.locator("[name=fill_days][value='6']").check()
        follow(page, "form[action$='/week'] button[value=fill]")
        assert line(page, 6) == "09:00-11:30, 19:00-21:00"
        follow(page, "form[action$='/week'] button.btn-primary")
        assert page.locator(".notice-good").count() == 1
        follow(page, ".last-change button")
        assert line(page, 6) == before
        assert watch.take() == []


@pytest.mark.parametrize("language", LANGS)
def test_what_branches_would_see_is_sound(
    province: Province, visitors: Visitors, pictures: Pictures, language: str, width: int
) -> None:
    with visitors.window(ZHOU, language=language, width=width) as (page, watch):
        page.goto("/availability")
        page.fill("#day6", "9-11:30")
        page.fill("#day0", "")
        answer = follow(page, "form[action$='/week'] button[value=preview]")
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        pictures.take(page, f"preview-{language}-{width}")
        assert (answer.status, source_problems(page, answer, language)) == (200, [])
        assert page.evaluate(AUDIT) == []
        assert watch.take() == []


@pytest.mark.parametrize("language", LANGS)
def test_what_coordinators_set_is_sound(
    province: Province, visitors: Visitors, pictures: Pictures, language: str, width: int
) -> None:
    """Pages with something on them: terms, a suspension, a timetable, a change to undo."""
    zhou = f"/instructors/{province.cast.zhou.id}"
    with visitors.window(factories.ROOT, language=language, width=width) as (page, watch):
        page.goto(f"{zhou}/terms")
        page.click("section[aria-labelledby=terms] summary")
        page.fill("#term-first", "2020-01-01")
        page.fill("#term-last", "2099-12-31")
        page.fill("#term-certificate", "汀聘字〔2026〕12号")
        follow(page, "section[aria-labelledby=terms] form.boxed button")
        page.click("section[aria-labelledby=suspensions] summary")
        page.fill("#suspension-first", "2098-01-01")
        follow(page, "section[aria-labelledby=suspensions] form.boxed button")
        _is_sound(page, pictures, f"terms-set-{language}-{width}")
        for kind in ("terms", "suspensions"):
            follow(page, f"section[aria-labelledby={kind}] form[action$='/remove'] button")
        page.goto(f"{zhou}/availability/timetables/new")
        page.fill("#title", "暑假")
        page.fill("#first", "2098-07-01")
        page.fill("#last", "2098-08-31")
        follow(page, "main form button.btn-primary")
        _is_sound(page, pictures, f"timetables-set-{language}-{width}")
        page.goto("/half-days")
        follow(page, "main form.boxed button")
        _is_sound(page, pictures, f"half-days-set-{language}-{width}")
        assert watch.take() == []


def _is_sound(page: Page, pictures: Pictures, name: str) -> None:
    pictures.take(page, name)
    assert page.locator(".notice-good").count() == 1
    assert page.evaluate(AUDIT) == []
