"""Who is told by mail of what becomes of a nomination, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from booking.accounts.models import User
from booking.db import unit_of_work
from booking.nominations import changes, service
from booking.nominations.engine.application import Origin
from booking.nominations.engine.lifecycle import NominationState
from booking.nominations.service import Nominator
from tests.browser import Client
from tests.conftest import Time
from tests.factories import LI, WANG, Cast
from tests.mailbox import Mailbox
from tests.nominations import nominating
from tests.nominations.nominating import BY_NOBODY, TYPED, bring, by_unit, nominated
from tests.notifications.conftest import round_of_work

S = NominationState
PERSON = TYPED["email"]
YOURS = "Your nomination for the register of instructors"


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url, "MAIL_FROM": "platform@example.org"}


@pytest.fixture
def cast(app: Flask, people: Cast) -> Cast:
    """Everybody reads English."""
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).values(language="en"))
    return people


def told(app: Flask, smtp: Mailbox, time: Time) -> dict[str, tuple[str, str]]:
    """The subject and the text by recipient, since the last look."""
    round_of_work(app, time)
    found = {}
    for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True):
        part = mail.get_body(("plain",))
        assert part is not None
        assert envelope.rcpt_tos[0] not in found
        found[envelope.rcpt_tos[0]] = (str(mail["Subject"]), part.get_content())
    smtp.envelopes.clear()
    return found


def step(app: Flask, cast: Cast, nomination_id: int, state: NominationState) -> None:
    with app.app_context(), unit_of_work() as session:
        bring(session, changes.locked(session, nomination_id), state, cast)


def test_of_a_unit(app: Flask, cast: Cast, smtp: Mailbox, time: Time) -> None:
    nominator = Nominator(Origin.UNIT, cast.li.user, cast.li.id, language="en")
    nomination_id = nominated(app, nominator)
    first = told(app, smtp, time)
    assert {who: subject for who, (subject, _text) in first.items()} == {
        WANG: f"Nomination to review: {TYPED['name']}",
        PERSON: YOURS,
    }
    assert f"http://localhost/nominations/{nomination_id}" in first[WANG][1]
    # The person has no account here, and the nomination is not the person's own.
    assert "http://localhost/nominations" not in first[PERSON][1]
    for _subject, text in first.values():
        assert TYPED["phone"] not in text

    step(app, cast, nomination_id, S.TRIAL)
    trial = told(app, smtp, time)
    assert set(trial) == {LI, PERSON}
    assert "Place: 党校二楼" in trial[PERSON][1]

    with app.app_context(), unit_of_work() as session:
        one = changes.locked(session, nomination_id)
        service.note_trial(session, one, passed=True, note="密", acting=nominating.reviewer(cast))
    assert told(app, smtp, time) == {}
    step(app, cast, nomination_id, S.ACCEPTED)
    accepted = told(app, smtp, time)
    assert set(accepted) == {LI, PERSON}
    assert "Number of the certificate: PS-2026-0001" in accepted[PERSON][1]


def test_of_somebody_without_an_account(app: Flask, cast: Cast, smtp: Mailbox, time: Time) -> None:
    nomination_id = nominated(app, replace(BY_NOBODY, language="en"))
    first = told(app, smtp, time)
    assert set(first) == {WANG, PERSON}
    link = first[PERSON][1].split("http://localhost")[1].split()[0]
    assert "Waits for review" in Client(app).language("en").get(link).text

    step(app, cast, nomination_id, S.RETURNED)
    returned = told(app, smtp, time)
    assert set(returned) == {PERSON}
    assert "Remarks: 请补充讲课经历。" in returned[PERSON][1]
    assert link in returned[PERSON][1]


def test_remarks_and_refusals_of_a_unit_are_not_told_to_the_person(
    app: Flask, cast: Cast, smtp: Mailbox, time: Time
) -> None:
    for state in (S.RETURNED, S.REJECTED):
        nomination_id = nominated(app, by_unit(cast))
        told(app, smtp, time)
        step(app, cast, nomination_id, state)
        assert set(told(app, smtp, time)) == {LI}


def test_in_chinese_without_an_address_only_the_reviewer(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    nominated(app, email="")
    first = told(app, smtp, time)
    assert first[WANG][0] == f"待审核推荐：{TYPED['name']}"
    assert set(first) == {WANG}


def test_nobody_is_told_of_the_own_action(
    app: Flask, cast: Cast, smtp: Mailbox, time: Time
) -> None:
    nominator = Nominator(Origin.COORDINATOR, cast.wang)
    nominated(app, nominator, email="")
    assert told(app, smtp, time) == {}
