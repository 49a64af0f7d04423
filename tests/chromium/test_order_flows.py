"""An order from the need to the lecture: dispatched and claimed on a phone, planned at a desk."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from booking import clock
from tests import factories
from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors

PHONE, DESK = 360, 1280
MAIN = "main .btn-primary"


def _workday(days: int) -> date:
    day = clock.now().astimezone(factories.ZONE).date() + timedelta(days=days)
    return day + timedelta(days=(7 - day.weekday()) % 7)


def _placed(visitors: Visitors, javascript: bool, days: int) -> str:
    """Li states a need in three steps, from a search; the path of the order."""
    with visitors.window(
        factories.LI, language="zh_Hans_CN", width=PHONE, javascript=javascript
    ) as (page, watch):
        page.goto("/instructors?q=急救")
        page.locator("a[href^='/orders/new']").click()
        assert page.locator("#wish").input_value() == "急救"
        page.locator(MAIN).click()
        page.locator("#day_1").fill(_workday(days).isoformat())
        page.locator("input[name=another]").check()
        page.locator(MAIN).click()
        page.locator("button[name=back]").click()
        assert page.locator("#day_1").input_value() == _workday(days).isoformat()
        page.locator(MAIN).click()
        page.locator("#region").select_option(factories.DISTRICT)
        page.locator("#place").fill("岫云县文化馆二楼")
        page.locator(MAIN).click()
        page.wait_for_url("**/orders/DD-*")
        assert page.locator(".state-open").count() == 1
        assert watch.take() == []
        return urlsplit(page.url).path


def _state(visitors: Visitors, path: str, state: str) -> None:
    with visitors.window(factories.LI, language="zh_Hans_CN", width=PHONE) as (page, _watch):
        page.goto(path)
        assert page.locator(f".state-line .state-{state}").count() == 1


def _opened(page: Page, path: str) -> None:
    """Wang opens the order from the list, as the coordinator does."""
    page.goto("/board")
    page.locator("a.preset[href='/orders/board']").click()
    page.locator(f"a[href='{path}']").click()
    page.wait_for_url(f"**{path}")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_dispatched(province: Province, visitors: Visitors, javascript: bool) -> None:
    path = _placed(visitors, javascript, 43 if javascript else 50)
    with visitors.window(
        factories.WANG, language="zh_Hans_CN", width=PHONE, javascript=javascript
    ) as (page, watch):
        _opened(page, path)
        page.locator(f".ask-row button[value^='{province.cast.chen.id}-']").click()
        lecture = page.locator("a[href^='/lectures/YK-']").get_attribute("href") or ""
        assert page.locator(".state-line .state-requested").count() == 1
        assert watch.take() == []
    with visitors.window(
        factories.CHEN, language="zh_Hans_CN", width=PHONE, javascript=javascript
    ) as (page, watch):
        page.goto(lecture)
        page.locator("form[action$='/confirm'] button").click()
        page.wait_for_load_state()
        assert watch.take() == []
    _state(visitors, path, "confirmed")


def test_claimed(province: Province, visitors: Visitors) -> None:
    path = _placed(visitors, True, 57)
    number = path.rpartition("/")[2]
    with visitors.window(factories.WANG, language="zh_Hans_CN", width=PHONE) as (page, watch):
        _opened(page, path)
        page.locator("form[action$='/publish'] button").click()
        page.wait_for_load_state()
        assert watch.take() == []
    with visitors.window(factories.CHEN, language="zh_Hans_CN", width=PHONE) as (page, watch):
        page.goto("/inbox")
        page.locator("a[href='/needs']").click()
        page.locator(f"a[href='/needs/{number}']").click()
        page.locator("input[name=start]").first.check()
        page.locator(MAIN).click()
        page.wait_for_load_state()
        assert page.locator("form[action$='/unclaim']").count() == 1
        assert watch.take() == []
    with visitors.window(factories.WANG, language="zh_Hans_CN", width=PHONE) as (page, watch):
        page.goto(path)
        page.locator("form[action$='/accept'] button").click()
        page.wait_for_load_state()
        assert watch.take() == []
    _state(visitors, path, "confirmed")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_season_accepted_in_part(province: Province, visitors: Visitors, javascript: bool) -> None:
    """The worker computes; the page follows by itself, with and without scripts."""
    paths = [_placed(visitors, True, 36 if javascript else 38) for _one in "ab"]
    numbers = [path.rpartition("/")[2] for path in paths]
    with visitors.window(
        factories.WANG, language="zh_Hans_CN", width=DESK, javascript=javascript
    ) as (page, watch):
        page.goto("/orders/board")
        page.locator("a[href='/orders/season']").click()
        for box in page.locator("input[name=order]").all():
            box.set_checked(box.get_attribute("value") in numbers)
        page.locator("main form[method=post] .btn-primary").click()
        page.wait_for_url("**/orders/season/*")
        asking = page.locator("button[value=accept]")
        asking.first.wait_for(timeout=60_000)
        assert asking.count() == 2
        asking.first.click()
        page.wait_for_load_state()
        assert asking.count() == page.locator(".grid .state-confirmed").count() == 1
        page.locator("button[value=exclude]").click()
        page.wait_for_load_state()
        assert page.locator("button[value=include]").count() == 1
        assert watch.take() == []
        states = []
        for path in paths:
            page.goto(path)
            states.append(page.locator(".state-line .state").get_attribute("class") or "")
    assert sorted(states) == ["state state-open", "state state-requested"]
