"""People: who is seen, and what may be changed of whom; links for a new password."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, SignIn, User
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.members.models import ResetLink
from booking.notifications.models import Delivery
from tests import factories, summaries
from tests.browser import Client
from tests.conftest import Time
from tests.factories import (
    CHEN,
    CITY,
    DISTRICT,
    LI,
    NOW,
    OTHER_CITY,
    PASSWORD,
    ROOT,
    SUN,
    WANG,
    ZHAO,
    Cast,
)
from tests.members.inviting import GOOD, PHONE, link_in, logged

LOW = "low@example.org"


@pytest.fixture
def low(app: Flask, people: Cast) -> int:
    """A coordinator of a district of Wang's city; the user's id."""
    with app.app_context(), unit_of_work() as session:
        return factories.make_user(
            session, LOW, "区管理员", Role.COORDINATOR, region_code=DISTRICT
        ).id


@pytest.fixture
def phone(app: Flask, people: Cast) -> int:
    """A contact of Li's branch who is known by a number; the user's id."""
    with app.app_context(), unit_of_work() as session:
        user = accounts.create_user(
            session, phone=PHONE, name="电话人", password_hash=factories.password_hash(), now=NOW
        )
        accounts.add_membership(
            session, user=user, role=Role.BRANCH, organisation_id=people.li.id, now=NOW
        )
        return user.id


def names(client: Client, query: str = "") -> set[str]:
    """The people whom the list shows."""
    page = client.get(f"/people?{query}").text
    everybody = ("陈明", "周岚", "李静", "赵云", "王强", "孙丽", "管理员", "区管理员", "电话人")
    return {name for name in everybody if f"<strong>{name}<" in page}


def memberships(app: Flask) -> set[tuple[int, Role]]:
    """All memberships."""
    with app.app_context():
        rows = db.session.execute(select(Membership.user_id, Membership.role)).all()
        db.session.remove()
    return {(row.user_id, row.role) for row in rows}


def membership_of(app: Flask, user_id: int) -> int:
    """The first membership of an account."""
    with app.app_context():
        query = select(Membership.id).where(Membership.user_id == user_id)
        found = db.session.scalars(query.order_by(Membership.id)).first()
        db.session.remove()
    assert found is not None
    return found


def test_each_coordinator_sees_the_own_region(app: Flask, low: int, phone: int) -> None:
    assert names(Client(app).sign_in(WANG)) == {"陈明", "李静", "王强", "区管理员", "电话人"}
    assert names(Client(app).sign_in(SUN)) == {"周岚", "赵云", "孙丽"}
    assert names(Client(app).sign_in(LOW)) == {"陈明", "区管理员"}
    assert len(names(Client(app).sign_in(ROOT))) == 9


@pytest.mark.parametrize("email", [LI, CHEN])
def test_others_see_nobody(app: Flask, people: Cast, email: str) -> None:
    assert Client(app).sign_in(email).get("/people").status_code == 403


def test_the_list_is_filtered(app: Flask, low: int, phone: int) -> None:
    client = Client(app).sign_in(WANG)
    assert names(client, "q=电话") == {"电话人"}
    assert names(client, f"q={PHONE}") == {"电话人"}
    assert names(client, f"q={LI}") == {"李静"}
    assert names(client, "q=li@") == set()
    assert names(client, "role=instructor") == {"陈明"}
    assert names(client, "role=admin") == set()
    assert names(client, f"region={DISTRICT}") == {"陈明", "区管理员"}
    assert names(client, f"region={OTHER_CITY}") == set()
    assert names(client, "show=never") == {"陈明", "李静", "区管理员", "电话人"}
    assert names(client, "show=suspended") == set()
    Client(app).sign_in(PHONE)
    assert names(client, "show=never") == {"陈明", "李静", "区管理员"}
    assert client.post(f"/people/{phone}/suspend").status_code == 303
    assert names(client, "show=suspended") == {"电话人"}


def test_a_coordinator_sees_only_memberships_of_the_own_region(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        zhao = session.get_one(User, people.zhao.user)
        accounts.add_membership(
            session, user=zhao, role=Role.BRANCH, organisation_id=people.li.id, now=NOW
        )
    client = Client(app).language("en").sign_in(WANG)
    page = client.get(f"/people/{people.zhao.user}").text
    assert "岫云县第一支部" in page
    assert "观屿区第一支部" not in page
    assert "An administrator can suspend it" in page
    for verb in ("suspend", "resume", "sign-out", "reset-link"):
        assert client.post(f"/people/{people.zhao.user}/{verb}").status_code == 404
    # The membership in the own region can be ended; then the person is none of theirs.
    with app.app_context():
        query = select(Membership.id).where(
            Membership.user_id == people.zhao.user, Membership.organisation_id == people.li.id
        )
        own = db.session.scalars(query).one()
        db.session.remove()
    foreign = membership_of(app, people.zhao.user)
    path = f"/people/{people.zhao.user}/memberships"
    assert client.post(f"{path}/{foreign}/end").status_code == 404
    assert client.post(f"{path}/{own}/end").location == "/people"
    assert client.get(f"/people/{people.zhao.user}").status_code == 404


VERBS = ("suspend", "resume", "sign-out", "reset-link", "end", "give")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("email", "victim"),
    [
        (WANG, "zhao"),  # of another region
        (WANG, "sun"),
        (WANG, "root"),  # above
        (LOW, "wang"),
        (LOW, "li"),  # beside: of another county
        (LOW, "low"),  # the own account
        (WANG, "wang"),
        (ROOT, "root"),
    ],
)
def test_who_is_outside_or_above_is_not_changed(
    app: Flask, people: Cast, low: int, verb: str, email: str, victim: str
) -> None:
    ids = {
        "zhao": people.zhao.user,
        "sun": people.sun,
        "root": people.root,
        "wang": people.wang,
        "li": people.li.user,
        "low": low,
    }
    user_id = ids[victim]
    client = Client(app).sign_in(email)
    path = f"/people/{user_id}/{verb}"
    if verb == "end":
        path = f"/people/{user_id}/memberships/{membership_of(app, user_id)}/end"
    elif verb == "give":
        path += f"?instructor_id={people.chen.id}"
    before = memberships(app)
    answer = client.post(path)
    if verb == "give" and email == victim + "@example.org" == ROOT:
        # An administrator can do everything anyway.
        assert answer.status_code == 303
        return
    assert answer.status_code in (404, 409)
    assert memberships(app) == before
    with app.app_context():
        assert db.session.get_one(User, user_id).active
        assert db.session.scalars(select(ResetLink)).all() == []
        db.session.remove()
    assert len(logged(app, Action.OUT_OF_SCOPE)) == 1


ABOVE = (
    "role=admin",
    f"role=coordinator&region_code={CITY}",
    "role=coordinator&region_code=990000",
    f"role=coordinator&region_code={OTHER_CITY}",
    "role=branch&organisation_id={zhao}",
    "role=instructor&instructor_id={zhou}",
)


@pytest.mark.parametrize("query", ABOVE)
def test_nobody_gives_above_or_outside_the_own_rights(app: Flask, people: Cast, query: str) -> None:
    before = memberships(app)
    query = query.format(zhao=people.zhao.id, zhou=people.zhou.id)
    client = Client(app).sign_in(WANG)
    path = f"/people/{people.li.user}/give"
    form = {"role": "branch", "organisation_id": str(people.li.id)}
    assert client.get(f"{path}?{query}").status_code == 404
    assert client.post(f"{path}?{query}", form).status_code == 404
    assert memberships(app) == before
    assert logged(app, Action.OUT_OF_SCOPE) == [(Action.OUT_OF_SCOPE, {"attempt": "give"})]


def test_a_role_is_given_and_ended(app: Flask, people: Cast) -> None:
    client = Client(app).language("en").sign_in(WANG)
    path = f"/people/{people.li.user}/give?role=coordinator&region_code={DISTRICT}"
    assert "Coordinator of" in client.get(path).text
    assert client.post(path).location == f"/people/{people.li.user}"
    assert (people.li.user, Role.COORDINATOR) in memberships(app)
    assert client.post(path).status_code == 422
    with app.app_context():
        query = select(Membership.id).where(Membership.region_code == DISTRICT)
        own = db.session.scalars(query).one()
        db.session.remove()
    client.post(f"/people/{people.li.user}/memberships/{own}/end")
    assert (people.li.user, Role.COORDINATOR) not in memberships(app)
    assert logged(app, Action.ROLE_GIVEN)[-1][1] == {"role": "coordinator"}
    assert logged(app, Action.ROLE_REMOVED) == [(Action.ROLE_REMOVED, {"role": "coordinator"})]


def test_suspending_ends_everything_and_can_be_undone(app: Flask, people: Cast) -> None:
    li = Client(app).sign_in(LI)
    wang = Client(app).sign_in(WANG)
    assert wang.post(f"/people/{people.li.user}/suspend").status_code == 303
    assert li.get("/lectures").status_code == 302
    assert Client(app).post("/login", {"email": LI, "password": PASSWORD}).status_code == 422
    assert wang.post(f"/people/{people.li.user}/resume").status_code == 303
    Client(app).sign_in(LI)


def test_signing_out_ends_all_sign_ins(app: Flask, people: Cast) -> None:
    browsers = [Client(app).sign_in(LI) for _ in range(2)]
    Client(app).sign_in(WANG).post(f"/people/{people.li.user}/sign-out")
    assert [one.get("/lectures").status_code for one in browsers] == [302, 302]
    with app.app_context():
        query = select(SignIn).where(SignIn.user_id == people.li.user)
        assert db.session.scalars(query).all() == []


def test_the_last_administrator_stays(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        other = factories.make_user(session, "two@example.org", "二号", Role.ADMIN).id
    client = Client(app).sign_in("two@example.org")
    end = f"/people/{people.root}/memberships/{membership_of(app, people.root)}/end"
    assert Client(app).sign_in(ROOT).post(f"/people/{other}/suspend").status_code == 303
    # Suspended, the second can do nothing, and nobody ends the only one that is left.
    assert client.post(end).status_code == 302
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, other).active = True
        session.get_one(User, people.root).active = False
    answer = Client(app).sign_in("two@example.org").post(f"/people/{other}/suspend")
    assert answer.status_code == 409


def test_a_reset_link_is_handed_over_and_works_once(app: Flask, people: Cast, phone: int) -> None:
    old = Client(app).sign_in(PHONE)
    page = Client(app).sign_in(WANG).post(f"/people/{phone}/reset-link")
    path = link_in(page.text)
    guest = Client(app).language("en")
    assert PHONE in guest.get(path).text
    form = {"new_password": GOOD, "new_password_confirm": GOOD}
    assert guest.post(path, form).location == "/login"
    assert guest.post(path, form).status_code == 404
    assert old.get("/lectures").status_code == 302
    assert Client(app).post("/login", {"email": PHONE, "password": PASSWORD}).status_code == 422
    Client(app).sign_in(PHONE, GOOD)
    assert [action for action, _ in logged(app, Action.RESET_LINK_MADE, Action.PASSWORD_RESET)] == [
        Action.RESET_LINK_MADE,
        Action.PASSWORD_RESET,
    ]


def test_whoever_has_an_address_is_told_of_a_reset(app: Flask, people: Cast) -> None:
    page = Client(app).sign_in(WANG).post(f"/people/{people.li.user}/reset-link")
    form = {"new_password": GOOD, "new_password_confirm": GOOD}
    Client(app).post(link_in(page.text), form)
    with app.app_context():
        assert db.session.scalars(select(Delivery.recipient)).all() == [LI]


@pytest.mark.parametrize("why", ["expired", "replaced", "suspended", "signed out", "unknown"])
def test_a_reset_link_that_is_not_good_is_refused(
    app: Flask, people: Cast, phone: int, time: Time, why: str
) -> None:
    wang = Client(app).sign_in(WANG)
    path = link_in(wang.post(f"/people/{phone}/reset-link").text)
    match why:
        case "expired":
            time.now += timedelta(hours=24)
        case "replaced":
            wang.post(f"/people/{phone}/reset-link")
        case "suspended":
            wang.post(f"/people/{phone}/suspend")
        case "signed out":
            wang.post(f"/people/{phone}/sign-out")
        case "unknown":
            path = "/new-password/no-such-token"
    form = {"new_password": GOOD, "new_password_confirm": GOOD}
    status = 404 if why in ("replaced", "unknown") else 410
    assert Client(app).get(path).status_code == status
    assert Client(app).post(path, form).status_code == status
    with app.app_context():
        assert not db.session.get_one(User, phone).verify_and_update_password(GOOD)


def test_a_weak_password_is_refused_and_the_link_still_works(
    app: Flask, people: Cast, phone: int
) -> None:
    path = link_in(Client(app).sign_in(WANG).post(f"/people/{phone}/reset-link").text)
    guest = Client(app).language("en")
    weak = guest.post(path, {"new_password": PHONE, "new_password_confirm": PHONE})
    assert (weak.status_code, [name for name, _ in summaries.lines(weak.text)]) == (
        422,
        ["new_password"],
    )
    differ = guest.post(path, {"new_password": GOOD, "new_password_confirm": "x"})
    assert [name for name, _ in summaries.lines(differ.text)] == ["new_password_confirm"]
    assert guest.get(path).status_code == 200


def test_names_to_choose_from_are_of_the_own_region(app: Flask, people: Cast) -> None:
    client = Client(app).sign_in(WANG)
    page = client.get("/people/invite?role=branch&q=第一支部").text
    assert ("岫云县第一支部" in page, "观屿区第一支部" in page) == (True, False)
    page = client.get("/people/invite?role=instructor&q=岚").text
    assert "周岚" not in page
    page = client.get("/people/invite?role=coordinator").text
    assert (f'value="{DISTRICT}"' in page, f'value="{CITY}"' in page) == (True, False)
    assert ZHAO not in page


def test_attempts_are_told_in_words(app: Flask, people: Cast) -> None:
    """The audit log names the account that somebody tried to reach, and what they tried."""
    Client(app).sign_in(WANG).post(f"/people/{people.root}/suspend")
    page = Client(app).language("zh_Hans_CN").sign_in(ROOT).get("/audit").text
    assert "停用账号" in page
    with app.app_context():
        query = select(AuditEntry.subject_label).where(AuditEntry.action == Action.OUT_OF_SCOPE)
        assert db.session.scalars(query).all() == [db.session.get_one(User, people.root).label]
