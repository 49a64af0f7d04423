"""From a need that was not met to a nomination, by a coordinator on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from booking import clock
from booking.db import unit_of_work
from booking.instructors.models import Field
from booking.orders.engine.lifecycle import OrderState
from booking.orders.engine.needs import UnmetReason
from booking.orders.models import Order
from tests import databases
from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors, follow
from tests.factories import COUNTY, WANG

CODE, FIELD, NOMINEE = "aid-at-once", "现场急救", "白鹭"
TYPED = {"workplace": "岫云县医院", "topic_1": "止血和包扎", "phone": "12000000009"}


@pytest.fixture(scope="module")
def needs(province: Province) -> int:
    """How many orders of the county for the field came to nothing."""
    site, cast, now = province.site, province.cast, clock.now()
    more = {"BASE_URL": site.base_url}
    with (
        databases.running(site.database_url, site.folder, more) as app,
        app.app_context(),
        unit_of_work() as session,
    ):
        field = Field(code=CODE, name=FIELD, name_en="First aid on the spot")
        session.add(field)
        session.flush()
        for number in range(3):
            at = now - timedelta(days=number + 1)
            session.add(
                Order(
                    number=f"DD-2026-9{number:05}",
                    state=OrderState.EXPIRED,
                    organisation_id=cast.li.id,
                    wish="止血和包扎",
                    field_id=field.id,
                    region_code=COUNTY,
                    place="会议室",
                    unmet=UnmetReason.NOBODY,
                    created_at=at,
                    changed_at=at,
                    expires_at=at,
                )
            )
    return 3


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= 360)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_from_a_need_to_a_nomination(visitors: Visitors, needs: int, javascript: bool) -> None:
    name = f"{NOMINEE}{'一' if javascript else '二'}"
    window = visitors.window(WANG, language="zh_Hans_CN", width=360, javascript=javascript)
    with window as (page, watch):
        page.goto("/recruiting")
        row = page.locator("tr", has_text=FIELD)
        assert ("岫云县" in row.inner_text(), fits(page)) == (True, True)
        with page.expect_navigation():
            # The button that opens the case; where it is open already, the link to it.
            row.locator("button, a").first.click()
        case = page.url
        assert f"{needs}项需求未满足" in page.locator("h1 + p").inner_text()
        assert page.locator("main td", has_text="止血和包扎").count() == needs
        assert page.get_by_role("link", name=name).count() == 0
        assert fits(page)

        follow(page, "form[action$='/nominate'] button")
        assert (page.input_value("#region"), page.input_value("#field_1")) == (COUNTY, CODE)
        assert fits(page)
        for field, typed in TYPED.items():
            page.fill(f"#{field}", typed)
        page.fill("#name", name)
        page.check("#agreed")
        follow(page, "main form button.btn-primary")
        assert "/nominations/own/" in page.url

        page.goto(case)
        assert page.get_by_role("link", name=name).count() == 1
        assert fits(page)
        page.goto("/recruiting")
        assert "已发起推荐" in page.locator("tr", has_text=FIELD).inner_text()
        assert watch.take() == []
