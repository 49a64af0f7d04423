"""Sign-up of a branch: asked by anybody, decided by a coordinator of the region."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, Organisation, User
from booking.audit import Action
from booking.db import db
from booking.members.models import JoinRequest
from booking.notifications.models import Delivery
from booking.privacy.retention.tasks import apply_schedule
from tests import summaries
from tests.browser import Client
from tests.factories import COUNTY, LI, NOW, SUN, WANG, Cast
from tests.mailbox import read
from tests.members.inviting import GOOD, PHONE, link_in, logged

FORM = {
    "organisation": "岫云县文化馆支部",
    "region": COUNTY,
    "name": "新联系人",
    "contact": PHONE,
    "reason": "想预约急救课，约四十人。",
}


def ask(app: Flask, **more: str) -> str:
    """Ask; returns the path of the status page."""
    answer = Client(app).post("/join", FORM | more)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def only(app: Flask) -> int:
    """The id of the newest request."""
    with app.app_context():
        found = db.session.scalars(select(JoinRequest.id).order_by(JoinRequest.id.desc())).first()
        db.session.remove()
    assert found is not None
    return found


def count(app: Flask, model: type) -> int:
    """How many rows a table has."""
    with app.app_context():
        number = db.session.scalar(select(func.count()).select_from(model)) or 0
        db.session.remove()
    return number


@pytest.mark.parametrize("path", ["/board", "/manage"])
def test_coordinators_read_on_their_first_pages_how_many_branches_ask(
    app: Flask, people: Cast, path: str
) -> None:
    wang, sun = (Client(app).language("en").sign_in(one) for one in (WANG, SUN))
    asks = "branch asks for access"
    before = asks in wang.get(path).text
    ask(app)
    waits = [f"1 {asks}" in one.get(path).text for one in (wang, sun)]
    wang.post(f"/join-requests/{only(app)}/decline", {"answer": "不属于本地区。"})

    assert [before, *waits, asks in wang.get(path).text] == [False, True, False, False]


def test_a_new_branch_comes_in_without_mail(app: Flask, people: Cast) -> None:
    status = ask(app)
    guest = Client(app).language("en")
    assert "waits for the coordinator" in guest.get(status).text
    # Nothing is visible before.
    assert count(app, Organisation) == 2
    wang = Client(app).language("en").sign_in(WANG)
    assert "岫云县文化馆支部" in wang.get("/join-requests").text
    page = wang.get(f"/join-requests/{only(app)}").text
    assert PHONE in page
    form = {"organisation": "new", "new_name": "岫云县文化馆支部"}
    assert wang.post(f"/join-requests/{only(app)}/approve", form).status_code == 303
    assert "Go on: choose a password" in guest.get(status).text
    there = guest.post(f"{status}/go-on").location
    accepted = {
        "name": "新联系人",
        "contact": PHONE,
        "new_password": GOOD,
        "new_password_confirm": GOOD,
    }
    assert guest.post(there, accepted).location == "/start"
    assert guest.get("/lectures").status_code == 200
    assert "your account is ready" in guest.get(status).text
    assert guest.post(f"{status}/go-on").status_code == 404
    assert [action for action, _ in logged(app, Action.JOIN_ASKED, Action.JOIN_DECIDED)] == [
        Action.JOIN_ASKED,
        Action.JOIN_DECIDED,
    ]


def test_a_request_is_merged_with_a_known_branch_and_mailed(app: Flask, people: Cast) -> None:
    status = ask(app, organisation="岫云县第一党支部", contact="New@example.org")
    wang = Client(app).language("en").sign_in(WANG)
    page = wang.get(f"/join-requests/{only(app)}").text
    assert "岫云县第一支部" in page
    assert "观屿区第一支部" not in page
    form = {"organisation": str(people.li.id), "new_name": ""}
    assert wang.post(f"/join-requests/{only(app)}/approve", form).status_code == 303
    assert count(app, Organisation) == 2
    # The mail proves the address: the page of the request alone does not lead on.
    assert "An invitation went to new@example.org by mail." in (
        Client(app).language("en").get(status).text
    )
    assert Client(app).post(f"{status}/go-on").status_code == 404
    with app.app_context():
        delivery = db.session.scalars(select(Delivery)).one()
        assert delivery.recipient == "new@example.org"
        body = read(delivery.message or b"").get_body(("plain",))
        assert body is not None
        path = link_in(str(body.get_content()))
        db.session.remove()
    accepted = {"name": "新联系人", "new_password": GOOD, "new_password_confirm": GOOD}
    assert Client(app).post(path, accepted).status_code == 303
    with app.app_context():
        query = select(Membership.role).join(User).where(User.email == "new@example.org")
        assert db.session.scalars(query).all() == [Role.BRANCH]


@pytest.mark.parametrize("contact", [PHONE, "new@example.org"])
def test_a_request_is_declined_with_a_reason(app: Flask, people: Cast, contact: str) -> None:
    status = ask(app, contact=contact)
    wang = Client(app).language("en").sign_in(WANG)
    path = f"/join-requests/{only(app)}/decline"
    assert wang.post(path, {"answer": ""}).status_code == 422
    assert wang.post(path, {"answer": "请由县委组织部统一申请。"}).status_code == 303
    assert "请由县委组织部统一申请。" in Client(app).get(status).text
    assert count(app, Delivery) == (0 if contact == PHONE else 1)
    assert wang.post(path, {"answer": "再来。"}).status_code == 409
    form = {"organisation": "new", "new_name": "甲支部"}
    assert wang.post(f"/join-requests/{only(app)}/approve", form).status_code == 409


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_requests_of_another_region_do_not_exist(app: Flask, people: Cast, verb: str) -> None:
    ask(app)
    sun = Client(app).sign_in(SUN)
    assert "岫云县文化馆支部" not in sun.get("/join-requests").text
    assert sun.get(f"/join-requests/{only(app)}").status_code == 404
    form = {"organisation": "new", "new_name": "甲支部", "answer": "不行。"}
    assert sun.post(f"/join-requests/{only(app)}/{verb}", form).status_code == 404
    assert len(logged(app, Action.OUT_OF_SCOPE)) == 1
    assert Client(app).sign_in(LI).get("/join-requests").status_code == 403
    with app.app_context():
        assert db.session.scalars(select(JoinRequest.decided_at)).all() == [None]


def test_a_request_is_not_merged_with_a_foreign_branch(app: Flask, people: Cast) -> None:
    ask(app, organisation="观屿区第一支部")
    wang = Client(app).sign_in(WANG)
    form = {"organisation": str(people.zhao.id), "new_name": ""}
    assert wang.post(f"/join-requests/{only(app)}/approve", form).status_code == 422
    assert count(app, Organisation) == 2


def test_the_answer_tells_nothing_of_the_installation(app: Flask, people: Cast) -> None:
    known, unknown = (
        Client(app).get(ask(app, organisation=name, contact=contact)).text
        for name, contact in (("岫云县第一支部", LI), ("没有的单位", "nobody@example.org"))
    )
    for page in (known, unknown):
        assert page.count('class="notice notice-good"') == 1
    form = Client(app).get("/join").text
    assert "第一支部" not in form


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"organisation": " "}, "organisation"),
        ({"organisation": "长" * 200}, "organisation"),
        ({"region": ""}, "region"),
        ({"region": "123456"}, "region"),
        ({"name": ""}, "name"),
        ({"contact": "12345"}, "contact"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_wrong_request_is_refused(
    app: Flask, people: Cast, more: dict[str, str], field: str
) -> None:
    answer = Client(app).language("en").post("/join", FORM | more)
    assert (answer.status_code, [name for name, _ in summaries.lines(answer.text)]) == (
        422,
        [field],
    )
    assert count(app, JoinRequest) == 0


def test_one_contact_may_wait_three_times(app: Flask, people: Cast) -> None:
    for number in range(3):
        ask(app, organisation=f"岫云县{number}支部")
    answer = Client(app).post("/join", FORM | {"contact": f"+86 {PHONE}"})
    assert answer.status_code == 422
    ask(app, contact="12000000072")


def test_requests_are_forgotten_in_time(app: Flask, people: Cast) -> None:
    ask(app)
    first = only(app)
    ask(app, contact="12000000072")
    wang = Client(app).sign_in(WANG)
    wang.post(f"/join-requests/{first}/decline", {"answer": "不行。"})
    with app.app_context():
        for days, left in ((30, 2), (31, 1), (180, 1), (181, 0)):
            apply_schedule(NOW + timedelta(days=days))
            db.session.rollback()
            assert db.session.scalar(select(func.count()).select_from(JoinRequest)) == left


def test_a_status_page_needs_its_token(app: Flask, people: Cast) -> None:
    ask(app)
    assert Client(app).get("/join/no-such-token").status_code == 404
    assert Client(app).post("/join/no-such-token/go-on").status_code == 404
