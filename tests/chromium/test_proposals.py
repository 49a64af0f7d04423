"""On a phone: a move chosen, accepted and refused, and a lecture handed over to somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page

from booking import clock
from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party
from tests import databases, factories
from tests.chromium.conftest import Pictures, Province
from tests.chromium.visitors import Visitors, follow
from tests.factories import CHEN, LI
from tests.proposals import proposing

HE = "he-zhixing@example.org"
AGREE = "section.request button[value=agree]"


def _workday(weeks: int) -> datetime:
    """A Tuesday, 9 o'clock, so many weeks ahead."""
    local = clock.now().astimezone(factories.ZONE)
    local += timedelta(days=7 * weeks + 1 - local.weekday())
    return local.replace(hour=9, minute=0, second=0, microsecond=0)


@pytest.fixture(scope="module")
def numbers(province: Province) -> list[str]:
    """Three confirmed lectures of Chen for Li in three weeks, and somebody who could take one."""
    site, cast = province.site, province.cast
    with databases.running(site.database_url, site.folder, {"BASE_URL": site.base_url}) as app:
        found = []
        with app.app_context(), unit_of_work() as session:
            for weeks in (6, 7, 8):
                lecture = factories.request(session, cast, _workday(weeks), now=clock.now())
                factories.move(
                    session, lecture.number, Command.CONFIRM, Party.INSTRUCTOR, now=clock.now()
                )
                found.append(lecture.number)
        he = proposing.another(app, "何知行")
        proposing.account_of(app, he, HE, "何知行")
    return found


def _start(province: Province, number: str) -> datetime:
    site = province.site
    with (
        databases.running(site.database_url, site.folder, {"BASE_URL": site.base_url}) as app,
        app.app_context(),
    ):
        start = proposing.found(number).starts_at
        db.session.remove()
        return start.astimezone(factories.ZONE)


def _choose(page: Page, number: str, days: list[datetime], javascript: bool) -> None:
    """Open the page from the lecture's, choose the first time of these days, and propose."""
    page.goto(f"/lectures/{number}")
    follow(page, f"a[href='/lectures/{number}/move']")
    for chosen, day in enumerate(days, start=1):
        name = day.date().isoformat()
        if javascript:
            page.click(f"[data-day='{name}']")
            page.wait_for_selector(f".month [aria-current][data-day='{name}']")
        elif page.locator(f".month [aria-current][data-day='{name}']").count() == 0:
            follow(page, f"[data-day='{name}']")
        follow(page, ".day-slots button.slot >> nth=0")
        assert page.locator("#move input[name=start]").count() == chosen
    page.fill("#reason", "礼堂检修。")
    follow(page, "#move .btn-primary")
    assert page.locator("section.request").count() == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_a_move_is_refused_then_accepted(
    province: Province,
    visitors: Visitors,
    numbers: list[str],
    pictures: Pictures,
    javascript: bool,
) -> None:
    number, weeks = (numbers[0], 6) if javascript else (numbers[1], 7)
    before = _workday(weeks)
    days = [before + timedelta(days=1), before + timedelta(days=2)]
    looks = {"language": "zh_Hans_CN", "width": 360, "javascript": javascript}
    with (
        visitors.window(LI, **looks) as (li, li_watch),  # type: ignore[arg-type]
        visitors.window(CHEN, **looks) as (chen, chen_watch),  # type: ignore[arg-type]
    ):
        _choose(li, number, days, javascript)
        chen.goto("/inbox")
        follow(chen, f"h3 a[href='/lectures/{number}']")
        pictures.take(chen, f"proposal-{javascript}")
        chen.click("section.request details > summary")
        chen.fill("section.request input[name=reason]", "那两天都有课。")
        follow(chen, "section.request button[value=refuse]")
        assert chen.locator("section.request").count() == 0
        assert _start(province, number) == before

        _choose(li, number, days, javascript)
        chen.goto(f"/lectures/{number}")
        chen.check("section.request input[name=option] >> nth=1")
        follow(chen, AGREE)

        assert chen.locator("section.request").count() == 0
        assert _start(province, number).date() == days[1].date()
        li.goto(f"/lectures/{number}")
        said = li.locator(".history q").all_inner_texts()
        assert said[-3:] == ["礼堂检修。", "那两天都有课。", "礼堂检修。"]
        assert (li_watch.take(), chen_watch.take()) == ([], [])


def test_another_instructor_takes_over(
    visitors: Visitors, numbers: list[str], pictures: Pictures
) -> None:
    number = numbers[2]
    with (
        visitors.window(CHEN, language="zh_Hans_CN", width=360) as (chen, chen_watch),
        visitors.window(LI, language="en", width=360) as (li, li_watch),
        visitors.window(HE, language="zh_Hans_CN", width=360) as (he, he_watch),
    ):
        chen.goto(f"/lectures/{number}")
        follow(chen, f"a[href='/lectures/{number}/replace']")
        pictures.take(chen, "replace-chosen")
        chen.check("label:has-text('何知行') input")
        chen.fill("#reason", "发烧了。")
        follow(chen, "form:has(input[name=candidate]) button")
        he.goto("/inbox")
        follow(he, f"h3 a[href='/lectures/{number}']")
        follow(he, AGREE)
        li.goto("/lectures")
        follow(li, f"h3 a[href='/lectures/{number}']")
        follow(li, AGREE)

        assert "何知行" in li.inner_text(".facts >> nth=0")
        he.goto("/inbox")
        assert he.locator(f"a[href='/lectures/{number}']").count() == 1
        answer = chen.goto(f"/lectures/{number}")
        assert answer is not None
        assert answer.status == 404
        assert (chen_watch.take(), li_watch.take(), he_watch.take()) == ([], [], [])
