"""The record of contacts that were shown: who reads which rows, export, unusual numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from booking.accounts.models import User
from booking.audit import Action
from booking.contacts import service
from booking.contacts.engine.owners import Owner
from booking.contacts.engine.reveals import Basis, Through
from booking.contacts.errors import RevealLimit
from booking.contacts.models import Reveal
from booking.contacts.service import ContactReader
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Channel
from booking.oversight.reveals.engine.unusual import Seen, unusual
from booking.oversight.reveals.tasks import tell_of_unusual
from booking.privacy.retention import service as retention
from booking.privacy.retention.rules import RULES
from booking.settings.engine.retention import THREE_YEARS
from booking.visibility.engine.readers import Reader
from tests import audit_log, factories
from tests.browser import Client
from tests.conftest import Time
from tests.contacts import reaching
from tests.factories import CHEN, LI, NOW, ROOT, SUN, WANG, Cast
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work
from tests.races import at_once

CASE = Basis(frozenset({Reader.COORDINATOR}), Through.CASE, "核对电话")


def client(app: Flask, email: str) -> Client:
    return Client(app).language("en").sign_in(email)


def show(app: Flask, owner_id: int, reader: int, *, now: datetime = NOW, limit: int = 20) -> None:
    """A coordinator is shown the contact of an entry."""
    with app.app_context():
        try:
            with unit_of_work() as session:
                service.reveal(
                    session,
                    owner=Owner(instructor_id=owner_id),
                    reader=ContactReader(reader, "王强", "=栖云市"),
                    basis=CASE,
                    now=now,
                    limit=limit,
                )
        finally:
            db.session.remove()


def entries_with_numbers(app: Flask, count: int) -> list[int]:
    with app.app_context(), unit_of_work() as session:
        return [
            factories.make_instructor(
                session,
                f"黄莺{number}",
                workplace=f"单位{number}",
                contacts=((Channel.PHONE, f"120000066{number:02}"),),
            )
            for number in range(count)
        ]


def test_in_scope_only_and_filtered(app: Flask, people: Cast) -> None:
    reaching.prepare(app, people)
    show(app, people.chen.id, people.wang)
    for email, found in ((ROOT, True), (WANG, True), (SUN, False)):
        page = client(app, email).get("/contacts/shown").text
        assert ("核对电话" in page, "120****9931" in page) == (found, found)
        assert reaching.PHONE not in page
    root = client(app, ROOT)
    for query, found in (
        ("?person=陈", True), ("?person=周", False), ("?reader=王", True), ("?reader=栖云", True),
        ("?last=2001-01-01", False), (f"?first={NOW:%Y-%m-%d}", True),
    ):  # fmt: skip
        assert ("核对电话" in root.get(f"/contacts/shown{query}").text) == found, query
    for email in (LI, CHEN):
        assert client(app, email).get("/contacts/shown").status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export(app: Flask, people: Cast, kind: str) -> None:
    reaching.prepare(app, people)
    show(app, people.chen.id, people.wang)
    file = client(app, ROOT).get(f"/contacts/shown/export?format={kind}")
    assert file.status_code == 200
    if kind == "csv":
        lines = file.get_data().decode("utf-8-sig").splitlines()
        assert len(lines) == 3
        assert lines[2].split(",")[1:4] == ["王强", "'=栖云市", "陈明"]
    assert audit_log.told(app, "action", "detail")[-1] == (
        Action.AUDIT_EXPORTED, {"rows": 2, "format": kind, "list": "reveals"},
    )  # fmt: skip
    assert client(app, ROOT).get("/contacts/shown/export?format=exe").status_code == 404


def test_the_limit_holds_at_once(app: Flask, people: Cast) -> None:
    owners = entries_with_numbers(app, 6)
    done = at_once(*[lambda one=one: show(app, one, people.wang, limit=3) for one in owners])
    assert done.count(True) == 3
    with app.app_context():
        assert len(list(db.session().scalars(select(Reveal.id)))) == 3


CHANGES = {
    "UPDATE reveal SET hint = 'x'": False,
    "UPDATE reveal SET reason = ''": False,
    "UPDATE reveal SET reader_id = 1 WHERE reader_id <> 1 OR reader_id IS NULL": False,
    "DELETE FROM reveal": False,
    "UPDATE reveal SET reader_id = NULL": True,
    "UPDATE reveal SET instructor_id = NULL, user_id = NULL": True,
}


@pytest.mark.parametrize(("change", "allowed"), CHANGES.items())
def test_rows_are_append_only(app: Flask, people: Cast, change: str, allowed: bool) -> None:
    reaching.prepare(app, people)
    # The database's own clock counts.
    show(app, people.chen.id, people.root, now=datetime.now(UTC))
    with app.app_context():
        if allowed:
            with unit_of_work() as session:
                session.execute(text(change))
            return
        with pytest.raises(IntegrityError, match="reveal_append_only"), unit_of_work() as session:
            session.execute(text(change))


def test_rows_are_deleted_after_three_years(app: Flask, people: Cast) -> None:
    reaching.prepare(app, people)
    now = datetime.now(UTC)
    for days in (1200, 1100, 1000):
        show(app, people.chen.id, people.wang, now=now - timedelta(days=days))
    rule = next(one for one in RULES if one.name == "reveals")
    with app.app_context(), unit_of_work() as session:
        assert retention.apply_rule(session, rule, now=now) == 4
    with (
        app.app_context(),
        pytest.raises(IntegrityError, match="reveal_append_only"),
        unit_of_work() as session,
    ):
        session.execute(delete(Reveal))
    with app.app_context():
        assert len(list(db.session().scalars(select(Reveal.id)))) == 2


def test_the_shortest_period_is_what_the_database_allows(app: Flask, people: Cast) -> None:
    """Also where one of the three years has a leap day."""
    reaching.prepare(app, people)
    now = datetime.now(UTC)
    rule = next(one for one in RULES if one.name == "reveals")
    for seconds in (1, 3600, 80_000):
        older = timedelta(days=THREE_YEARS, seconds=seconds)
        show(app, people.chen.id, people.wang, now=now - older)
    with app.app_context(), unit_of_work() as session:
        assert retention.apply_rule(session, rule, now=now) == 6


def seen(now: datetime, minutes: list[int], *, days: int = 0) -> list[Seen]:
    at = now - timedelta(days=days)
    return [
        Seen(at - timedelta(minutes=minute), (number, None))
        for number, minute in enumerate(minutes)
    ]


def test_what_is_unusual() -> None:
    # Eleven people within an hour are more than half of twenty; ten are not.
    assert unusual(seen(NOW, list(range(10))), now=NOW, limit=20) is None
    found = unusual(seen(NOW, list(range(11))), now=NOW, limit=20)
    assert found is not None
    assert (found.in_an_hour, found.much_at_once, found.more_than_usual) == (11, True, False)
    assert unusual(seen(NOW, [90 * one for one in range(11)]), now=NOW, limit=20) is None
    # One person looked at eleven times is one person.
    same = [Seen(one.at, (1, None)) for one in seen(NOW, list(range(11)))]
    assert unusual(same, now=NOW, limit=20) is None
    # Two a day are usual: seven are more than three times that, six are not.
    usual = [one for day in (2, 3, 5) for one in seen(NOW, [10, 200], days=day)]
    spread = [90 * one for one in range(7)]
    assert unusual([*usual, *seen(NOW, spread[:6])], now=NOW, limit=20) is None
    found = unusual([*usual, *seen(NOW, spread)], now=NOW, limit=20)
    assert found is not None
    assert (found.in_a_day, found.usual, found.more_than_usual) == (7, 2.0, True)


class TestMail:
    """The administrators are told once a day."""

    @pytest.fixture
    def environment(self, smtp: Mailbox) -> dict[str, str]:
        """The application hands its mail to the test's server."""
        return {"SMTP_URL": smtp.url, "MAIL_FROM": "platform@example.org"}

    def test_once_a_day(self, app: Flask, time: Time, people: Cast, smtp: Mailbox) -> None:
        with app.app_context(), unit_of_work() as session:
            session.execute(update(User).values(language="en"))
        for owner in entries_with_numbers(app, 11):
            show(app, owner, people.wang)
        time.now = NOW + timedelta(minutes=1)
        with app.app_context():
            assert [tell_of_unusual(time.now), tell_of_unusual(time.now)] == [1, 0]
        round_of_work(app, time)
        assert [envelope.rcpt_tos for envelope in smtp.envelopes] == [[ROOT]]
        part = smtp.messages[0].get_body(("plain",))
        assert part is not None
        content = part.get_content()
        assert "王强 · =栖云市: 11 people" in content
        assert "http://localhost/contacts/shown" in content
        assert "within a day, at most 11" in client(app, ROOT).get("/contacts/shown").text

    def test_the_refusal_tells_when(self, app: Flask, people: Cast) -> None:
        first, second = entries_with_numbers(app, 2)
        show(app, first, people.wang, limit=1)
        with pytest.raises(RevealLimit) as refused:
            show(app, second, people.wang, now=NOW + timedelta(hours=1), limit=1)
        assert refused.value.seconds == 23 * 3600
