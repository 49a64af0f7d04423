"""A month, then times, on one screen: tapped, typed, walked with keys, and by links alone."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route

from tests import factories
from tests.chromium.conftest import Pictures, Province
from tests.chromium.test_pages import AUDIT, LANGS
from tests.chromium.visitors import WIDTHS, Visitors, follow

DAYS = ".month [data-day]"
CHOSEN = ".month [aria-current]"
BAR = ".summary-bar"


def _asked(page: Page, name: str) -> str:
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def _told(page: Page) -> str:
    return " ".join(page.inner_text("#chosen-day").split())


def _wait_for(page: Page, day: str) -> None:
    page.wait_for_selector(f"{CHOSEN}[data-day='{day}']")


def _turn(page: Page, key: str = "") -> None:
    """Show the next month, or the one that a key shows."""
    before = page.inner_text("#month-name")
    if key:
        page.keyboard.press(key)
    else:
        page.click("#month-next")
    page.wait_for_selector(f"#month-name:not(:text-is('{before}'))")


def _marked(page: Page) -> bool:
    """Whether this is still the page that was loaded when it was marked."""
    kept: bool = page.evaluate("Boolean(window.kept)")
    return kept


def _a_closed_day(page: Page) -> str:
    return page.locator(".month-closed").last.get_attribute("data-day") or ""


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_day_opens_below_the_month(
    javascript: bool, province: Province, visitors: Visitors
) -> None:
    with visitors.window(None, language="en", width=360, javascript=javascript) as (page, watch):
        page.goto(f"/instructors/{province.cast.chen.id}")
        first = page.locator(CHOSEN).get_attribute("data-day")
        if javascript:
            page.evaluate("window.kept = true")
        _turn(page)
        free = page.locator(".month-free").nth(2).get_attribute("data-day") or ""
        page.click(f"{DAYS}[data-day='{free}']")
        _wait_for(page, free)
        assert _asked(page, "day") == free
        assert page.locator(".day-panel a.slot, .day-panel .slot-told").count() > 0
        closed = _a_closed_day(page)
        page.click(f"{DAYS}[data-day='{closed}']")
        _wait_for(page, closed)
        assert len(page.inner_text(".day-why")) > 20
        assert page.locator(".day-panel a.slot, .day-panel .slot-told").count() == 0
        page.go_back()
        _wait_for(page, free)
        page.go_back()
        page.go_back()
        _wait_for(page, first or "")
        if javascript:
            assert _marked(page)
        assert watch.take() == []


def test_what_was_chosen_is_told_and_the_focus_stays(
    province: Province, visitors: Visitors
) -> None:
    with visitors.window(None, language="en", width=360) as (page, watch):
        page.goto(f"/instructors/{province.cast.chen.id}")
        _turn(page)
        closed = _a_closed_day(page)
        page.click(f"{DAYS}[data-day='{closed}']")
        _wait_for(page, closed)

        assert page.inner_text("[role=status]") == _told(page)
        assert page.evaluate("document.activeElement.dataset.day") == closed
        assert "not chosen yet" in page.inner_text(BAR)
        free = page.locator("#next-free").inner_text()
        page.click("#next-free")
        page.wait_for_selector(".month-free[aria-current]")
        assert "not chosen yet" not in page.inner_text(BAR)
        assert free.startswith("Next free time: ")
        assert watch.take() == []


def test_the_month_is_walked_with_keys(province: Province, visitors: Visitors) -> None:
    with visitors.window(None, language="zh_Hans_CN", width=1280) as (page, watch):
        page.goto(f"/instructors/{province.cast.chen.id}")
        _turn(page)
        # One stop of the Tab key for the whole month.
        assert page.locator(f"{DAYS}[tabindex='0']").count() == 1
        page.focus(f"{DAYS}[tabindex='0']")
        here = page.evaluate("document.activeElement.dataset.day")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        there = page.evaluate("document.activeElement.dataset.day")
        assert int(there[-2:]) == int(here[-2:]) + 8
        page.keyboard.press("Enter")
        _wait_for(page, there)
        assert page.evaluate("document.activeElement.dataset.day") == there
        _turn(page, "PageUp")
        assert page.evaluate("document.activeElement.matches('.month [data-day]')")
        assert page.evaluate("document.activeElement.dataset.day") < here
        assert watch.take() == []


def test_where_the_script_cannot_fetch_the_browser_follows_the_link(
    province: Province, visitors: Visitors
) -> None:
    def refuse(route: Route) -> None:
        if route.request.resource_type == "fetch":
            route.abort()
        else:
            route.continue_()

    with visitors.window(None, language="en", width=360) as (page, _watch):
        page.goto(f"/instructors/{province.cast.chen.id}")
        page.evaluate("window.kept = true")
        page.route("**/*", refuse)
        follow(page, "#month-next")
        assert not _marked(page)
        assert page.locator("#month-previous").count() == 1


def test_a_jump_shows_the_day_without_loading_the_page(
    province: Province, visitors: Visitors
) -> None:
    with visitors.window(None, language="en", width=360) as (page, watch):
        page.goto(f"/instructors/{province.cast.chen.id}")
        page.evaluate("window.kept = true")
        page.fill("#jump", "2199-12-31")
        page.keyboard.press("Enter")
        page.wait_for_selector(".day-why")
        assert _told(page) == "Tue 31 Dec 2199"
        assert "The last day for now is" in page.inner_text(".day-why")
        assert (_asked(page, "day"), _marked(page)) == ("2199-12-31", True)
        assert watch.take() == []


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_another_time_keeps_the_form(
    javascript: bool, province: Province, visitors: Visitors
) -> None:
    with visitors.window(factories.LI, language="en", width=360, javascript=javascript) as (
        page,
        watch,
    ):
        page.goto(f"/instructors/{province.cast.chen.id}")
        follow(page, ".day-panel a.slot >> nth=0")
        page.fill("#place", "文化馆")
        if javascript:
            assert "文化馆" in page.inner_text(BAR)
        follow(page, f"{BAR} button")
        page.fill("#note", "请带教具。")
        _turn(page)
        free = page.locator(".month-free").nth(3).get_attribute("data-day") or ""
        page.click(f"{DAYS}[data-day='{free}']")
        _wait_for(page, free)
        follow(page, ".day-panel button.slot >> nth=1")
        assert _asked(page, "start").startswith(free)
        assert (page.input_value("#place"), page.input_value("#note")) == ("文化馆", "请带教具。")
        assert page.locator(".month").count() == 0
        assert "文化馆" in page.inner_text(BAR)
        assert watch.take() == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_summary_stays_in_view_and_covers_no_field(
    width: int, province: Province, visitors: Visitors
) -> None:
    with visitors.window(factories.LI, language="zh_Hans_CN", width=width) as (page, watch):
        page.goto(f"/instructors/{province.cast.chen.id}")
        page.locator("footer").scroll_into_view_if_needed()
        box = page.locator(BAR).bounding_box()
        assert box is not None
        assert (round(box["y"]), box["height"] < 150) == (0, True)
        follow(page, ".day-panel a.slot >> nth=0")
        page.locator("footer").scroll_into_view_if_needed()
        # Backwards with the keyboard: whatever has the focus lies below the summary.
        page.focus("#booking .btn-primary")
        for _field in range(8):
            page.keyboard.press("Shift+Tab")
            page.wait_for_function(
                """() => {
                    const bar = document.querySelector(".summary-bar").getBoundingClientRect();
                    const one = document.activeElement;
                    return one.closest(".summary-bar, header") ||
                        one.getBoundingClientRect().top >= bar.bottom - 1;
                }"""
            )
        assert watch.take() == []


@pytest.mark.parametrize("language", LANGS)
def test_days_are_large_enough_for_a_thumb(
    language: str, province: Province, visitors: Visitors, pictures: Pictures
) -> None:
    with visitors.window(factories.LI, language=language, width=360) as (page, watch):
        for path in ("", "?month=2199-01", "?day=2199-01-01"):
            page.goto(f"/instructors/{province.cast.chen.id}{path}")
            for day in page.locator(DAYS).all():
                box = day.bounding_box()
                assert box is not None
                assert min(box["width"], box["height"]) >= 44
            assert page.evaluate(AUDIT) == []
            pictures.take(page, f"month-{language}-{path.strip('?') or 'first'}")
        assert watch.take() == []
