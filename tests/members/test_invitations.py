"""Invitations: made, renewed, revoked, accepted; every wrong token is refused and recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts.engine.roles import Actor, Role, Standing
from booking.accounts.engine.sign_in_names import SignInName
from booking.accounts.models import Membership, User
from booking.audit import Action
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Channel
from booking.members.models import Invitation
from booking.members.targets import Target
from booking.notifications.models import Delivery
from booking.privacy.retention.tasks import apply_schedule
from tests import factories, summaries
from tests.browser import Client
from tests.conftest import Time
from tests.factories import (
    CITY,
    COUNTY,
    DISTRICT,
    LI,
    NOW,
    OTHER_CITY,
    OTHER_DISTRICT,
    PASSWORD,
    ROOT,
    SUN,
    WANG,
    ZHAO,
    Cast,
)
from tests.mailbox import read
from tests.members.inviting import GOOD, NUMBER, PHONE, accept, invited, link_in, logged


def wang(people: Cast) -> Actor:
    """Wang as the actor of a service."""
    return Actor(people.wang, (Standing(Role.COORDINATOR, region_code=CITY),))


def branch_of(people: Cast) -> Target:
    """A contact of Li's branch."""
    return Target(Role.BRANCH, organisation_id=people.li.id, place=COUNTY, label="岫云县第一支部")


def roles(app: Flask, user_id: int) -> list[Role]:
    """The roles of an account."""
    with app.app_context():
        query = select(Membership.role).where(Membership.user_id == user_id).order_by(Membership.id)
        return list(db.session.scalars(query))


def test_a_link_leads_to_an_account_that_is_signed_in(app: Flask, people: Cast) -> None:
    page = (
        Client(app)
        .language("en")
        .sign_in(WANG)
        .post(
            f"/people/invite?role=branch&organisation_id={people.li.id}",
            {"name": "新人", "contact": "", "way": "link"},
        )
    )
    assert page.status_code == 200
    path = link_in(page.text)
    guest = Client(app).language("en")
    shown = guest.get(path)
    assert "Branch contact of 岫云县第一支部" in shown.text
    assert accept(guest, path).location == "/start"
    assert guest.get("/lectures").status_code == 200

    with app.app_context():
        user = db.session.scalars(select(User).where(User.phone == NUMBER)).one()
        assert (user.email, user.name, user.signed_in_at) == (None, "新人", NOW)
        invitation = db.session.scalars(select(Invitation)).one()
        assert (invitation.accepted_at, invitation.accepted_by) == (NOW, user.id)
        assert path.rpartition("/")[2] not in invitation.token_hash
        user_id = user.id
        db.session.remove()
    assert roles(app, user_id) == [Role.BRANCH]
    assert [
        action for action, _detail in logged(app, Action.INVITED, Action.INVITATION_ACCEPTED)
    ] == [
        Action.INVITED,
        Action.INVITATION_ACCEPTED,
    ]
    assert Client(app).post("/login", {"email": PHONE, "password": GOOD}).status_code == 302


def test_a_mailed_invitation_proves_the_address(app: Flask, people: Cast) -> None:
    Client(app).sign_in(WANG).post(
        f"/people/invite?role=branch&organisation_id={people.li.id}",
        {"name": "新人", "contact": "New@Example.org", "way": "mail"},
    )
    with app.app_context():
        delivery = db.session.scalars(select(Delivery)).one()
        assert delivery.recipient == "new@example.org"
        body = read(delivery.message or b"").get_body(("plain",))
        assert body is not None
        db.session.remove()
    path = link_in(str(body.get_content()))
    # What a page sends beside it does not change to whom the invitation went.
    assert accept(Client(app), path, contact="victim@example.org").location == "/start"
    with app.app_context():
        assert db.session.scalars(select(User.email).order_by(User.id.desc())).first() == (
            "new@example.org"
        )


def test_mail_needs_an_address(app: Flask, people: Cast) -> None:
    answer = (
        Client(app)
        .language("en")
        .sign_in(WANG)
        .post(
            f"/people/invite?role=branch&organisation_id={people.li.id}",
            {"name": "新人", "contact": PHONE, "way": "mail"},
        )
    )
    sentence = "Without a mail address the invitation can only be handed over as a link."
    assert (answer.status_code, summaries.lines(answer.text)) == (422, [("contact", sentence)])


def test_a_signed_in_person_gets_one_role_more(app: Flask, people: Cast) -> None:
    sent = invited(app, wang(people), branch_of(people))
    zhao = Client(app).sign_in(ZHAO)
    assert "赵云" in zhao.get(f"/invitation/{sent.token}").text
    assert zhao.post(f"/invitation/{sent.token}").location == "/start"
    assert roles(app, people.zhao.user) == [Role.BRANCH, Role.BRANCH]


@pytest.mark.parametrize("why", ["accepted", "expired", "revoked", "unknown", "renewed"])
def test_a_token_that_is_not_good_is_refused_and_recorded(
    app: Flask, people: Cast, time: Time, why: str
) -> None:
    sent = invited(app, wang(people), branch_of(people))
    path = f"/invitation/{sent.token}"
    if why == "accepted":
        assert accept(Client(app), path).status_code == 303
    elif why == "expired":
        time.now += timedelta(days=14)
    elif why == "revoked":
        Client(app).sign_in(WANG).post(f"/invitations/{sent.invitation.id}/revoke")
    elif why == "renewed":
        Client(app).sign_in(WANG).post(f"/invitations/{sent.invitation.id}/renew")
    else:
        path = "/invitation/no-such-token"
    before = _accounts(app)
    answers = [
        Client(app).get(path).status_code,
        accept(Client(app), path, contact="12000000099").status_code,
        Client(app).sign_in(ZHAO).post(path).status_code,
    ]
    assert answers == [404 if why in ("unknown", "renewed") else 410] * 3
    assert _accounts(app) == before
    told = "unknown" if why == "renewed" else why
    assert (
        logged(app, Action.INVITATION_REFUSED) == [(Action.INVITATION_REFUSED, {"why": told})] * 3
    )


def _accounts(app: Flask) -> tuple[int, int]:
    with app.app_context():
        counts = [
            db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (User, Membership)
        ]
        db.session.remove()
    return counts[0], counts[1]


def test_an_invitation_of_another_account_is_refused(app: Flask, people: Cast) -> None:
    sent = invited(app, wang(people), branch_of(people), known_by=SignInName(email=ZHAO))
    answer = Client(app).sign_in(SUN).post(f"/invitation/{sent.token}")
    assert answer.status_code == 403
    assert logged(app, Action.INVITATION_REFUSED) == [
        (Action.INVITATION_REFUSED, {"why": "other_account"})
    ]
    # Not signed in, the page asks to sign in, and no second account is made.
    page = Client(app).language("en").get(f"/invitation/{sent.token}").text
    assert "Sign in and accept" in page
    assert "new_password" not in page
    assert accept(Client(app), f"/invitation/{sent.token}", contact=ZHAO).status_code == 403
    assert Client(app).sign_in(ZHAO).post(f"/invitation/{sent.token}").status_code == 303


def test_nobody_accepts_an_own_invitation(app: Flask, people: Cast) -> None:
    sent = invited(app, wang(people), branch_of(people))
    answer = Client(app).sign_in(WANG).post(f"/invitation/{sent.token}")
    assert answer.status_code == 403
    assert roles(app, people.wang) == [Role.COORDINATOR]
    assert logged(app, Action.INVITATION_REFUSED) == [(Action.INVITATION_REFUSED, {"why": "own"})]


WRONG = {
    "the own region": f"role=coordinator&region_code={CITY}",
    "a region above": "role=coordinator&region_code=990000",
    "another region": f"role=coordinator&region_code={OTHER_CITY}",
    "a region below another": f"role=coordinator&region_code={OTHER_DISTRICT}",
    "administrator": "role=admin",
    "a foreign branch": "role=branch&organisation_id={zhao}",
    "a foreign instructor": "role=instructor&instructor_id={zhou}",
    "no branch at all": "role=branch&organisation_id=2147483647",
    "a wrong region": "role=coordinator&region_code=x",
}


@pytest.mark.parametrize("attempt", WRONG)
def test_nobody_invites_above_or_outside_the_own_rights(
    app: Flask, people: Cast, attempt: str
) -> None:
    query = WRONG[attempt].format(zhao=people.zhao.id, zhou=people.zhou.id)
    client = Client(app).sign_in(WANG)
    form = {"name": "坏人", "contact": "evil@example.org", "way": "link"}
    assert client.get(f"/people/invite?{query}").status_code == 404
    assert client.post(f"/people/invite?{query}", form).status_code == 404
    with app.app_context():
        assert db.session.scalars(select(Invitation)).all() == []
    assert logged(app, Action.OUT_OF_SCOPE) == [(Action.OUT_OF_SCOPE, {"attempt": "invite"})]


def test_roles_in_the_form_are_not_looked_at(app: Flask, people: Cast) -> None:
    """Mass assignment: what decides is the address, and it is checked."""
    form = {
        "name": "坏人",
        "contact": PHONE,
        "way": "link",
        "role": "admin",
        "region_code": "990000",
        "invited_by": str(people.root),
        "accepted_by": "1",
    }
    page = (
        Client(app)
        .sign_in(WANG)
        .post(f"/people/invite?role=branch&organisation_id={people.li.id}", form)
    )
    more = {"role": "admin", "region_code": CITY, "organisation_id": str(people.zhao.id)}
    guest = Client(app)
    assert accept(guest, link_in(page.text), **more).status_code == 303
    with app.app_context():
        user_id = db.session.scalars(select(User.id).where(User.phone == NUMBER)).one()
        invitation = db.session.scalars(select(Invitation)).one()
        assert (invitation.role, invitation.invited_by) == (Role.BRANCH, people.wang)
        db.session.remove()
    assert roles(app, user_id) == [Role.BRANCH]
    assert guest.get("/people").status_code == 403
    tried = [detail for _action, detail in logged(app, Action.OUT_OF_SCOPE)]
    assert tried == [{"attempt": "invite"}, {"attempt": "accept"}]


@pytest.mark.parametrize("email", [LI, ZHAO, None])
def test_only_coordinators_and_administrators_invite(
    app: Flask, people: Cast, email: str | None
) -> None:
    client = Client(app) if email is None else Client(app).sign_in(email)
    answer = client.get(f"/people/invite?role=branch&organisation_id={people.li.id}")
    assert answer.status_code == (302 if email is None else 403)


@pytest.mark.parametrize("verb", ["renew", "revoke"])
def test_invitations_of_another_region_are_not_managed(app: Flask, people: Cast, verb: str) -> None:
    sent = invited(app, wang(people), branch_of(people))
    client = Client(app).sign_in(SUN)
    assert client.post(f"/invitations/{sent.invitation.id}/{verb}").status_code == 404
    assert "新人" not in client.get("/invitations?state=all").text
    assert Client(app).get(f"/invitation/{sent.token}").status_code == 200
    assert logged(app, Action.OUT_OF_SCOPE) == [(Action.OUT_OF_SCOPE, {"attempt": verb})]


def test_a_coordinator_below_does_not_manage_what_lies_above(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.make_user(
            session, "low@example.org", "区管", Role.COORDINATOR, region_code=DISTRICT
        )
    target = Target(Role.COORDINATOR, region_code=DISTRICT, place=DISTRICT, label="区")
    sent = invited(app, wang(people), target)
    client = Client(app).sign_in("low@example.org")
    assert client.post(f"/invitations/{sent.invitation.id}/renew").status_code == 404
    assert "新人" not in client.get("/invitations?state=all").text
    assert "新人" in Client(app).sign_in(WANG).get("/invitations?state=all").text


def test_inviting_again_renews_and_keeps_one(app: Flask, people: Cast, time: Time) -> None:
    first = invited(app, wang(people), branch_of(people), known_by=SignInName(phone=NUMBER))
    later = NOW + timedelta(days=20)
    again = invited(
        app, wang(people), branch_of(people), known_by=SignInName(phone=NUMBER), now=later
    )
    assert first.invitation.id == again.invitation.id
    time.now = later
    assert Client(app).get(f"/invitation/{first.token}").status_code == 404
    assert Client(app).get(f"/invitation/{again.token}").status_code == 200


def test_what_somebody_invited_ends_with_the_right_to_invite(app: Flask, people: Cast) -> None:
    sent = invited(app, wang(people), branch_of(people))
    client = Client(app).sign_in(ROOT)
    assert client.post(f"/people/{people.wang}/suspend").status_code == 303
    assert accept(Client(app), f"/invitation/{sent.token}").status_code == 410


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"new_password": "short", "new_password_confirm": "short"}, "new_password"),
        ({"new_password": PHONE, "new_password_confirm": PHONE}, "new_password"),
        ({"new_password_confirm": "another one entirely"}, "new_password_confirm"),
        ({"contact": "neither"}, "contact"),
        ({"contact": LI}, "contact"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_account_is_refused_and_what_was_typed_stays(
    app: Flask, people: Cast, form: dict[str, str], field: str
) -> None:
    sent = invited(app, wang(people), branch_of(people))
    answer = accept(Client(app).language("en"), f"/invitation/{sent.token}", **form)
    assert answer.status_code == 422
    assert [name for name, _sentence in summaries.lines(answer.text)] == [field]
    assert accept(Client(app), f"/invitation/{sent.token}").status_code == 303


def test_instructors_are_invited_in_bulk(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        mailed = factories.make_instructor(
            session, "甲一", contacts=((Channel.EMAIL, "jia@example.org"),)
        )
        card = factories.make_instructor(
            session, "乙二", contacts=((Channel.PHONE, "12000000055"),)
        )
        bare = factories.make_instructor(session, "丙三")
        foreign = factories.make_instructor(session, "丁四", region=OTHER_DISTRICT)
    client = Client(app).language("en").sign_in(WANG)
    listed = client.get("/people/invite-several").text
    assert [name in listed for name in ("甲一", "乙二", "丙三", "丁四", "陈明")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert "jia@example.org" not in listed
    ids = [mailed, card, bare, foreign, people.chen.id, people.zhou.id]
    page = client.post("/people/invite-several", {"instructor_id": [str(one) for one in ids]})
    assert page.status_code == 200
    assert page.text.count('<li class="boxed">') == 2
    assert "1 invitation goes out by mail." in page.text
    with app.app_context():
        found = db.session.execute(
            select(Invitation.instructor_id, Invitation.email, Invitation.phone).order_by(
                Invitation.instructor_id
            )
        ).all()
        assert [tuple(row) for row in found] == [
            (mailed, "jia@example.org", None),
            (card, None, "+8612000000055"),
            (bare, None, None),
        ]
        db.session.remove()
    # Nobody is left to invite, and the list says who has not come yet.
    assert "Every instructor here has an account" in client.get("/people/invite-several").text
    shown = client.get("/invitations").text
    assert [name in shown for name in ("甲一", "乙二", "丙三")] == [True, True, True]


def test_an_instructor_with_an_account_is_not_invited(app: Flask, people: Cast) -> None:
    answer = (
        Client(app)
        .language("en")
        .sign_in(WANG)
        .post(f"/people/invite?instructor_id={people.chen.id}", {"name": "陈明", "way": "link"})
    )
    assert (answer.status_code, summaries.lines(answer.text)) == (
        422,
        [("name", "陈明 has an account already.")],
    )


def test_the_list_is_filtered(app: Flask, people: Cast, time: Time) -> None:
    for number in range(3):
        invited(
            app,
            wang(people),
            branch_of(people),
            name=f"某{number}",
            known_by=SignInName(phone=f"+861200000008{number}"),
            now=NOW - timedelta(days=20 * (number == 2)),
        )
    client = Client(app).language("en").sign_in(WANG)

    def shown(query: str) -> list[int]:
        page = client.get(f"/invitations?{query}").text
        return [number for number in range(3) if f"某{number}" in page]

    assert shown("") == [0, 1, 2]
    assert shown("state=open") == [0, 1]
    assert shown("state=expired") == [2]
    assert shown("state=accepted") == []
    assert shown("q=某1") == [1]
    assert shown("role=instructor") == []
    assert shown(f"region={COUNTY}") == [0, 1, 2]
    assert shown(f"region={DISTRICT}") == []


def test_old_invitations_are_forgotten(app: Flask, people: Cast) -> None:
    invited(app, wang(people), branch_of(people))
    with app.app_context():
        for days, left in ((180, 1), (181, 0)):
            apply_schedule(NOW + timedelta(days=days))
            count = db.session.scalar(select(func.count()).select_from(Invitation))
            assert count == left


def test_the_right_password_belongs_to_the_person_alone(app: Flask, people: Cast) -> None:
    sent = invited(app, wang(people), branch_of(people))
    accept(Client(app), f"/invitation/{sent.token}")
    client = Client(app).language("en").sign_in(WANG)
    for path in ("/people", "/invitations?state=all"):
        page = client.get(path).text
        assert sent.token not in page
        assert GOOD not in page
    assert PASSWORD != GOOD


def test_the_page_of_an_instructor_leads_to_the_invitation(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        alone = factories.make_instructor(session, "孤鸿")
    link = f'href="/people/invite?instructor_id={alone}"'
    shown = [
        link in Client(app).sign_in(email).get(f"/instructors/{alone}").text
        for email in (WANG, ROOT, SUN, LI)
    ]
    assert shown == [True, True, False, False]
    page = Client(app).sign_in(WANG).get(f"/instructors/{people.chen.id}").text
    assert "/people/invite" not in page


def test_an_invitation_follows_what_is_merged(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        old = factories.make_branch(session, "岫云县老支部").id
        entry = factories.make_instructor(session, "孤鸿")
        again = factories.make_instructor(session, "孤鸿", workplace="别处")
    branch = Target(Role.BRANCH, organisation_id=old, place=COUNTY)
    sent = invited(app, wang(people), branch)
    other = invited(app, wang(people), Target(Role.INSTRUCTOR, instructor_id=entry, place=DISTRICT))
    root = Client(app).sign_in(ROOT)
    merged = root.post(f"/organisations/{old}/merge", {"into": str(people.li.id)})
    joined = root.post(f"/entries/{again}/merge/{entry}", {})
    assert [merged.status_code, joined.status_code] == [303, 303]
    assert "岫云县第一支部" in Client(app).get(f"/invitation/{sent.token}").text
    with app.app_context():
        found = db.session.get_one(Invitation, other.invitation.id)
        assert found.instructor_id == again
        db.session.remove()
