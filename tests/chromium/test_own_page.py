"""My page on a telephone: what is known, the file, leaving and staying."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors, follow
from tests.factories import CHEN, LI


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_known_and_the_file(
    province: Province, visitors: Visitors, tmp_path: Path, javascript: bool
) -> None:
    with visitors.window(CHEN, language="zh_Hans_CN", width=360, javascript=javascript) as (
        phone,
        watch,
    ):
        phone.goto("/account")
        follow(phone, "main a[href='/me']")
        assert phone.locator("h1").inner_text() == "我的个人信息"
        assert "陈明" in phone.locator("table.facts").first.inner_text()
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        phone.screenshot(path=tmp_path / "me.png", full_page=True)
        with phone.expect_download() as loading:
            phone.click("a[href='/me/export.xlsx']")
        assert loading.value.suggested_filename.endswith(".xlsx")
        follow(phone, "a[href='/me/as/branch']")
        assert phone.locator("h1").inner_text() == "单位看到的我"
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        assert watch.take() == []


@pytest.mark.parametrize("javascript", [True, False])
def test_leaving_and_staying(province: Province, visitors: Visitors, javascript: bool) -> None:
    with visitors.window(LI, language="zh_Hans_CN", width=360, javascript=javascript) as (
        phone,
        watch,
    ):
        phone.goto("/me/leave")
        phone.fill("#name", "别人")
        follow(phone, "main form button.btn-danger")
        assert phone.locator("#error-summary").count() == 1
        assert phone.input_value("#name") == "别人"
        phone.fill("#name", "李静")
        follow(phone, "main form button.btn-danger")
        assert "可以撤回" in phone.locator("main").inner_text()
        phone.goto("/lectures")
        assert phone.locator("h1").inner_text() != "本单位授课"
        phone.goto("/me/leave")
        follow(phone, "main form button.btn-primary")
        assert "您已留下" in phone.locator("main").inner_text()
        phone.goto("/lectures")
        assert phone.locator("h1").inner_text() == "本单位授课"
        assert watch.take() == []
