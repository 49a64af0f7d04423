"""An instructor changes a topic on a phone; a coordinator approves; then everybody sees it."""

from __future__ import annotations

import pytest

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.db import unit_of_work
from booking.entries.reviews import service as entry_reviews
from booking.instructors import service as instructors
from tests import databases, factories
from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors, follow

PERSON, DESK = "entry-person@example.org", "entry-desk@example.org"
COUNTY = "990221"
TITLE, REMARKS = "家庭急救新编", "请把时长写准。"


@pytest.fixture(scope="module")
def ids(province: Province) -> tuple[int, int]:
    """An instructor with an account in a county that reviews entries, and the topic."""
    site = province.site
    more = {"BASE_URL": site.base_url}
    with (
        databases.running(site.database_url, site.folder, more) as app,
        app.app_context(),
        unit_of_work() as session,
    ):
        accounts.add_region(
            session, code=COUNTY, name="梧岫县", name_en="Wuxiu", parent_code="990200"
        )
        session.flush()
        made = factories.make_instructor(session, "吕静", region=COUNTY)
        factories.make_user(session, PERSON, "吕静", Role.INSTRUCTOR, instructor_id=made)
        factories.make_user(session, DESK, "高远", Role.COORDINATOR, region_code=COUNTY)
        entry_reviews.review_region(session, COUNTY, reviews=True)
        return made, instructors.topic_ids(session, made)[0]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_topic_from_the_phone_to_the_public_page(
    province: Province, visitors: Visitors, ids: tuple[int, int], javascript: bool
) -> None:
    entry, title = f"/entries/{ids[0]}", f"{TITLE}{'一' if javascript else '二'}"
    phone = {"language": "zh_Hans_CN", "width": 360, "javascript": javascript}

    with visitors.window(PERSON, **phone) as (person, watch):  # type: ignore[arg-type]
        person.goto("/entry")
        assert person.url.endswith(entry)
        follow(person, f"main a[href='{entry}/topics/{ids[1]}']")
        person.fill("#title", title)
        person.fill("#minutes", "3")
        follow(person, "main form button.btn-primary")
        assert person.locator(".error-summary").count() == 1
        assert person.input_value("#title") == title
        person.fill("#minutes", "45")
        follow(person, "main form button.btn-primary")
        assert person.locator(".state-submitted").count() == 1
        assert watch.take() == []

    with visitors.window(DESK, language="zh_Hans_CN", width=1280) as (desk, watch):
        desk.goto("/entries/changes")
        assert title in desk.inner_text("main")
        box = "details.confirm:has(form[action$='/return'])"
        desk.click(f"{box} summary")
        desk.fill(f"{box} textarea", REMARKS)
        follow(desk, f"{box} button")
        assert title not in desk.inner_text("main")
        assert watch.take() == []

    with visitors.window(PERSON, **phone) as (person, watch):  # type: ignore[arg-type]
        person.goto(entry)
        assert REMARKS in person.inner_text("main")
        follow(person, "main .notice-bad a.btn")
        assert person.input_value("#title") == title
        person.fill("#minutes", "50")
        follow(person, "main form button.btn-primary")
        assert watch.take() == []

    with visitors.window(DESK, language="zh_Hans_CN", width=360) as (desk, watch):
        desk.goto("/entries/changes")
        follow(desk, "main form[action$='/approve'] button")
        assert watch.take() == []

    with visitors.window(None, language="zh_Hans_CN", width=360) as (public, watch):
        public.goto(f"/instructors/{ids[0]}")
        assert title in public.inner_text("main")
        assert watch.take() == []
