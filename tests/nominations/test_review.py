"""Reviewing: the queue, the decisions, the entry with its term; and who may not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.audit import Action
from booking.availability import service as availability
from booking.availability.models import Term
from booking.db import db, unit_of_work
from booking.instructors.models import Contact, Instructor, Topic
from booking.nominations.engine.lifecycle import NominationState
from booking.nominations.models import Nomination
from booking.privacy.retention.tasks import apply_schedule
from booking.settings.engine.retention import NOMINATION_DAYS
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.factories import CHEN, LI, NOW, ROOT, SUN, WANG, Cast
from tests.nominations.nominating import TYPED, brought_to, by_unit, nominated, state_of

S = NominationState
TODAY = date(2026, 11, 23)
TRIAL = {"day": "2026-12-01", "clock": "09:30", "place": "党校二楼"}
ACCEPT = {"entry": "new", "first": TODAY.isoformat(), "years": "2"}
COMMANDS = {
    "trial": TRIAL,
    "trial/result": {"passed": "yes"},
    "accept": ACCEPT,
    "return": {"reason": "请补充。"},
    "reject": {"reason": "名额已满。"},
}


@pytest.fixture
def wang(app: Flask, people: Cast) -> Client:
    """The coordinator of the region, in English."""
    return Client(app).language("en").sign_in(WANG)


def test_from_the_queue_to_the_register(app: Flask, people: Cast, wang: Client) -> None:
    nomination_id = nominated(app)
    path = f"/nominations/{nomination_id}"
    assert TYPED["name"] in wang.get("/nominations").text

    assert wang.post(f"{path}/trial", TRIAL).status_code == 303
    assert state_of(app, nomination_id) is S.TRIAL
    # Another time for it.
    assert wang.post(f"{path}/trial", TRIAL | {"clock": "14:00"}).status_code == 303
    assert wang.post(f"{path}/accept", ACCEPT).status_code == 409
    assert wang.post(f"{path}/trial/result", {"passed": "yes", "note": "好"}).status_code == 303
    assert wang.post(f"{path}/accept", ACCEPT).status_code == 303

    with app.app_context():
        session = db.session()
        one = session.get_one(Nomination, nomination_id)
        entry = session.get_one(Instructor, one.instructor_id)
        assert (entry.name, entry.workplace, entry.region_code, entry.listed) == (
            TYPED["name"], TYPED["workplace"], factories.COUNTY, True,
        )  # fmt: skip
        topics = session.scalars(select(Topic).where(Topic.instructor_id == entry.id)).all()
        assert [(topic.title, topic.minutes) for topic in topics] == [("五分钟看懂个税汇算", 5)]
        term = session.scalars(select(Term).where(Term.instructor_id == entry.id)).one()
        assert (term.first, term.last, term.certificate) == (
            TODAY, date(2028, 11, 22), "PS-2026-0001",
        )  # fmt: skip
        contacts = session.scalars(select(Contact).where(Contact.instructor_id == entry.id)).all()
        assert len(contacts) == 2
    assert TYPED["name"] in wang.get("/nominations?show=over").text
    assert wang.get(f"/instructors/{entry.id}").status_code == 200


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("email", "status"), [(LI, 403), (CHEN, 403), (SUN, 404), (None, 302)])
def test_others_decide_nothing(
    app: Flask, people: Cast, command: str, email: str | None, status: int
) -> None:
    ids = [
        nominated(app, by_unit(people)),
        brought_to(app, people, S.TRIAL, name="林岚"),
        brought_to(app, people, S.TRIED, name="林岫"),
    ]
    before = [state_of(app, one) for one in ids]
    browser = Client(app).language("en")
    if email is not None:
        browser.sign_in(email)

    for one in ids:
        answer = browser.post(f"/nominations/{one}/{command}", COMMANDS[command])
        assert answer.status_code == (401 if email is None else status)
        assert browser.get(f"/nominations/{one}").status_code == status
        assert browser.post(f"/nominations/{one}/contact").status_code == status

    assert [state_of(app, one) for one in ids] == before


def test_the_queue_is_of_the_own_region(app: Flask, people: Cast, wang: Client) -> None:
    nominated(app)
    nominated(app, name="远人", region_code=factories.OTHER_DISTRICT)
    sun = Client(app).language("en").sign_in(SUN)
    root = Client(app).language("en").sign_in(ROOT)
    seen = {
        name: [one for one in (TYPED["name"], "远人") if one in browser.get("/nominations").text]
        for name, browser in (("wang", wang), ("sun", sun), ("root", root))
    }
    assert seen == {"wang": [TYPED["name"]], "sun": ["远人"], "root": [TYPED["name"], "远人"]}


def test_the_contact_is_shown_on_demand_and_that_is_recorded(
    app: Flask, people: Cast, wang: Client
) -> None:
    nomination_id = nominated(app)
    for path in ("/nominations", f"/nominations/{nomination_id}"):
        page = wang.get(path).text
        assert TYPED["phone"] not in page
        assert TYPED["email"] not in page
    assert entries(app, Action.CONTACT_REVEALED) == []

    assert wang.get(f"/nominations/{nomination_id}/contact").status_code == 405
    page = wang.post(f"/nominations/{nomination_id}/contact").text

    assert TYPED["phone"] in page
    assert TYPED["email"] in page
    assert [one.subject_id for one in entries(app, Action.CONTACT_REVEALED)] == [nomination_id]


@pytest.mark.parametrize(
    ("command", "values", "sentence"),
    [
        ("trial", {"place": " "}, "Say where it takes place"),
        ("trial", {"day": "2026-11-01"}, "This time has passed. Choose a later one."),
        ("trial", {"day": "9999-01-01"}, "Choose a day between"),
        ("accept", {"first": ""}, "Choose a day."),
        ("accept", {"years": "99"}, "Not a valid choice."),
        ("accept", {"entry": "7"}, "Not a valid choice."),
        ("return", {"reason": " "}, "Say why: the nominator reads it."),
        ("reject", {"reason": "x" * 501}, "at most 500 characters"),
    ],
)
def test_refusals_keep_the_state(
    app: Flask, people: Cast, wang: Client, command: str, values: dict[str, str], sentence: str
) -> None:
    nomination_id = nominated(app)

    answer = wang.post(f"/nominations/{nomination_id}/{command}", COMMANDS[command] | values)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert state_of(app, nomination_id) is S.SUBMITTED


class TestEntriesOfThisName:
    """Somebody of this name is in the register."""

    def _known(self, app: Flask, *, workplace: str, region: str = factories.DISTRICT) -> int:
        with app.app_context(), unit_of_work() as session:
            return factories.make_instructor(
                session, TYPED["name"], workplace=workplace, region=region
            )

    def test_the_same_entry_is_completed_not_doubled(
        self, app: Flask, people: Cast, wang: Client
    ) -> None:
        known = self._known(app, workplace=TYPED["workplace"])
        path = f"/nominations/{nominated(app)}"
        page = wang.get(path).text
        assert "The register has entries of this name" in page
        assert wang.post(f"{path}/accept", ACCEPT).status_code == 422  # "new" is not offered

        assert wang.post(f"{path}/accept", ACCEPT | {"entry": str(known)}).status_code == 303

        with app.app_context():
            session = db.session()
            names = select(Instructor.id).where(Instructor.name == TYPED["name"])
            assert list(session.scalars(names)) == [known]
            titles = select(Topic.title).where(Topic.instructor_id == known)
            assert "五分钟看懂个税汇算" in session.scalars(titles).all()

    def test_a_person_of_the_same_name_stays_apart(
        self, app: Flask, people: Cast, wang: Client
    ) -> None:
        self._known(app, workplace="另一单位（虚构）")
        path = f"/nominations/{nominated(app)}"
        assert wang.post(f"{path}/accept", ACCEPT).status_code == 303
        with app.app_context():
            names = select(Instructor.id).where(Instructor.name == TYPED["name"])
            assert len(db.session().scalars(names).all()) == 2

    def test_an_entry_of_another_region_or_name_cannot_be_chosen(
        self, app: Flask, people: Cast, wang: Client
    ) -> None:
        foreign = self._known(app, workplace="远方（虚构）", region=factories.OTHER_DISTRICT)
        nomination_id = nominated(app)
        for chosen in (foreign, people.chen.id):
            values = ACCEPT | {"entry": str(chosen)}
            answer = wang.post(f"/nominations/{nomination_id}/accept", values)
            assert answer.status_code == 422
        assert state_of(app, nomination_id) is S.SUBMITTED

    def test_a_term_that_overlaps_is_refused_whole(
        self, app: Flask, people: Cast, wang: Client
    ) -> None:
        known = self._known(app, workplace=TYPED["workplace"])
        with app.app_context(), unit_of_work() as session:
            last = TODAY + timedelta(days=30)
            availability.add_term(session, instructor_id=known, first=TODAY, last=last)
        nomination_id = nominated(app)

        values = ACCEPT | {"entry": str(known)}
        answer = wang.post(f"/nominations/{nomination_id}/accept", values)

        assert answer.status_code == 422
        assert "Another term holds on some of these days already." in answer.text
        assert state_of(app, nomination_id) is S.SUBMITTED


def test_contacts_are_forgotten_some_time_after_the_decision(app: Flask, people: Cast) -> None:
    over = brought_to(app, people, S.REJECTED)
    going = nominated(app, name="林岚")

    def phones(days: int) -> list[str]:
        with app.app_context():
            apply_schedule(NOW + timedelta(days=days))
            session = db.session()
            session.expire_all()
            return [session.get_one(Nomination, one).phone for one in (over, going)]

    assert phones(NOMINATION_DAYS.default) == [TYPED["phone"]] * 2
    assert phones(NOMINATION_DAYS.default + 1) == ["", TYPED["phone"]]
    assert phones(NOMINATION_DAYS.default + 1) == ["", TYPED["phone"]]
