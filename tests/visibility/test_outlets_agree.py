"""Pages, JSON, searches, exports, feeds and mail show what the table of visibility says.

States are random: who agreed to what, who sees the register, whether the entry is listed. In each
every reader asks everywhere, and what is shown is compared with `access`.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from booking.accounts import service as accounts
from booking.accounts.engine.roles import ANONYMOUS, Actor, Role, Standing
from booking.contacts.consents.engine.questions import Question
from booking.db import unit_of_work
from booking.instructors import search_index
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Instructor
from booking.settings.engine.declarations import PublicRegister
from booking.visibility.engine.capacities import readers_of_entry
from booking.visibility.engine.data import Datum
from booking.visibility.engine.publicity import is_public
from booking.visibility.engine.readers import CONTACT_PURPOSES, Access, Purpose, Reader
from booking.visibility.engine.table import access
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.contacts.consenting import (
    EMAIL,
    ENTRY,
    PHONE,
    add_contacts,
    give,
    open_register,
    withdraw,
)
from tests.factories import (
    CHEN,
    CITY,
    DISTRICT,
    LI,
    NOW,
    OTHER_CITY,
    ROOT,
    SUN,
    WANG,
    ZHOU,
    Cast,
    at,
)
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work

STATES = 6
NOBODY = "nobody@example.org"
GENDER, BIRTH = "女", "1962-07"

VALUES = {
    Datum.NAME: "陈明",
    Datum.TITLE: "正高级金丝雀师",
    Datum.WORKPLACE: "鹤唳学院（虚构）",
    Datum.BIOGRAPHY: "三十年讲台上的自我介绍。",
    Datum.TOPICS: "云水间的书法（120分钟）",
    Datum.PHONE: PHONE,
    Datum.EMAIL: EMAIL,
    Datum.BIRTH_MONTH: BIRTH,
    Datum.SIGN_IN_NAME: CHEN,
}
"""A value of each datum that no other text contains."""

OF_PAGE = frozenset(
    {Datum.NAME, Datum.TITLE, Datum.WORKPLACE, Datum.BIOGRAPHY, Datum.TOPICS}
    | {Datum.PHONE, Datum.EMAIL}
)
"""What the page of an entry shows wherever its reader may see the whole value."""

FOUND_BY = {
    Datum.NAME: "陈明",
    Datum.TITLE: "金丝雀",
    Datum.TOPICS: "书法",
    Datum.PHONE: PHONE,
    Datum.EMAIL: EMAIL,
    Datum.GENDER: GENDER,
    Datum.BIRTH_MONTH: BIRTH,
    Datum.SIGN_IN_NAME: CHEN,
}
"""The words with which a search would find a datum."""


@dataclass(frozen=True)
class State:
    """What people and the administrator decided."""

    register: PublicRegister
    given: frozenset[Question]
    listed: bool

    def consents(self, datum: Datum) -> frozenset[Purpose]:
        channel = {Datum.PHONE: Channel.PHONE, Datum.EMAIL: Channel.EMAIL}.get(datum)
        return frozenset(one.purpose for one in self.given if one.channel is channel)

    @property
    def public_entry(self) -> bool:
        return is_public(self.register, ENTRY in self.given)


QUESTIONS = [Question(one, channel) for one in CONTACT_PURPOSES for channel in Channel] + [ENTRY]


def states(seed: int) -> list[State]:
    """Random states; each kind of register occurs, with and without the entry's consent."""
    rng = random.Random(seed)
    found = []
    for number in range(STATES):
        given = frozenset(one for one in QUESTIONS if rng.random() < 0.5)
        agreed = given | {ENTRY} if number % 2 else given - {ENTRY}
        register = list(PublicRegister)[number % 3]
        found.append(State(register, agreed, rng.random() < 0.85))
    return found


def actors(people: Cast) -> dict[str | None, Actor]:
    """Each reader, by the address to sign in with."""
    return {
        None: ANONYMOUS,
        NOBODY: Actor(99),
        LI: Actor(people.li.user, (Standing(Role.BRANCH, organisation_id=people.li.id),)),
        ZHOU: Actor(people.zhou.user, (Standing(Role.INSTRUCTOR, instructor_id=people.zhou.id),)),
        CHEN: Actor(people.chen.user, (Standing(Role.INSTRUCTOR, instructor_id=people.chen.id),)),
        WANG: Actor(people.wang, (Standing(Role.COORDINATOR, region_code=CITY),)),
        SUN: Actor(people.sun, (Standing(Role.COORDINATOR, region_code=OTHER_CITY),)),
        ROOT: Actor(people.root, (Standing(Role.ADMIN),)),
    }


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url, "MAIL_FROM": "platform@example.org"}


@pytest.fixture
def known(app: Flask, people: Cast) -> Cast:
    """Chen's entry with a value of each datum, and an account without any membership."""
    add_contacts(app, people.chen.id)
    with app.app_context(), unit_of_work() as session:
        entry = session.get_one(Instructor, people.chen.id)
        entry.title, entry.introduction = VALUES[Datum.TITLE], VALUES[Datum.BIOGRAPHY]
        entry.workplace, entry.topics[0].title = VALUES[Datum.WORKPLACE], VALUES[Datum.TOPICS]
        entry.gender, entry.birth_month = GENDER, BIRTH
        search_index.refresh(session, [entry])
        accounts.create_user(
            session,
            email=NOBODY,
            name="无名",
            password_hash=factories.password_hash(),
            now=NOW,
        )
    return people


def signed_in(app: Flask, people: Cast) -> dict[str | None, Client]:
    """A browser of each reader, who has answered the first question."""
    found: dict[str | None, Client] = {}
    for email in actors(people):
        found[email] = client = Client(app)
        if email is not None:
            client.sign_in(email)
            client.post("/consents/first", {"skip": "1"})
    return found


def enter(app: Flask, people: Cast, state: State) -> None:
    """Bring about a state by the services."""
    open_register(app, state.register)
    for question in QUESTIONS:
        change = give if question in state.given else withdraw
        change(app, people.chen, question)
    with app.app_context(), unit_of_work() as session:
        entry = factories.editable(session, people.chen.id)
        instructors.set_listed(session, entry=entry, listed=state.listed, now=NOW)


def whole(datum: Datum, state: State, who: Actor, people: Cast) -> bool:
    """Whether the table lets this reader see the value without a recorded act.

    Not as the person: what one's own pages show is another matter.
    """
    readers = readers_of_entry(who, instructor_id=people.chen.id, region_codes=(DISTRICT,)) - {
        Reader.PERSON
    }
    return (
        access(datum, readers, state.consents(datum), public_entry=state.public_entry)
        is Access.FULL
    )


def told(answer: Any) -> str:
    """The text of a page, or of JSON without its escapes; empty for another answer."""
    if answer.status_code != 200:
        return ""
    return str(answer.get_json()) if answer.is_json else answer.text


def test_pages_json_and_searches(app: Flask, known: Cast) -> None:
    clients, compared = signed_in(app, known), 0
    here = f"/instructors/{known.chen.id}"
    for state in states(1):
        enter(app, known, state)
        for email, who in actors(known).items():
            client = clients[email]
            page = told(client.get(here))
            others = [
                told(client.get(path))
                for path in (
                    "/",
                    "/instructors",
                    "/match?q=书法",
                    "/api/v1/instructors",
                    f"/api/v1/instructors/{known.chen.id}/slots",
                    "/api/v1/matches?q=书法",
                    here + "/book",
                )
            ]
            for datum, value in VALUES.items():
                allowed = state.listed and whole(datum, state, who, known)
                where = (state, email, datum)
                if datum in OF_PAGE:
                    assert (value in page) is allowed, where
                elif email != CHEN:
                    assert value not in page, where
                for text in others:
                    # The menu of a person's own pages says the own name.
                    if email != CHEN:
                        assert allowed or value not in text, where
                compared += 1 + len(others)
            for datum, words in FOUND_BY.items():
                found = f'href="{here}' in told(
                    client.get("/instructors", query_string={"q": words})
                )
                public = datum in (Datum.NAME, Datum.TITLE, Datum.TOPICS)
                allowed = public and state.listed and whole(datum, state, who, known)
                assert found is allowed, (state, email, datum, "search")
                compared += 1
    assert compared == STATES * len(actors(known)) * (len(VALUES) * 8 + len(FOUND_BY))


def test_exports(app: Flask, known: Cast) -> None:
    """A file holds no contact that was not asked for, and only who keeps the entry gets its row."""
    clients = signed_in(app, known)
    for state in states(3)[:3]:
        enter(app, known, state)
        for email, who in actors(known).items():
            sent = {"region": CITY}
            answer = clients[email].post("/register/export", sent)
            rows = ""
            if answer.status_code == 200 and "spreadsheet" in str(answer.mimetype):
                book = load_workbook(io.BytesIO(answer.data))
                rows = str([[cell.value for cell in row] for row in book.worksheets[0].rows])
            keeps = Reader.COORDINATOR in readers_of_entry(
                who, instructor_id=known.chen.id, region_codes=(DISTRICT,)
            )
            assert (VALUES[Datum.NAME] in rows) is (keeps and state.listed), (state, email)
            assert keeps or BIRTH not in rows, (state, email)
            for datum in (Datum.PHONE, Datum.EMAIL, Datum.SIGN_IN_NAME):
                assert VALUES[datum] not in rows, (state, email, datum)


def test_mail_and_calendars(app: Flask, known: Cast, time: Time, smtp: Mailbox) -> None:
    """Whatever was agreed to: queued mail and calendars hold no contact, so nothing is left in
    them when a consent is withdrawn."""
    li = signed_in(app, known)[LI]
    for number, state in enumerate(states(4)[:3]):
        enter(app, known, replace(state, listed=True))
        lecture = factories.confirmed(app, known, at(3 + number % 2, 9 + number * 3 // 2))
        withdraw(app, known.chen, Question(Purpose.PUBLISH, Channel.PHONE))
        assert round_of_work(app, time) > 0
        mails = "\n".join(mail.as_string() + str(_parts(mail)) for mail in smtp.messages)
        calendar = li.get(f"/lectures/{lecture}.ics").text
        assert lecture in mails
        assert lecture in calendar
        for text in (mails, calendar):
            assert PHONE not in text
            assert EMAIL not in text
            assert BIRTH not in text
        smtp.envelopes.clear()


def _parts(mail: Any) -> list[str]:
    return [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
