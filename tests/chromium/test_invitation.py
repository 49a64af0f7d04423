"""From an invitation on paper to the first page, on a telephone of 360 pixels."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors, follow
from tests.factories import WANG

GOOD = "steam lantern 42 orchard"


@pytest.mark.parametrize("javascript", [True, False])
def test_an_invitation_leads_to_the_first_page(
    province: Province, visitors: Visitors, tmp_path: Path, javascript: bool
) -> None:
    with visitors.window(WANG, language="zh_Hans_CN", width=1280, javascript=javascript) as (
        desk,
        watch,
    ):
        desk.goto("/people/invite?role=branch")
        desk.fill("#q", "岫云县第一支部")
        follow(desk, "main form[role=search] button")
        follow(desk, "main .plain-list a")
        desk.fill("#name", "手机用户")
        follow(desk, "main form button.btn-primary")
        assert desk.locator("img.qr").count() == 1
        link = desk.locator("main p", has_text="/invitation/").inner_text()
        assert watch.take() == []
    with visitors.window(None, language="zh_Hans_CN", width=360, javascript=javascript) as (
        phone,
        watch,
    ):
        phone.goto(link)
        assert "岫云县第一支部" in phone.locator("main").inner_text()
        phone.fill("#contact", f"120 0090 037{int(javascript)}")
        phone.fill("#new_password", GOOD)
        phone.fill("#new_password_confirm", GOOD)
        phone.screenshot(path=tmp_path / "accept.png", full_page=True)
        follow(phone, "main form button.btn-primary")
        assert phone.url.endswith("/lectures")
        assert phone.locator("h1").inner_text() == "本单位授课"
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        # The link is spent.
        answer = phone.goto(link)
        assert answer is not None
        assert answer.status == 410
        assert watch.take() == []
