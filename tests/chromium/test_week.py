"""The week as a picture: drawn with a mouse or a finger, walked with the keyboard.

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


def open_text(page: Page) -> None:
    """Unfold the seven lines, which the picture folds."""
    page.click(".typed-hours > summary")


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
        open_text(page)
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
        open_text(page)
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


@pytest.fixture
def phone(province: Province, visitors: Visitors) -> Iterator[Page]:
    """Zhou's editor on a telephone, with an empty Saturday and Sunday."""
    with visitors.window(ZHOU, language="en", width=360) as (page, watch):
        page.goto("/availability")
        # Before anything scrolls: a smooth scroll goes on while a finger draws.
        page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
        open_text(page)
        page.fill("#day5", "")
        page.fill("#day6", "")
        cell(page, 5, 9).evaluate("one => one.scrollIntoView({ block: 'center' })")
        yield page
        assert watch.take() == []


def wipe(page: Page, first: Locator, last: Locator, hold: int = 0) -> float:
    """Move a finger from one cell to another; returns by how far the page was scrolled."""
    before: float = page.evaluate("scrollY")
    start, end = first.bounding_box(), last.bounding_box()
    assert start is not None
    assert end is not None
    client = page.context.new_cdp_session(page)
    steps = [
        (
            start["x"] + 15 + (end["x"] - start["x"]) * step / 12,
            start["y"] + 20 + (end["y"] - start["y"]) * step / 12,
        )
        for step in range(13)
    ]
    for number, (x, y) in enumerate(steps):
        kind = "touchStart" if number == 0 else "touchMove"
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(hold if number == 0 else 15)
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)
    return float(page.evaluate("scrollY")) - before


def test_a_finger_taps_hours(phone: Page) -> None:
    phone.fill("#day5", "10:30-11:00")
    for hour, expected in (
        (9, "09:00-10:00, 10:30-11:00"),
        (10, "09:00-11:00"),
        (9, "10:00-11:00"),
    ):
        cell(phone, 5, hour).tap()
        assert line(phone, 5) == expected
    box = cell(phone, 5, 9).bounding_box()
    assert box is not None
    assert box["height"] >= 44


def test_a_finger_draws_sideways_and_after_a_moment_in_any_direction(phone: Page) -> None:
    assert wipe(phone, cell(phone, 5, 9), cell(phone, 6, 9)) == 0
    assert (line(phone, 5), line(phone, 6)) == ("09:00-10:00", "09:00-10:00")
    assert wipe(phone, cell(phone, 6, 9), cell(phone, 6, 12), hold=600) == 0
    assert (line(phone, 5), line(phone, 6)) == ("09:00-10:00", "")
    assert wipe(phone, cell(phone, 5, 11), cell(phone, 6, 13), hold=600) == 0
    assert (line(phone, 5), line(phone, 6)) == ("09:00-10:00, 11:00-14:00", "11:00-14:00")
    assert phone.locator(".save-bar [role=status]").inner_text() == "Not saved yet."
    assert phone.evaluate(AUDIT) == []


def test_a_finger_that_moves_at_once_scrolls_and_draws_nothing(phone: Page) -> None:
    assert wipe(phone, cell(phone, 6, 12), cell(phone, 6, 8)) > 60
    assert (line(phone, 5), line(phone, 6)) == ("", "")
    assert phone.locator(".save-bar.unsaved").count() == 0


def test_a_day_is_copied_without_a_new_page(phone: Page) -> None:
    phone.evaluate("window.stayed = true")
    phone.fill("#day5", "10:30-11:00")
    phone.click(".fill-tool summary")
    for source, days, expected in (
        ("day5", (0, 6), {0: "10:30-11:00", 6: "10:30-11:00"}),
        ("morning", (5, 6), {5: "08:30-12:00", 6: "08:30-12:00"}),
    ):
        phone.select_option("#fill_with", source)
        for day in days:
            phone.locator(f"[name=fill_days][value='{day}']").check()
        phone.click("button[value=fill]")
        assert {day: line(phone, day) for day in expected} == expected
    assert phone.locator("[name=fill_days]:checked").count() == 0
    assert cell(phone, 6, 9).get_attribute("class") == "glance-open"
    assert phone.evaluate("window.stayed")


@pytest.mark.parametrize("javascript", [True, False])
def test_looking_ahead_saving_and_undoing(
    province: Province, visitors: Visitors, javascript: bool
) -> None:
    with visitors.window(ZHOU, language="en", width=360, javascript=javascript) as (page, watch):
        page.goto("/availability")
        before = line(page, 6)
        assert page.locator("#glance").is_visible() is javascript
        assert page.locator("#day6").is_visible() is not javascript
        if javascript:
            open_text(page)
        page.fill("#day6", "9-11:30")
        follow(page, "form[action$='/week'] button[value=preview]")
        assert line(page, 6) == "9-11:30"
        # A day of the month shows its times when it is tapped; the page that was sent stays.
        sunday = page.locator("td:has(.month-changed):has(.facts-open)").last
        sunday.locator(".month-day").tap()
        shown = sunday.locator(".month-facts")
        assert ("09:00–11:30" in shown.inner_text(), "changed" in shown.inner_text()) == (
            True,
            True,
        )
        assert page.locator(".month-facts:visible").count() == 1
        assert line(page, 6) == "9-11:30"
        page.click(".fill-tool summary")
        page.select_option("#fill_with", "evening")
        page.locator("[name=fill_days][value='6']").check()
        if javascript:
            page.click("form[action$='/week'] button[value=fill]")
        else:
            follow(page, "form[action$='/week'] button[value=fill]")
        assert line(page, 6) == "09:00-11:30, 19:00-21:00"
        follow(page, "form[action$='/week'] button.btn-primary")
        assert page.locator(".notice-good").count() == 1
        follow(page, ".undo-banner button")
        assert line(page, 6) == before
        assert watch.take() == []


@pytest.mark.parametrize("language", LANGS)
def test_what_branches_would_see_is_sound(
    province: Province, visitors: Visitors, pictures: Pictures, language: str, width: int
) -> None:
    with visitors.window(ZHOU, language=language, width=width) as (page, watch):
        page.goto("/availability")
        open_text(page)
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
        page.fill("#first", "2020-01-01")
        page.fill("#last", "2099-12-31")
        page.fill("#certificate", "汀聘字〔2026〕12号")
        follow(page, "main form button")
        _is_sound(page, pictures, f"terms-set-{language}-{width}")
        page.goto(f"{zhou}/suspensions")
        page.fill("#first", "2098-01-01")
        follow(page, "main form button")
        _is_sound(page, pictures, f"suspensions-set-{language}-{width}")
        follow(page, "main a[href$='/end']")
        pictures.take(page, f"suspension-end-{language}-{width}")
        assert page.evaluate(AUDIT) == []
        for kind in ("suspensions", "terms"):
            page.goto(f"{zhou}/{kind}")
            follow(page, "main a[href$='/remove']")
            pictures.take(page, f"{kind}-remove-{language}-{width}")
            assert page.evaluate(AUDIT) == []
            follow(page, "main form button")
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
