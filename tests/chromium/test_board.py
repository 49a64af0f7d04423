"""The board with the keyboard: from row to row, selected, opened, searched; never by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from booking import clock
from booking.db import unit_of_work
from tests import databases, factories
from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors, follow
from tests.factories import WANG

FOCUSED = "document.activeElement.closest('.board-row')?.id ?? document.activeElement.id"


@pytest.fixture(scope="module")
def numbers(province: Province) -> list[str]:
    """The rows of the board: what waits, with one request more."""
    site, cast = province.site, province.cast
    now = clock.now()
    start = (now + timedelta(days=40)).replace(hour=2, minute=0, second=0, microsecond=0)
    start -= timedelta(days=start.weekday())
    more = {"BASE_URL": site.base_url}
    with (
        databases.running(site.database_url, site.folder, more) as app,
        app.app_context(),
        unit_of_work() as session,
    ):
        second = factories.request(session, cast, start, now=now).number
    return [province.numbers.requested, second]


@pytest.fixture
def desk(numbers: list[str], visitors: Visitors) -> Iterator[Page]:
    """Wang's board on a desk."""
    with visitors.window(WANG, language="en", width=1280) as (page, watch):
        page.goto("/board")
        yield page
        assert watch.take() == []


def _rows(page: Page) -> list[str]:
    """The numbers of all rows, from above."""
    return [
        str(row) for row in page.locator(".board-row").evaluate_all("all => all.map(r => r.id)")
    ]


def _shown(page: Page) -> list[str]:
    """The numbers of the rows that Wang can answer, from above."""
    values = page.locator("input[name=number]").evaluate_all("boxes => boxes.map((b) => b.value)")
    return [str(value) for value in values]


def test_keys_move_select_search_and_help(desk: Page, numbers: list[str]) -> None:
    shown, boxed = _rows(desk), _shown(desk)
    assert set(numbers) <= set(boxed) < set(shown)
    seen = []
    for key in "j" * (len(shown) + 1) + "k" * len(shown):
        desk.keyboard.press(key)
        seen.append(desk.evaluate(FOCUSED))
    first, last = shown[0], shown[-1]
    assert seen == [*shown, last, *reversed(shown[:-1]), first]

    boxes, chosen = desk.locator("input[name=number]:checked"), desk.locator(".board-chosen")
    desk.keyboard.press("x")
    assert (boxes.count(), chosen.inner_text()) == (1, "1 selected")
    for modified in ("Control+x", "Alt+x", "Meta+j"):
        desk.keyboard.press(modified)
    assert (boxes.count(), desk.evaluate(FOCUSED)) == (1, first)
    desk.keyboard.press("x")
    assert (boxes.count(), chosen.inner_text()) == (0, "0 selected")
    desk.click(".board-all")
    assert (boxes.count(), chosen.inner_text()) == (len(boxed), f"{len(boxed)} selected")

    desk.keyboard.press("?")
    assert (desk.locator("#keys[open]").count(), desk.evaluate(FOCUSED)) == (1, "")
    desk.keyboard.press("?")
    assert desk.locator("#keys[open]").count() == 0

    desk.keyboard.press("/")
    assert desk.evaluate(FOCUSED) == "q"
    desk.keyboard.type("jkx/?")
    assert (desk.input_value("#q"), boxes.count()) == ("jkx/?", len(boxed))


def test_enter_opens_the_lecture_and_never_accepts(desk: Page) -> None:
    numbers = _shown(desk)
    desk.keyboard.press("j")
    with desk.expect_navigation(url=f"**/lectures/{numbers[0]}"):
        desk.keyboard.press("Enter")
    desk.go_back()
    desk.check(f"input[name=number][value='{numbers[1]}']")
    with desk.expect_navigation(url=f"**/lectures/{numbers[1]}"):
        desk.keyboard.press("Enter")
    assert "Waiting for an answer" in desk.inner_text("main")


def test_without_javascript_enter_in_a_check_box_accepts_nothing(
    numbers: list[str], visitors: Visitors
) -> None:
    with visitors.window(WANG, language="en", width=360, javascript=False) as (page, watch):
        page.goto("/board")
        box = page.locator(f"input[name=number][value='{numbers[0]}']")
        box.check()
        with page.expect_navigation():
            box.press("Enter")
        assert "Press the button of what is to be done" in page.inner_text("#error-summary")
        assert page.locator("input[name=number]:checked").count() == 1
        follow(page, ".board-all")
        assert page.locator("input[name=number]:checked").count() == len(_shown(page))
        assert page.inner_text("h1") == f"{len(_rows(page))} requests wait for an answer"
        assert watch.take() == []
