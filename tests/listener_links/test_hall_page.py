"""The page with the code: who may open it, what it shows, and how it is closed again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from booking.audit import Action
from booking.db import db
from booking.lectures.engine.states import Party
from booking.lectures.queries import by_number
from booking.listener_links import ports, service
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.ports import LinkPort
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, ROOT, SUN, WANG, ZHAO, Cast

pytestmark = pytest.mark.own_application

PURPOSE = LinkPurpose.TEST_BEFORE


@pytest.fixture
def path(app: Flask, people: Cast) -> str:
    """The page for a confirmed lecture; the link leads to a page with a token of its own."""
    port = LinkPort("lectures.leave", count=lambda _session, link_id: link_id + 6)
    port = LinkPort(
        port.endpoint, port.count, closes_at=lambda lecture: lecture.ends_at + timedelta(days=6)
    )
    ports.connect(app, {PURPOSE: port, LinkPurpose.TEST_AFTER: "lectures.leave"})
    return f"/lectures/{factories.confirmed(app, people)}/links/{PURPOSE.value}"


def token(page: str) -> str:
    """The token in the address that the page tells."""
    [found] = re.findall(r'class="hall-address">[^<]*/([^/<]+)</p>', page)
    return str(found)


@pytest.mark.parametrize("email", [LI, CHEN, WANG, ROOT])
def test_the_sides_and_their_coordinators_open_it(app: Flask, path: str, email: str) -> None:
    browser = Client(app).language("en").sign_in(email)
    assert "Open the code" in browser.get(path).text

    answer = browser.post(f"{path}/open")

    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    page = browser.get(path).text
    assert 'class="qr-hall" src="data:image/svg' in page
    assert "7 answers so far." in page
    with app.app_context():
        found = service.link_by_token(db.session(), token(page), PURPOSE, factories.NOW)
        assert found.closes_at == by_number(db.session(), path.split("/")[2]).ends_at + timedelta(
            days=6
        )


def test_others_find_nothing(app: Flask, path: str) -> None:
    Client(app).sign_in(LI).post(f"{path}/open")
    for email in (ZHAO, SUN):
        browser = Client(app).sign_in(email)
        found = [browser.get(path), *(browser.post(f"{path}/{one}") for one in ("open", "close"))]
        assert [one.status_code for one in found] == [404] * 3, email
    assert Client(app).get(path).status_code == 302


def test_only_the_openers_of_a_port_find_its_page(app: Flask, path: str) -> None:
    """A side that does not keep what is answered neither sees the code nor opens or closes it."""
    port = LinkPort("lectures.leave", openers=frozenset({Party.BRANCH, Party.BRANCH_COORDINATOR}))
    ports.connect(app, {PURPOSE: port})
    chen = Client(app).sign_in(CHEN)
    refused = [chen.get(path).status_code, chen.post(f"{path}/open").status_code]
    assert refused == [404, 404]

    opened = [Client(app).sign_in(email).post(f"{path}/open") for email in (LI, WANG)]

    assert [one.status_code for one in opened] == [303, 303]
    refused = [chen.get(path).status_code, chen.post(f"{path}/close").status_code]
    assert refused == [404, 404]


def test_a_purpose_that_no_feature_has_is_not_found(app: Flask, path: str) -> None:
    browser = Client(app).sign_in(LI)
    del app.extensions["listener_link_ports"][LinkPurpose.ATTENDANCE]
    for other in (LinkPurpose.ATTENDANCE.value, "other"):
        assert browser.get(path.replace(PURPOSE.value, other)).status_code == 404


def test_it_is_prolonged_up_to_its_limit_and_closed(app: Flask, path: str) -> None:
    browser = Client(app).language("en").sign_in(LI)
    browser.post(f"{path}/open")
    first = token(browser.get(path).text)

    told = [browser.post(f"{path}/extend").status_code for _one in range(2)]

    assert told == [303, 409]
    assert token(browser.get(path).text) == first
    assert browser.post(f"{path}/close").status_code == 303
    page = browser.get(path).text
    assert "Open the code again" in page
    assert "7 answers came." in page
    assert [browser.post(f"{path}/{one}").status_code for one in ("close", "extend")] == [409, 409]
    browser.post(f"{path}/open")
    assert token(browser.get(path).text) != first
    asked, closed = Action.LISTENERS_ASKED, Action.LISTENERS_CLOSED
    recorded = [one.action for one in entries(app, asked, closed)]
    assert recorded == [asked, asked, closed, asked]


def test_what_is_over_cannot_be_opened(app: Flask, path: str, time: Time) -> None:
    time.now = factories.at(30, 9)

    answer = Client(app).language("en").sign_in(LI).post(f"{path}/open")

    assert answer.status_code == 409
    assert "The time in which listeners can answer" in answer.text
