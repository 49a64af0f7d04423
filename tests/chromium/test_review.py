"""A reviewed request on a phone: submitted, returned, corrected, passed on, confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from booking import clock
from booking.accounts.engine.roles import Role
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.db import db, unit_of_work
from booking.lectures.schedules import queries as schedule_queries
from tests import databases, factories
from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors, follow
from tests.factories import CHEN, COUNTY, WANG

CONTACT = "reviewed@example.org"
REMARKS, PLACE = "请注明具体场地。", "岫云县文化馆三楼报告厅"


@pytest.fixture(scope="module")
def start(province: Province) -> str:
    """A branch whose requests are reviewed, and a free time of Chen far ahead."""
    site, cast, now = province.site, province.cast, clock.now()
    more = {"BASE_URL": site.base_url}
    with databases.running(site.database_url, site.folder, more) as app, app.app_context():
        with unit_of_work() as session:
            branch = factories.make_branch(session, "岫云县审核支部")
            branch.reviews = True
            factories.make_user(session, CONTACT, "何平", Role.BRANCH, organisation_id=branch.id)
        day = (now + timedelta(days=50)).astimezone(factories.ZONE).date()
        slots = schedule_queries.bookable_slots(
            db.session(),
            [cast.chen.id],
            slot_request=SlotRequest(120, Place(COUNTY)),
            first=day,
            last=day + timedelta(days=20),
            now=now,
            zone=factories.ZONE,
        )[cast.chen.id]
    return slots[0][0].astimezone(factories.ZONE).strftime("%Y-%m-%dT%H:%M")


def state(page: Page) -> str:
    """The state that a lecture's page tells by its class."""
    classes = page.locator(".state-line .state").first.get_attribute("class") or ""
    return classes.rpartition("state-")[2]


@pytest.mark.parametrize("language", ["zh_Hans_CN"])
def test_a_reviewed_request_on_a_phone(
    province: Province, visitors: Visitors, start: str, language: str
) -> None:
    cast = province.cast
    book = f"/instructors/{cast.chen.id}/book?topic={cast.chen.topic}&start={start}"
    with visitors.window(CONTACT, language=language, width=360) as (branch, watch):
        branch.goto(book)
        branch.fill("#place", "文化馆")
        follow(branch, "#booking button.btn-primary")
        assert state(branch) == "submitted"
        lecture = branch.url
        assert watch.take() == []

    with visitors.window(WANG, language=language, width=360) as (desk, watch):
        desk.goto(lecture)
        box = "details.confirm:has(form[action$='/return'])"
        desk.click(f"{box} summary")
        desk.fill(f"{box} input[name=reason]", REMARKS)
        follow(desk, f"{box} button")
        assert state(desk) == "returned"
        assert desk.locator(".undo-brief button").is_visible()
        assert watch.take() == []

    with visitors.window(CONTACT, language=language, width=360) as (branch, watch):
        branch.goto(lecture)
        assert REMARKS in branch.inner_text("main")
        follow(branch, "main a.btn-primary")
        assert REMARKS in branch.inner_text("main")
        branch.fill("#place", PLACE)
        follow(branch, "#booking button.btn-primary")
        assert (branch.url, state(branch)) == (lecture, "submitted")
        assert watch.take() == []

    with visitors.window(WANG, language=language, width=360) as (desk, watch):
        desk.goto("/board?show=review")
        follow(desk, f"#{lecture.rpartition('/')[2]} button.btn-accept")
        assert desk.locator(".undo-brief button").is_visible()
        desk.goto(lecture)
        assert state(desk) == "requested"
        assert watch.take() == []

    with visitors.window(CHEN, language=language, width=360) as (teacher, watch):
        teacher.goto(lecture)
        assert PLACE in teacher.inner_text("main")
        assert REMARKS not in teacher.inner_text("main")
        follow(teacher, "form[action$='/confirm'] button")
        assert state(teacher) == "confirmed"
        assert watch.take() == []
