"""What a booking takes on a telephone, and with a keyboard alone; `-s` prints the counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import clock
from booking.accounts.engine.roles import Role
from booking.db import unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture
from tests import databases, factories
from tests.chromium.conftest import Province
from tests.chromium.effort import Booker, Effort, Typist
from tests.chromium.visitors import Visitors

PLACE = "岫云县文化馆二楼"
SLOT = ".day-panel a.slot >> nth=0"
CARD_SLOT = ".card-instructor:has(a[href^='/instructors/{chen}?']) a.slot >> nth=0"
SEND = "#booking .btn-primary"

MOST_PAGES, MOST_INTERACTIONS, MOST_KEYS = 3, 12, 30
"""Pages from the times to the confirmation, both counted, signed in or not; Tab, Enter, arrows."""
MOST_BYTES = 70_000
"""On a first visit: 35 kB of styles, 20 kB of scripts (`test_first_visit`), and the pages."""

Contact = Callable[[], str]
_numbers = count(1)


@pytest.fixture
def contact(province: Province) -> Iterator[Contact]:
    """Makes a contact of a new branch in 岫云县; the address. In the end all is withdrawn."""
    units: list[int] = []

    def make() -> str:
        email = f"counted{next(_numbers)}@example.org"
        with _session(province) as session:
            unit = factories.make_branch(session, f"支部{email}")
            factories.make_user(session, email, "吴桐", Role.BRANCH, organisation_id=unit.id)
            units.append(unit.id)
        return email

    yield make
    with _session(province) as session:
        booked = select(Lecture.number).where(Lecture.organisation_id.in_(units))
        for number in session.scalars(booked).all():
            factories.move(session, number, Command.WITHDRAW, Party.BRANCH, now=clock.now())


@contextmanager
def _session(province: Province) -> Iterator[Session]:
    site = province.site
    more = {"BASE_URL": site.base_url}
    with (
        databases.running(site.database_url, site.folder, more) as app,
        app.app_context(),
        unit_of_work() as session,
    ):
        yield session


@contextmanager
def _phone(visitors: Visitors, email: str | None) -> Iterator[Booker]:
    with visitors.window(email, language="zh_Hans_CN", width=360) as (page, watch):
        page.set_viewport_size({"width": 360, "height": 640})
        yield Booker(page)
        assert watch.take() == []


def _account(booker: Booker, email: str) -> None:
    booker.needs("#email", email)
    booker.needs("#password", factories.PASSWORD)


def _sends(booker: Booker, account: str | None = None) -> None:
    """Fill in what is missing, and send: the district is that of the branch."""
    if account is None:
        booker.needs("#region", factories.COUNTY)
    booker.needs("#place", PLACE)
    if account is not None:
        _account(booker, account)
    booker.go(SEND)
    assert urlsplit(booker.page.url).path.startswith("/lectures/YK-")


def _a_day(booker: Booker) -> None:
    """Choose another day than the one that is shown first."""
    day = booker.page.locator(".month-free:not([aria-current])").first.get_attribute("data-day")
    booker.tap(f".month [data-day='{day}']")
    booker.page.wait_for_selector(f".month [aria-current][data-day='{day}']")


def _chooses(booker: Booker, start: str, province: Province) -> None:
    """Come to a time: from the page of an instructor, from a result, or from the first page."""
    chen = province.cast.chen.id
    if start == "instructor":
        booker.open(f"/instructors/{chen}")
        _a_day(booker)
        booker.go(SLOT)
        return
    if start == "result":
        booker.open("/instructors?q=急救")
    else:
        booker.open("/")
        booker.needs("#q", "急救")
        booker.go(".question-form button")
    booker.go(CARD_SLOT.format(chen=chen))


STARTS = {"instructor": 0, "result": 0, "home": 1}
"""Where a booking begins, and how many pages lie before the result or the instructor's page."""


@pytest.mark.parametrize("signed_in", [True, False], ids=["signed-in", "signed-out"])
@pytest.mark.parametrize("start", STARTS)
def test_a_booking_takes_few_pages_and_taps(
    start: str, signed_in: bool, province: Province, visitors: Visitors, contact: Contact
) -> None:
    email = contact()
    with _phone(visitors, email if signed_in else None) as booker:
        _chooses(booker, start, province)
        _sends(booker, None if signed_in else email)
        assert "岫云县" in booker.page.inner_text("main")
    effort = booker.effort
    print(f"\n{start}, signed {'in' if signed_in else 'out'}: {effort}")
    _is_little(effort, MOST_PAGES + STARTS[start])


def _is_little(effort: Effort, most_pages: int) -> None:
    assert effort.pages <= most_pages
    assert effort.interactions <= MOST_INTERACTIONS
    assert effort.typed_twice == 0
    assert 0 < effort.bytes <= MOST_BYTES


def test_who_changes_the_time_types_nothing_twice(
    province: Province, visitors: Visitors, contact: Contact
) -> None:
    with _phone(visitors, contact()) as booker:
        _chooses(booker, "instructor", province)
        booker.needs("#place", PLACE)
        booker.needs("#note", "请带教具。")
        booker.go(".summary-bar button")
        _a_day(booker)
        booker.go(".day-panel button.slot >> nth=0")
        booker.needs("#note", "请带教具。")
        _sends(booker)
    print(f"\nanother time, signed in: {booker.effort}")
    assert (booker.effort.pages, booker.effort.typed_twice) == (5, 0)
    assert booker.effort.interactions <= MOST_INTERACTIONS


def test_a_booking_takes_few_keys(province: Province, visitors: Visitors, contact: Contact) -> None:
    with visitors.window(contact(), language="zh_Hans_CN", width=1280) as (page, watch):
        typist = Typist(page)
        typist.open(f"/instructors/{province.cast.chen.id}")
        typist.skip()
        typist.reach(".month [data-day]")
        day = page.evaluate("document.activeElement.dataset.day")
        typist.press("ArrowDown")
        typist.press("Enter")
        page.wait_for_selector(f".month [aria-current]:not([data-day='{day}'])")
        typist.reach("a.slot")
        typist.enter()
        typist.skip()
        typist.reach("#place")
        page.keyboard.type(PLACE)
        typist.reach(SEND)
        typist.enter()
        assert urlsplit(page.url).path.startswith("/lectures/YK-")
        print(f"\nkeyboard: {typist.effort}")
        assert typist.effort.keys <= MOST_KEYS
        assert watch.take() == []
