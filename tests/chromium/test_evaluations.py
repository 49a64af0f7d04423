"""On a phone: listeners evaluate by the code of the hall, the branch on a page of its own."""

from __future__ import annotations

import pytest

from tests.chromium.conftest import Pictures, Province
from tests.chromium.visitors import Visitors, follow
from tests.factories import LI

QUESTIONS = ("content", "method", "usefulness")


@pytest.mark.parametrize("javascript", [True, False])
def test_evaluation_by_code(
    province: Province, visitors: Visitors, pictures: Pictures, javascript: bool
) -> None:
    number = province.things["heard"]
    looks = {"width": 360, "javascript": javascript}
    with (
        visitors.window(LI, language="zh_Hans_CN", **looks) as (li, li_watch),  # type: ignore[arg-type]
        visitors.window(None, language="zh_Hans_CN", **looks) as (phone, phone_watch),  # type: ignore[arg-type]
    ):
        li.goto(f"/lectures/{number}")
        follow(li, "#evaluation a[href$='/links/evaluation']")
        assert li.locator("img.qr-hall").count() == 1
        address = li.inner_text(".hall-address").strip()
        phone.goto(address)
        phone.fill("#remarks", "讲得清楚。")
        follow(phone, "form[action*='/evaluate/'] button")
        assert phone.locator("#error-summary a").count() == 4
        assert phone.input_value("#remarks") == "讲得清楚。"
        pictures.take(phone, f"evaluation-refused-{javascript}")
        for name in QUESTIONS:
            phone.check(f"#score_{name}-0")
        phone.check("#again-0")
        follow(phone, "form[action*='/evaluate/'] button")
        assert phone.inner_text("h1") == "谢谢"
        pictures.take(phone, f"evaluation-done-{javascript}")
        phone.goto(address)
        assert phone.locator("form[action*='/evaluate/']").count() == 0

        li.goto(f"/lectures/{number}")
        follow(li, "#evaluation a[href$='/evaluation']")
        for name in QUESTIONS:
            li.check(f"#score_{name}-1")
        li.check("#again-0")
        follow(li, "main form[action$='/evaluation'] button")
        assert "已评价" in li.inner_text("#evaluation")
        assert (li_watch.take(), phone_watch.take()) == ([], [])
