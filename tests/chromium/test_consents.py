"""Somebody is asked at the first sign-in, agrees on a phone, is seen, and takes it back."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from booking.accounts.engine.roles import Role
from booking.contacts.models import ConsentAnswer
from booking.db import unit_of_work
from booking.instructors.engine.vocabulary import Channel
from tests import databases, factories
from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors, sign_in
from tests.factories import LI

PERSON, PHONE = "consent-person{}@example.org", "12000000071"


@pytest.fixture(params=[True, False], ids=["javascript", "plain"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """With and without JavaScript."""
    return bool(request.param)


@pytest.fixture
def entry(province: Province, javascript: bool) -> tuple[int, str]:
    """An instructor with a telephone number and an account that never signed in."""
    site, email = province.site, PERSON.format(int(javascript))
    with (
        databases.running(site.database_url, site.folder, {"BASE_URL": site.base_url}) as app,
        app.app_context(),
        unit_of_work() as session,
    ):
        made = factories.make_instructor(
            session, "容静", contacts=((Channel.PHONE, PHONE),), workplace=email
        )
        user = factories.make_user(session, email, "容静", Role.INSTRUCTOR, instructor_id=made)
        session.execute(delete(ConsentAnswer).where(ConsentAnswer.user_id == user.id))
        return made, email


def test_asked_agreed_seen_withdrawn(
    province: Province, visitors: Visitors, entry: tuple[int, str], javascript: bool
) -> None:
    here, email = f"/instructors/{entry[0]}", entry[1]
    with (
        visitors.window(None, language="en", width=360, javascript=javascript) as (person, watch),
        visitors.window(LI, language="en", width=1280) as (branch, _other),
        visitors.window(None, language="zh_Hans_CN", width=360) as (anybody, _third),
    ):
        for reader in (branch, anybody):
            reader.goto(here)
            assert PHONE not in reader.content()

        person.goto("/login")
        sign_in(person, email)
        assert person.locator("h1").inner_text() == "May your contacts be shown?"
        assert person.locator("input[type=radio]:checked").count() == 0
        yes = person.locator(f"input[name='entry-{entry[0]}.publish-phone'][value=yes]")
        yes.check()
        person.get_by_role("button", name="Keep my answers").click()
        assert person.locator("h1").inner_text() != "May your contacts be shown?"
        for reader in (branch, anybody):
            reader.reload()
            assert reader.locator("a[href^='tel:']").inner_text() == PHONE

        person.goto("/consents")
        card = person.locator(f"[id='entry-{entry[0]}.publish-phone']")
        button = card.get_by_role("button")
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        button.click()
        assert person.locator(".undo-banner").count() == 1
        for reader in (branch, anybody):
            reader.reload()
            assert PHONE not in reader.content()

        person.locator(".undo-banner button").click()
        anybody.reload()
        assert PHONE in anybody.content()
        person.locator(".undo-banner button").click()
        anybody.go_back()
        anybody.goto(here)
        assert PHONE not in anybody.content()
        assert watch.take() == []
