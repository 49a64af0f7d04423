"""On a phone: a contact asked for, granted, shown, seen by its owner, over; messages both ways."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from booking import clock
from booking.contacts.requests.models import ContactRequest
from booking.db import db, unit_of_work
from tests import databases
from tests.chromium.conftest import Pictures, Province
from tests.chromium.visitors import Visitors, follow
from tests.contacts.reaching import MAIL, PHONE
from tests.factories import CHEN, ZHAO


def _end(province: Province, request_id: str) -> None:
    """Let the grant be over now."""
    site = province.site
    with (
        databases.running(site.database_url, site.folder, {"BASE_URL": site.base_url}) as app,
        app.app_context(),
    ):
        with unit_of_work() as session:
            change = update(ContactRequest).where(ContactRequest.id == int(request_id))
            session.execute(change.values(expires_at=clock.now()))
            assert session.scalars(select(ContactRequest.id)).all()
        db.session.remove()


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_question_to_the_end(
    province: Province, visitors: Visitors, pictures: Pictures, javascript: bool
) -> None:
    reason = f"核对场地（{javascript}）"
    looks = {"width": 360, "javascript": javascript}
    with (
        visitors.window(ZHAO, language="zh_Hans_CN", **looks) as (zhao, zhao_watch),  # type: ignore[arg-type]
        visitors.window(CHEN, language="en", **looks) as (chen, chen_watch),  # type: ignore[arg-type]
    ):
        zhao.goto(f"/instructors/{province.cast.chen.id}")
        follow(zhao, "a[href*='/contact-requests/ask/']")
        zhao.fill("#reason", reason)
        follow(zhao, "main form.boxed button")
        request_id = zhao.url.rpartition("/")[2]
        assert PHONE not in zhao.content()

        chen.goto("/")
        follow(chen, "a[href='/contact-requests']")
        follow(chen, f"a[href='/contact-requests/{request_id}']")
        chen.fill("#days", "3")
        follow(chen, "form[action$='/grant'] button")
        assert "Granted" in chen.inner_text(".state-line")

        zhao.reload()
        assert PHONE not in zhao.content()
        follow(zhao, "form[action*='/show'] button")
        assert zhao.inner_text("a.contact-value") == PHONE
        assert MAIL not in zhao.content()
        pictures.take(zhao, f"contact-shown-{javascript}")

        chen.goto("/contacts")
        assert reason in chen.inner_text("main")
        _end(province, request_id)
        zhao.goto(f"/contact-requests/{request_id}")
        assert zhao.locator("form[action*='/show']").count() == 0
        assert PHONE not in zhao.content()
        assert (zhao_watch.take(), chen_watch.take()) == ([], [])


def test_a_message_is_answered(province: Province, visitors: Visitors, pictures: Pictures) -> None:
    question, answer = "请问需要投影吗？", "需要，谢谢。"
    with (
        visitors.window(ZHAO, language="zh_Hans_CN", width=360) as (zhao, zhao_watch),
        visitors.window(CHEN, language="zh_Hans_CN", width=360) as (chen, chen_watch),
    ):
        zhao.goto(f"/contact-requests/ask/{province.cast.chen.id}")
        zhao.fill("#reason", question)
        follow(zhao, "main form.boxed button")
        request_id = zhao.url.rpartition("/")[2]
        chen.goto(f"/contact-requests/{request_id}")
        chen.click("details:has(form[action$='/relay']) > summary")
        chen.fill("#text", answer)
        follow(chen, "form[action$='/relay'] button")

        zhao.goto("/")
        follow(zhao, "main a[href='/messages']")
        follow(zhao, f"main li a:has-text('LX-{int(request_id):06d}')")
        assert answer in zhao.inner_text("main")
        zhao.fill("#text", "好的。")
        follow(zhao, "form[action$='/answer'] button")
        pictures.take(zhao, "messages")
        chen.goto(zhao.url)
        assert "好的。" in chen.inner_text("main")
        assert (zhao_watch.take(), chen_watch.take()) == ([], [])
