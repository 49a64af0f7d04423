"""What happens when a form is sent: refused, twice, without a network; and what is printed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests import factories
from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors, follow

FOCUSED = "document.activeElement.id"
SHOWN = """
(selector) => [...document.querySelectorAll(selector)].some((one) =>
  one.checkVisibility() && !one.closest(".visually-hidden"))
"""
TWO_TAPS = """
() => new Promise((done) => {
  const button = document.querySelector("main form.boxed .btn-primary");
  button.click();
  button.click();
  const first = button.disabled;
  setTimeout(() => done([first, button.disabled]));
})
"""
"""Taps twice; whether the button was disabled within the first tap, and after it."""

LIMITS = "/request-limits/{branch}"


def _refuse(page: Page, path: str) -> None:
    page.goto(path)
    page.fill("#open_limit", "0")
    assert follow(page, "main form .btn-primary").status == 422


@pytest.mark.parametrize("javascript", [True, False])
def test_a_refused_form_opens_at_its_summary(
    province: Province, visitors: Visitors, *, javascript: bool
) -> None:
    with visitors.window(
        factories.WANG, language="zh_Hans_CN", width=360, javascript=javascript
    ) as (page, watch):
        _refuse(page, LIMITS.format(branch=province.cast.li.id))
        assert page.title().startswith("错误：")
        assert page.input_value("#open_limit") == "0"
        box = page.locator("#error-summary").bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 400
        if javascript:
            assert page.evaluate(FOCUSED) == "error-summary"
        page.click("#error-summary a")
        assert page.url.endswith("#open_limit")
        if javascript:  # Without scripts this window cannot be asked.
            assert page.evaluate(FOCUSED) == "open_limit"
        label = page.locator("label[for=open_limit]").bounding_box()
        assert label is not None
        assert label["y"] >= 0
        assert watch.take() == []


def test_an_impatient_second_tap_sends_nothing(province: Province, visitors: Visitors) -> None:
    with visitors.window(factories.WANG, language="en", width=360) as (page, _watch):
        page.goto(LIMITS.format(branch=province.cast.li.id))
        page.fill("#open_limit", "901")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        # All in one script: playwright itself waits for the answer to the first tap.
        disabled = page.evaluate(TWO_TAPS)
        page.wait_for_url("**/request-limits")
        assert (disabled, sent.count("POST")) == ([False, True], 1)


def test_after_back_the_form_can_be_sent_again(province: Province, visitors: Visitors) -> None:
    with visitors.window(factories.WANG, language="en", width=360) as (page, _watch):
        page.goto(LIMITS.format(branch=province.cast.li.id))
        page.fill("#open_limit", "701")
        # As after "back" in a browser that kept the page in its memory.
        page.evaluate(
            """
            () => {
              const form = document.querySelector("main form.boxed");
              form.dataset.sent = "yes";
              form.querySelector("button").disabled = true;
              window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
            }
            """
        )
        assert page.locator("main form .btn-primary").is_enabled()
        follow(page, "main form .btn-primary")
        assert page.url.endswith("/request-limits")


def test_offline_nothing_is_sent_and_the_text_stays(province: Province, visitors: Visitors) -> None:
    with visitors.window(factories.LI, language="zh_Hans_CN", width=360) as (page, _watch):
        page.goto(f"/instructors/{province.cast.chen.id}")
        page.goto(page.locator("a.slot").first.get_attribute("href") or "")
        page.fill("#place", "文化馆二楼")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        page.context.set_offline(True)
        page.locator("#booking .btn-primary").click()
        page.wait_for_selector("#offline:visible")
        assert (page.evaluate(FOCUSED), page.input_value("#place"), sent) == (
            "offline",
            "文化馆二楼",
            [],
        )
        page.context.set_offline(False)
        follow(page, "#booking .btn-primary")
        assert "/lectures/YK-" in page.url


@pytest.mark.parametrize("javascript", [True, False])
def test_signing_in_and_booking_are_one_step(
    province: Province, visitors: Visitors, *, javascript: bool
) -> None:
    with visitors.window(None, language="zh_Hans_CN", width=360, javascript=javascript) as (
        page,
        watch,
    ):
        page.goto(f"/instructors/{province.cast.chen.id}")
        page.goto(page.locator("a.slot").first.get_attribute("href") or "")
        page.fill("#place", "文化馆二楼")
        page.fill("#email", factories.LI)
        page.fill("#password", "wrong horse battery")
        assert follow(page, "#booking .btn-primary").status == 422
        if javascript:
            assert page.evaluate(FOCUSED) == "error-summary"
        kept = [page.input_value(f"#{name}") for name in ("place", "email", "password")]
        assert kept == ["文化馆二楼", factories.LI, ""]
        page.fill("#password", factories.PASSWORD)
        follow(page, "#booking .btn-primary")
        assert "/lectures/YK-" in page.url
        assert watch.take() == []


@pytest.mark.parametrize(
    ("who", "path", "told"),
    [
        (factories.LI, "/lectures/{confirmed}", ".facts"),
        (factories.LI, "/lectures", ".lecture-row"),
        (factories.CHEN, "/inbox", ".request"),
    ],
)
def test_paper_has_no_menus_and_no_buttons(
    who: str, path: str, told: str, province: Province, visitors: Visitors
) -> None:
    with visitors.window(who, language="zh_Hans_CN", width=1280) as (page, _watch):
        page.goto(path.format(confirmed=province.numbers.confirmed))
        offered = "[data-print], header nav, footer, main button, main .btn"
        assert page.evaluate(SHOWN, "[data-print]")
        page.emulate_media(media="print")
        assert page.evaluate(SHOWN, told)
        assert not page.evaluate(SHOWN, offered)
