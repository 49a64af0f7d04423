"""Review where a branch or a region asks for it: submitted, returned, corrected, passed on."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import Organisation, Region
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Audience
from booking.lectures.engine import answer_links
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import Hold, Lecture
from booking.lectures.reviews import service as reviews
from booking.lectures.undo import service as undoing
from tests import factories
from tests.browser import Client
from tests.factories import (
    CHEN,
    CITY,
    COUNTY,
    LI,
    NOW,
    OTHER_CITY,
    ROOT,
    SUN,
    WANG,
    ZHAO,
    ZHOU,
    Cast,
    at,
)
from tests.lectures.board_page import board_of, client_of, words_of

REMARKS = "请注明听众情况。"
FIELDS = {"format": "lecture", "audience": "", "attendees": "40", "note": "听众为网格员"}


def book(app: Flask, people: Cast, start: str = "2026-11-26T09:00") -> str:
    """Li requests a lecture on the page; returns its number."""
    values = FIELDS | {"organisation": str(people.li.id), "region": COUNTY, "place": "二楼"}
    browser = Client(app).sign_in(LI)
    address = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start={start}"
    answer = browser.post(address, values)
    assert answer.status_code == 303, answer.text
    return str(answer.location).rsplit("/", 1)[1]


def returned(app: Flask, people: Cast) -> str:
    """The number of a request that was returned with remarks."""
    factories.reviewed(app, people.li.id)
    number = book(app, people)
    act(app, number, Command.RETURN)
    return number


def act(app: Flask, number: str, command: Command) -> None:
    answer = Client(app).sign_in(WANG).post(f"/lectures/{number}/{command}", {"reason": REMARKS})
    assert answer.status_code == 303, answer.text


def look(app: Flask, number: str) -> Lecture:
    with app.app_context():
        return db.session().scalars(select(Lecture).where(Lecture.number == number)).one()


@pytest.mark.parametrize(
    ("region", "own", "state"),
    [
        (None, False, State.REQUESTED),
        (None, True, State.SUBMITTED),
        (COUNTY, False, State.SUBMITTED),
        (CITY, False, State.SUBMITTED),
        (OTHER_CITY, False, State.REQUESTED),
    ],
)
def test_who_asks_for_review(
    app: Flask, people: Cast, region: str | None, own: bool, state: State
) -> None:
    with app.app_context(), unit_of_work() as session:
        if region is not None:
            reviews.review_region(session, region, reviews=True)
        reviews.review_organisation(session, people.li.id, reviews=own)

    assert look(app, book(app, people)).state is state


def test_the_page_says_who_reviews_and_until_when(app: Flask, people: Cast) -> None:
    factories.reviewed(app, people.li.id)
    number = book(app, people)

    page = words_of(Client(app).sign_in(LI).get(f"/lectures/{number}").text)

    assert "待审核" in page
    assert "由栖云市平台管理员审核，最迟2026年11月25日（周三）" in page


def test_the_instructor_learns_of_it_when_it_is_passed_on(app: Flask, people: Cast) -> None:
    factories.reviewed(app, people.li.id)
    number = book(app, people)
    chen = Client(app).sign_in(CHEN)
    pages = ("/inbox", "/inbox/calendar?day=2026-11-26", "/inbox/calendar?view=list&day=2026-11-26")

    assert [number in chen.get(page).text for page in pages] == [False] * 3
    assert chen.get(f"/lectures/{number}").status_code == 404
    assert chen.post(f"/lectures/{number}/confirm").status_code == 404
    taken = Client(app).get(f"/instructors/{people.chen.id}?day=2026-11-26").text
    assert "start=2026-11-26T09:00" not in unescape(taken)

    act(app, number, Command.APPROVE)

    assert [number in chen.get(page).text for page in pages] == [True] * 3
    assert chen.get(f"/lectures/{number}").status_code == 200


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_an_approval_that_is_undone_is_told_where_the_mail_leads(
    app: Flask, people: Cast, language: str
) -> None:
    factories.reviewed(app, people.li.id)
    number = book(app, people)
    act(app, number, Command.APPROVE)
    chen = Client(app).sign_in(CHEN).language(language)
    link = answer_links.Answer(number, 1, people.chen.id, people.chen.user, at(3, 9))
    token = answer_links.sign(link, app.config["SECRET_KEY"])
    pages = (f"/lectures/{number}", f"/answer/{token}")
    assert [chen.get(page).status_code for page in pages] == [200, 200]

    with app.app_context(), unit_of_work() as session:
        undoing.undo(session, number=number, user_id=people.wang, now=NOW)

    for path in pages:
        page = chen.get(path)
        assert page.status_code == 410
        assert {"en": "was taken back", "zh_Hans_CN": "已撤回"}[language] in page.text
        assert "家庭急救常识" not in page.text
        assert "岫云县" not in page.text
    assert chen.post(f"/lectures/{number}/confirm").status_code == 404
    assert Client(app).sign_in(ZHOU).get(pages[0]).status_code == 404


def test_remarks_stay_between_the_branch_and_its_reviewers(app: Flask, people: Cast) -> None:
    """Chen is of Wang's city; the branch of Sun's."""
    factories.reviewed(app, people.zhao.id)
    number = factories.requested(app, people, organisation_id=people.zhao.id)
    sun = Client(app).sign_in(SUN)
    for command in ("return", "reject"):
        if command == "reject":
            sun.post(f"/lectures/{number}/undo")
        answer = sun.post(f"/lectures/{number}/{command}", {"reason": REMARKS})
        assert answer.status_code == 303
        for who, reads in ((ZHAO, 200), (SUN, 200), (ROOT, 200), (WANG, 200), (CHEN, 404)):
            answer = Client(app).sign_in(who).get(f"/lectures/{number}")
            assert answer.status_code == reads
            wanted = who in (ZHAO, SUN, ROOT)
            assert (f"<q>{REMARKS}</q>" in answer.text) is wanted, (who, command)


def test_an_instructor_never_hears_of_what_was_withdrawn_before(app: Flask, people: Cast) -> None:
    factories.reviewed(app, people.li.id)
    number = book(app, people)
    assert Client(app).sign_in(LI).post(f"/lectures/{number}/withdraw").status_code == 303
    assert Client(app).sign_in(CHEN).get(f"/lectures/{number}").status_code == 404
    assert Client(app).sign_in(WANG).get(f"/lectures/{number}").status_code == 200


def test_a_returned_request_is_corrected_on_a_form_that_has_everything(
    app: Flask, people: Cast
) -> None:
    number = returned(app, people)
    browser = Client(app).sign_in(LI)
    page = browser.get(f"/lectures/{number}").text
    assert REMARKS in page
    [link] = re.findall(r'href="([^"]+correct=[^"]+)"', page)
    form = browser.get(unescape(link)).text
    assert REMARKS in form
    for kept in ('value="二楼"', 'value="40"', "听众为网格员"):
        assert kept in form

    values = FIELDS | {
        "organisation": str(people.li.id),
        "region": COUNTY,
        "place": "三楼会议室",
        "audience": "villagers",
        "attendees": "55",
        "note": "听众为村干部",
    }
    later = unescape(link).replace("2026-11-26T09:00", "2026-11-26T10:00")
    answer = browser.post(later, values)

    assert (answer.status_code, answer.location) == (303, f"/lectures/{number}")
    lecture = look(app, number)
    assert (lecture.state, lecture.starts_at, lecture.place) == (
        State.SUBMITTED,
        at(3, 10),
        "三楼会议室",
    )
    assert (lecture.audience, lecture.attendees, lecture.note) == (
        Audience.VILLAGERS,
        55,
        "听众为村干部",
    )
    with app.app_context():
        [hold] = db.session().scalars(select(Hold)).all()
        assert (hold.starts_at, hold.ends_at, hold.place) == (at(3, 10), at(3, 12), "三楼会议室")
    assert browser.get(unescape(link)).status_code == 409
    assert browser.post(later, values).status_code == 409


def test_a_correction_keeps_its_own_time_and_does_not_take_that_of_others(
    app: Flask, people: Cast
) -> None:
    number = returned(app, people)
    factories.requested(app, people, at(3, 14), organisation_id=people.zhao.id)
    browser = Client(app).sign_in(LI).language("en")
    address = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&correct={number}"
    values = FIELDS | {"organisation": str(people.li.id), "region": COUNTY, "place": "三楼"}

    taken = browser.post(f"{address}&start=2026-11-26T14:00", values)

    assert taken.status_code == 409
    assert "Another branch has just booked this time." in taken.text
    assert "correct=" in taken.text
    assert look(app, number).state is State.RETURNED
    assert browser.post(f"{address}&start=2026-11-26T09:00", values).status_code == 303
    assert look(app, number).state is State.SUBMITTED


def test_nobody_else_corrects_it(app: Flask, people: Cast) -> None:
    number = returned(app, people)
    address = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&correct={number}"
    opened = f"{address}&start=2026-11-26T09:00"
    wanted = {LI: 200, WANG: 200, ROOT: 200, ZHAO: 404, SUN: 404, CHEN: 403}
    assert {who: Client(app).sign_in(who).get(opened).status_code for who in wanted} == wanted


def test_the_board_lists_what_is_to_review_first(app: Flask, people: Cast) -> None:
    for organisation in (people.li.id, people.zhao.id):
        factories.reviewed(app, organisation)
    own = factories.requested(app, people, at(3, 9))
    other = factories.requested(app, people, at(3, 14), organisation_id=people.zhao.id)
    wang, sun = client_of(app, WANG), client_of(app, SUN)

    page = board_of(wang, "?show=review")
    assert (page.presets[0], page.numbers) == ("To review 1", [own])
    assert page.commands(own) == ["approve", "return", "reject"]
    assert board_of(sun, "?show=review").numbers == [other]

    answer = wang.post("/board/approve?show=review", {"number": [own, other]})
    assert answer.status_code == 403
    assert (look(app, own).state, look(app, other).state) == (State.REQUESTED, State.SUBMITTED)
    answer = sun.post("/board/reject?show=review", {"row": other, "reason": REMARKS})
    assert answer.status_code == 303
    assert look(app, other).state is State.REJECTED


def test_a_coordinator_switches_review_on_and_off(app: Flask, people: Cast) -> None:
    wang = Client(app).sign_in(WANG)
    assert wang.post("/reviews", {"region": CITY, "reviews": "on"}).status_code == 303
    assert "栖云市" in wang.get("/reviews").text
    assert wang.post("/reviews", {"region": CITY, "reviews": "off"}).status_code == 303
    limits = {"open_limit": "", "daily_limit": "", "reviews": "y"}
    assert wang.post(f"/request-limits/{people.li.id}", limits).status_code == 303
    assert "须审核" in wang.get("/request-limits").text
    for code in (OTHER_CITY, "999999", "nowhere"):
        assert wang.post("/reviews", {"region": code, "reviews": "on"}).status_code == 404
    assert wang.post("/reviews", {"region": "", "reviews": "on"}).status_code == 422

    with app.app_context():
        session = db.session()
        assert session.get_one(Organisation, people.li.id).reviews
        assert not session.scalars(select(Region).where(Region.reviews)).all()
        entries = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == Action.REVIEW_CHANGED)
            .order_by(AuditEntry.id)
        ).all()
        assert [(one.region_code, one.detail["reviews"]) for one in entries] == [
            (CITY, [False, True]),
            (CITY, [True, False]),
            (COUNTY, [False, True]),
        ]


def test_only_the_branch_side_reviews(app: Flask, people: Cast) -> None:
    factories.reviewed(app, people.zhao.id)
    number = factories.requested(app, people, organisation_id=people.zhao.id)
    for who, status in ((WANG, 403), (ZHAO, 403), (CHEN, 404), (LI, 404)):
        for command in ("approve", "return", "reject"):
            answer = (
                Client(app).sign_in(who).post(f"/lectures/{number}/{command}", {"reason": REMARKS})
            )
            assert answer.status_code == status, (who, command)
    assert look(app, number).state is State.SUBMITTED


def test_what_a_coordinator_books_needs_no_review(app: Flask, people: Cast) -> None:
    factories.reviewed(app, people.li.id)
    with app.app_context(), unit_of_work() as session:
        lecture = factories.request(session, people, party=Party.BRANCH_COORDINATOR)
        assert lecture.state is State.REQUESTED
