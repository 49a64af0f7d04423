"""On a phone: a branch has a test answered before and after its lecture, and sees the change."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page

from tests.chromium.conftest import Pictures, Province
from tests.chromium.visitors import Visitors, Watch, follow
from tests.factories import CHEN, LI

CHINESE = "zh_Hans_CN"
LISTENERS = 5
FORM = "main form[method=post]"


def opened(li: Page, number: str, purpose: str) -> str:
    """The branch opens a code on the page of its test; returns the address in the code."""
    li.goto(f"/lectures/{number}")
    follow(li, "#knowledge-test a[href$='/test']")
    follow(li, f"main a[href$='/links/{purpose}']")
    follow(li, "form[action$='/open'] button")
    assert li.locator("img.qr-hall").count() == 1
    return li.inner_text(".hall-address").strip()


def closed(li: Page, number: str, purpose: str) -> None:
    """The branch closes a code."""
    li.goto(f"/lectures/{number}/links/{purpose}")
    li.click("main details summary")
    follow(li, "form[action$='/close'] button")


def answered(phone: Page, address: str, right: bool) -> None:
    """A listener ticks the first choice of each question, or says that nothing is known."""
    phone.goto(address)
    if right:
        for place in range(phone.locator("main fieldset").count()):
            phone.locator("main fieldset").nth(place).locator("input").first.check()
    else:
        phone.check("#none input")
    follow(phone, f"{FORM} button")


@pytest.mark.parametrize("javascript", [True, False])
def test_before_and_after(
    province: Province, visitors: Visitors, pictures: Pictures, javascript: bool
) -> None:
    number = province.things["testing" if javascript else "testing_plain"]
    with ExitStack() as windows:

        def window(email: str | None) -> tuple[Page, Watch]:
            return windows.enter_context(
                visitors.window(email, language=CHINESE, width=360, javascript=javascript)
            )

        (li, li_watch), hall = window(LI), [window(None) for _device in range(LISTENERS)]
        li.goto(f"/lectures/{number}")
        follow(li, "#knowledge-test a[href$='/test']")
        li.select_option("main select[name=count]", "3")
        follow(li, "form[action$='/draw'] button")
        assert "已选定3道题" in li.inner_text("main")
        first = opened(li, number, "test_before")
        pictures.take(li, f"test-hall-{javascript}")
        for place, (phone, _watch) in enumerate(hall):
            answered(phone, first, right=place == 0)
            assert phone.inner_text("h1") == "谢谢"
            assert "正确答案" not in phone.inner_text("main")
        closed(li, number, "test_before")

        second = opened(li, number, "test_after")
        phone, _watch = hall[0]
        phone.goto(second)
        follow(phone, f"{FORM} button")
        assert phone.locator("#error-summary a").count() == 1
        pictures.take(phone, f"test-refused-{javascript}")
        for place, (phone, _watch) in enumerate(hall):
            answered(phone, second, right=place < LISTENERS - 1)
            assert phone.inner_text("h1") == "您的结果"
            assert phone.locator("main li ol").count() == 3
            assert "先保证安全。" in phone.inner_text("main")
            assert ("（您的选择）" in phone.inner_text("main")) is (place < LISTENERS - 1)
        pictures.take(hall[0][0], f"test-own-{javascript}")

        li.goto(f"/lectures/{number}")
        assert "正确率" not in li.inner_text("main")
        closed(li, number, "test_after")
        li.goto(f"/lectures/{number}")
        [shares] = re.findall(r"正确率：课前(\d+)%，课后(\d+)%", li.inner_text("main"))
        assert int(shares[0]) < int(shares[1])
        follow(li, "#knowledge-test a[href$='/test']")
        pictures.take(li, f"test-change-{javascript}")
        assert [one.take() for one in (li_watch, *(watch for _page, watch in hall))] == [[]] * 6


def test_the_instructor_finds_bank_and_test(province: Province, visitors: Visitors) -> None:
    """From the own entry to the questions of a topic, and from a lecture to its test."""
    chen_id = province.cast.chen.id
    with visitors.window(CHEN, language=CHINESE, width=360) as (chen, watch):
        chen.goto(f"/entries/{chen_id}")
        follow(chen, "#topics ~ * a[href$='/questions']")
        assert chen.locator("main ol[type=A]").count() >= 3
        chen.goto(f"/lectures/{province.things['tested']}")
        follow(chen, "#knowledge-test a[href$='/test']")
        follow(chen, "main a[href$='/questions']")
        assert watch.take() == []
