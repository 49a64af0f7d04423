"""Nominating: by anybody, by a unit, by a coordinator; what a form can and cannot say."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.audit import Action
from booking.db import db
from booking.nominations.engine import links
from booking.nominations.engine.application import Origin
from booking.nominations.engine.lifecycle import NominationState
from booking.nominations.models import Nomination, NominationHistory
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.factories import CHEN, LI, SUN, WANG, ZHAO, Cast
from tests.nominations import nominating
from tests.nominations.nominating import TYPED, brought_to, nominated, state_of

S = NominationState


def only(app: Flask) -> Nomination:
    """The one nomination that there is."""
    with app.app_context():
        return db.session().scalars(select(Nomination)).unique().one()


def how_many(app: Flask) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count(Nomination.id))) or 0


def test_anybody_nominates_and_follows_it_by_a_link(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en")
    assert browser.get("/nominate").status_code == 200

    sent = browser.post("/nominate", TYPED)

    assert sent.status_code == 303
    one = only(app)
    assert (one.state, one.origin, one.user_id, one.organisation_id) == (
        S.SUBMITTED, Origin.SELF, None, None,
    )  # fmt: skip
    assert [(topic.title, topic.minutes) for topic in one.topics] == [("五分钟看懂个税汇算", 5)]
    path = sent.location
    stranger = Client(app).language("en")
    page = stranger.get(path).text
    assert "Waits for review" in page
    assert f"http://localhost{path}" in page
    assert stranger.post(f"{path}/withdraw").status_code == 303
    assert state_of(app, one.id) is S.WITHDRAWN
    assert stranger.post(f"{path}/withdraw").status_code == 409
    assert stranger.get(path[:-1] + ("A" if path[-1] != "A" else "B")).status_code == 404
    assert stranger.get("/nominations/link/spoilt").status_code == 404


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "The name is missing."),
        ({"name": "x" * 61}, "Field cannot be longer than 60 characters."),
        ({"topic_1": ""}, "Name one topic at least"),
        ({"minutes_1": "4"}, "A lecture takes 5 to 480 minutes."),
        ({"minutes_1": "five"}, "Write a whole number."),
        ({"phone": "", "email": ""}, "Give a telephone number or a mail address"),
        ({"phone": "call me"}, "This is not a telephone number."),
        ({"email": "nobody"}, "This is not an e-mail address"),
        ({"region": "999999"}, "There is no such district."),
        ({"region": "1 OR 1=1"}, "There is no such district."),
        ({"field_1": "nothing"}, "There is no such field."),
        ({"agreed": ""}, "Ask the person first"),
        ({"introduction": "x" * 1001}, "Field cannot be longer than 1000 characters."),
    ],
)
def test_a_refusal_names_the_field_and_keeps_what_was_typed(
    app: Flask, people: Cast, changed: dict[str, str], sentence: str
) -> None:
    values = {name: value for name, value in (TYPED | changed).items() if value}

    answer = Client(app).language("en").post("/nominate", values)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{TYPED["workplace"]}"' in answer.text
    assert how_many(app) == 0


def test_a_unit_nominates_and_its_contacts_see_it(app: Flask, people: Cast) -> None:
    li = Client(app).language("en").sign_in(LI)
    assert f'value="unit-{people.li.id}"' in li.get("/nominate").text

    sent = li.post("/nominate", TYPED | {"who": f"unit-{people.li.id}"})

    one = only(app)
    assert (one.origin, one.organisation_id, one.user_id) == (
        Origin.UNIT, people.li.id, people.li.user,
    )  # fmt: skip
    assert sent.location == f"/nominations/own/{one.id}"
    assert TYPED["name"] in li.get("/nominations/own").text
    zhao = Client(app).language("en").sign_in(ZHAO)
    assert TYPED["name"] not in zhao.get("/nominations/own").text
    for path in ("", "/correct"):
        assert zhao.get(f"{sent.location}{path}").status_code == 404
    assert zhao.post(f"{sent.location}/withdraw").status_code == 404
    assert state_of(app, one.id) is S.SUBMITTED


@pytest.mark.parametrize(
    ("email", "who", "status"),
    [
        (LI, "unit-2", 422),  # the unit of somebody else
        (LI, "coordinator", 422),
        # Who has no choice nominates for the own person, whatever a form says.
        (None, "coordinator", 303),
        (None, "unit-1", 303),
        (SUN, "coordinator", 422),  # of another region
        (WANG, "coordinator", 303),
        (LI, "self", 303),
    ],
)
def test_nobody_nominates_as_somebody_else(
    app: Flask, people: Cast, email: str | None, who: str, status: int
) -> None:
    browser = Client(app).language("en")
    if email is not None:
        browser.sign_in(email)

    answer = browser.post("/nominate", TYPED | {"who": who})

    assert answer.status_code == status
    assert how_many(app) == (status == 303)
    if email != WANG and status == 303:
        assert only(app).origin is Origin.SELF


def test_what_a_form_cannot_set(app: Flask, people: Cast) -> None:
    """State, account, entry and trial of a nomination are not taken from a form."""
    more = {
        "state": "accepted",
        "user_id": str(people.root),
        "organisation_id": str(people.li.id),
        "instructor_id": str(people.chen.id),
        "trial_passed": "1",
        "origin": "coordinator",
        "decided_at": "2026-01-01",
    }
    Client(app).post("/nominate", TYPED | more)
    one = only(app)
    assert (one.state, one.origin, one.user_id, one.organisation_id) == (
        S.SUBMITTED, Origin.SELF, None, None,
    )  # fmt: skip
    assert (one.instructor_id, one.trial_passed, one.decided_at) == (None, None, None)


HOSTILE = '<script>alert(1)</script>&"=HYPERLINK("x")'


def test_hostile_texts_are_texts(app: Flask, people: Cast) -> None:
    """Shown to the reviewer as they were typed; `Client` fails at broken HTML."""
    values = TYPED | dict.fromkeys(
        ("name", "workplace", "title", "topic_1", "summary_1", "introduction"), HOSTILE
    )
    assert Client(app).post("/nominate", values).status_code == 303
    wang = Client(app).sign_in(WANG)
    for path in ("/nominations", f"/nominations/{only(app).id}"):
        page = wang.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.own_application
class TestThrottle:
    """Spam is throttled by client."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"RATE_LIMITS": "0.1"}

    def test_two_in_an_hour(self, app: Flask) -> None:
        factories.invite(app)
        browser = Client(app)
        answers = [
            browser.post("/nominate", TYPED | {"name": f"林{number}"}).status_code
            for number in "一二三"
        ]
        assert answers == [303, 303, 429]
        assert browser.get("/nominate").status_code == 200


def test_a_returned_one_is_corrected_and_comes_again(app: Flask, people: Cast) -> None:
    nomination_id = brought_to(app, people, S.RETURNED)
    li = Client(app).language("en").sign_in(LI)
    path = f"/nominations/own/{nomination_id}"
    assert "请补充讲课经历。" in li.get(path).text
    page = li.get(f"{path}/correct").text
    assert f'value="{TYPED["workplace"]}"' in page

    refused = li.post(f"{path}/correct", TYPED | {"topic_1": ""})
    assert (refused.status_code, state_of(app, nomination_id)) == (422, S.RETURNED)
    sent = li.post(f"{path}/correct", TYPED | {"workplace": "岫云县水务局（虚构）"})

    assert sent.status_code == 303
    one = only(app)
    assert (one.state, one.workplace) == (S.SUBMITTED, "岫云县水务局（虚构）")
    # Nothing to correct any more: the page leads back.
    assert li.get(f"{path}/correct").status_code == 303
    with app.app_context():
        rows = db.session().scalars(select(NominationHistory).order_by(NominationHistory.id))
        assert [(row.command.value, row.target) for row in rows] == [
            ("submit", S.SUBMITTED),
            ("return", S.RETURNED),
            ("correct", S.SUBMITTED),
        ]


def test_each_step_is_in_the_audit_log_without_contacts(app: Flask, people: Cast) -> None:
    brought_to(app, people, S.TRIED)
    found = entries(app, Action.NOMINATION_CHANGED)
    assert [one.detail for one in found] == [
        {"change": change} for change in ("submit", "arrange", "note")
    ]
    assert {one.region_code for one in found} == {factories.COUNTY}


def test_a_link_is_of_nobody_with_an_account(app: Flask, people: Cast) -> None:
    """A link made for the nomination of a unit would open it to everybody."""
    own = nominated(app, nominating.by_unit(people))
    token = links.sign(own, app.config["SECRET_KEY"])
    assert Client(app).get(f"/nominations/link/{token}").status_code == 404
    assert Client(app).sign_in(CHEN).get(f"/nominations/link/{token}").status_code == 404
