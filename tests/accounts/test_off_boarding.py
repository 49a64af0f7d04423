"""Whoever leaves has nothing left: sessions, remember cookies, feeds and links in mail."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.db import db, unit_of_work
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from tests import factories
from tests.accounts.test_sign_ins import cookies, copy, sign_in, signed_in
from tests.browser import Client
from tests.calendars.conftest import open_feed
from tests.conftest import Time
from tests.factories import CHEN, CITY, LI, ROOT, WANG, ZHAO, Cast
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work
from tests.test_commands import run, told

LINK = re.compile(r"http://localhost(/answer/\S+)")
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Way = Callable[[Flask, str, int], None]


def command(*arguments: str) -> Way:
    """A way to off-board by `flask user …`; EMAIL and ENTRY are filled in."""

    def act(app: Flask, email: str, entry: int) -> None:
        values = {"EMAIL": email, "ENTRY": str(entry)}
        result = run(app, "user", *(values.get(one, one) for one in arguments))
        assert result.exit_code == 0, result.output

    return act


def membership_deleted(app: Flask, email: str, _entry: int) -> None:
    """As any later page might, past the service."""
    with app.app_context(), unit_of_work() as session:
        user = select(User.id).where(User.email == email).scalar_subquery()
        session.execute(delete(Membership).where(Membership.user_id == user))


def account_inactive(app: Flask, email: str, _entry: int) -> None:
    """As any later page might, past the service."""
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).where(User.email == email).values(active=False))


def role_changed(app: Flask, email: str, entry: int) -> None:
    """Somebody who taught keeps the register from now on."""
    command("role", "add", "EMAIL", "--coordinator", factories.OTHER_CITY)(app, email, entry)
    command("role", "remove", "EMAIL", "--instructor", "ENTRY")(app, email, entry)


CLOSED = {"disabled": command("disable", "EMAIL"), "inactive": account_inactive}
WITHOUT_ROLE = {
    "removed": command("role", "remove", "EMAIL", "--instructor", "ENTRY"),
    "deleted": membership_deleted,
    "changed": role_changed,
}


def ways(*tables: dict[str, Way]) -> pytest.MarkDecorator:
    """Run for each way of some tables."""
    found = {name: way for table in tables for name, way in table.items()}
    return pytest.mark.parametrize("way", found.values(), ids=found)


@ways(CLOSED, WITHOUT_ROLE)
def test_feeds_end(app: Flask, client: Client, people: Cast, way: Way) -> None:
    path = open_feed(sign_in(app, CHEN), "instructor", people.chen.id)
    other = open_feed(sign_in(app, LI), "branch", people.li.id)
    etag = client.get(path).headers["ETag"]

    way(app, CHEN, people.chen.id)

    # Also where the calendar program knows what it would get, and the process what it sent last.
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 410
    assert client.get(path).status_code == 410
    assert client.get(other).status_code == 200


class TestAnswerLinks:
    """The link in the mail is bound to a person who is that instructor."""

    @pytest.fixture
    def environment(self, smtp: Mailbox) -> dict[str, str]:
        return {"SMTP_URL": smtp.url}

    @pytest.fixture
    def link(self, app: Flask, people: Cast, smtp: Mailbox, time: Time) -> str:
        """The path in the mail to Chen."""
        factories.requested(app, people)
        round_of_work(app, time)
        [mail] = [one for one in smtp.messages if CHEN in one["To"]]
        body = mail.get_body(("plain",))
        assert body is not None
        return str(LINK.findall(body.get_content())[0])

    @ways(CLOSED, WITHOUT_ROLE)
    def test_they_end(self, app: Flask, people: Cast, link: str, way: Way) -> None:
        before = Client(app)
        assert before.get(link).status_code == 200

        way(app, CHEN, people.chen.id)

        assert before.get(link).status_code == 404
        for button in ({"confirm": "1"}, {"decline": "1", "reason": "那天另有任务。"}):
            assert before.post(link, button).status_code == 404
        with app.app_context():
            assert db.session().scalars(select(Lecture.state)).one() is State.REQUESTED


@ways(CLOSED, {"signed out": command("sign-out", "EMAIL")})
def test_sign_ins_end(app: Flask, people: Cast, way: Way) -> None:
    browser, other = sign_in(app, CHEN, remember=True), sign_in(app, LI)
    kept = cookies(browser)
    assert signed_in(browser)

    way(app, CHEN, people.chen.id)

    assert not signed_in(browser)
    assert not signed_in(copy(app, kept))
    assert not signed_in(copy(app, kept, "remember_token"))
    assert signed_in(other)


@ways(WITHOUT_ROLE)
def test_pages_of_the_role_end(app: Flask, people: Cast, way: Way) -> None:
    number = factories.requested(app, people)
    browser = sign_in(app, CHEN, remember=True)
    remembered = copy(app, cookies(browser), "remember_token")
    assert browser.get("/inbox").status_code == 200

    way(app, CHEN, people.chen.id)

    for one in (browser, remembered):
        answers = (
            one.get("/inbox"),
            one.get(f"/instructors/{people.chen.id}/availability"),
            one.post(f"/lectures/{number}/confirm"),
            one.post("/feeds/new", {"calendar": f"instructor-{people.chen.id}"}),
        )
        # 403 for a kind of page, 404 for a single thing that may not be seen.
        assert {answer.status_code for answer in answers} <= {403, 404}


def test_a_disabled_account_neither_signs_in_nor_sets_a_password(
    app: Flask, client: Client, people: Cast
) -> None:
    run(app, "user", "disable", LI)

    refused = client.post("/login", {"email": LI, "password": factories.PASSWORD})

    assert refused.status_code == 422
    run(app, "user", "enable", LI)
    client.sign_in(LI)


def test_nothing_from_before_works_after_enabling(app: Flask, client: Client, people: Cast) -> None:
    browser = sign_in(app, LI, remember=True)
    path = open_feed(browser, "branch", people.li.id)
    kept = cookies(browser)

    run(app, "user", "disable", LI)
    run(app, "user", "enable", LI)

    assert not signed_in(copy(app, kept))
    assert client.get(path).status_code == 410


def test_an_address_stays_closed_when_the_role_comes_back(
    app: Flask, client: Client, people: Cast
) -> None:
    browser = sign_in(app, LI)
    path = open_feed(browser, "branch", people.li.id)
    role = ("--branch", "岫云县第一支部")

    assert told(run(app, "user", "role", "remove", LI, *role)) == (0, [f"{LI}: no role"])
    assert told(run(app, "user", "role", "add", LI, *role)) == (
        0, [f"{LI}: --branch '岫云县第一支部@990121'"],
    )  # fmt: skip

    assert client.get(path).status_code == 410
    assert client.get(open_feed(browser, "branch", people.li.id)).status_code == 200


def test_other_calendars_of_the_person_go_on(app: Flask, client: Client, people: Cast) -> None:
    run(app, "user", "role", "add", LI, "--instructor", people.chen.id)
    browser = sign_in(app, LI)
    branch = open_feed(browser, "branch", people.li.id)
    own = open_feed(browser, "instructor", people.chen.id)

    run(app, "user", "role", "remove", LI, "--instructor", people.chen.id)

    assert [client.get(one).status_code for one in (branch, own)] == [200, 410]


def test_calendars_of_another_branch_go_on(app: Flask, client: Client, people: Cast) -> None:
    run(app, "user", "role", "add", LI, "--branch", "观屿区第一支部", "--coordinator", CITY)
    browser = sign_in(app, LI)
    kept = open_feed(browser, "branch", people.li.id)
    ended = open_feed(browser, "branch", people.zhao.id)

    # No calendar belongs to the role of a coordinator.
    run(app, "user", "role", "remove", LI, "--coordinator", CITY)
    assert [client.get(one).status_code for one in (kept, ended)] == [200, 200]
    run(app, "user", "role", "remove", LI, "--branch", "观屿区第一支部")
    assert [client.get(one).status_code for one in (kept, ended)] == [200, 410]


@sqlite_only
def test_roles_are_listed_given_and_taken(app: Flask, people: Cast) -> None:
    assert told(run(app, "user", "role", "list", WANG)) == (0, [f"{WANG}: --coordinator {CITY}"])
    assert told(run(app, "user", "role", "list", ROOT)) == (0, [f"{ROOT}: --admin"])
    both = run(app, "user", "role", "add", WANG, "--admin", "--instructor", people.chen.id)
    assert told(both) == (
        0, [f"{WANG}: --coordinator {CITY}, --admin, --instructor {people.chen.id}"],
    )  # fmt: skip
    run(app, "user", "disable", WANG)
    assert told(run(app, "user", "role", "remove", WANG, "--admin")) == (
        0, [f"{WANG} (disabled): --coordinator {CITY}, --instructor {people.chen.id}"],
    )  # fmt: skip


@sqlite_only
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("disable", "no@example.org"), "Nobody has an account with the address no@example.org."),
        (("enable", "no@example.org"), "Nobody has an account with the address no@example.org."),
        (("sign-out", "no@example.org"), "Nobody has an account with the address no@example.org."),
        (("role", "add", LI), "Say what this person may do"),
        (("role", "add", WANG, "--coordinator", CITY), f"{WANG} has this role already."),
        (("role", "remove", LI, "--admin"), f"{LI} does not have this role."),
        (("role", "remove", ZHAO, "--branch", "岫云县第一支部"), "does not have this role."),
        (("role", "add", LI, "--instructor", "99"), "There is no instructor with the id 99."),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    app: Flask, people: Cast, arguments: tuple[str, ...], sentence: str
) -> None:
    def stored() -> list[tuple[object, ...]]:
        with app.app_context():
            rows = db.session().execute(
                select(User.email, User.active, Membership.role).join(Membership)
            )
            return sorted(map(tuple, rows))

    before = stored()
    code, lines = told(run(app, "user", *arguments))

    assert (code, sentence in lines[-1], stored()) == (1, True, before)


@sqlite_only
def test_sign_out_says_how_many(app: Flask, people: Cast) -> None:
    sign_in(app, LI)
    sign_in(app, LI)

    assert told(run(app, "user", "sign-out", LI.upper())) == (
        0, [f"{LI.upper()} is signed out of all browsers (2)."],
    )  # fmt: skip
    with app.app_context():
        roles = db.session().scalars(select(Membership.role).join(User).where(User.email == LI))
        assert list(roles) == [Role.BRANCH]
