"""No text about a person appears where the table of visibility does not give it.

Telephone numbers, mail addresses, identity numbers and notes are planted in every column that can
hold text about persons. Then every route is opened as every reader, every form sent, and mails,
feeds, files, error pages, logs, queues and a backup are read. What is found is judged by the table.
"""

from __future__ import annotations

import logging
import os
import stat

import pytest
from flask import Flask
from sqlalchemy import insert

from booking.accounts.guards import requires
from booking.db import db, unit_of_work
from booking.instructors.models import Contact
from booking.visibility.engine.data import Datum
from tests.attacks import crawler
from tests.attacks.snapshots import snapshot, texts
from tests.browser import Client
from tests.conftest import Time
from tests.extent import WHOLE
from tests.factories import LI, ROOT, WANG, Cast
from tests.privacy.canary import outputs, tokens
from tests.privacy.canary.crawling import HTML, JSON, READERS, Crawl
from tests.privacy.canary.fields import MORE, NOT_PLANTED, STORED_IN
from tests.privacy.canary.judging import Judge, Whom
from tests.privacy.canary.planting import Place, rows_of, text_columns
from tests.privacy.canary.province import Planted, Verdict, judged, prepare
from tests.privacy.canary.tokens import Sighting, sightings

DATABASES = ("sqlite", "postgresql") if WHOLE else ("sqlite",)

SECRET = frozenset({Datum.PHONE, Datum.EMAIL, Datum.NOMINATION_CONTACT, Datum.INVITATION})
"""What no payload may hold: mail is sent to the address that is stored when it is sent."""

HIDDEN = tuple(
    """
    contact.value user_contact.value lecture.note nomination.phone suspension.reason
    term.certificate relayed_message.text date_override.note nomination.trial_place
    """.split()
)
"""Columns by which nobody is found."""


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
def test_only_what_the_table_gives(
    app: Flask, people: Cast, time: Time, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "markdown_it")
    planted = prepare(app, people)
    labels = {place.label for place in planted.places.values()}
    assert (len(planted.places) >= 700, len(labels) >= 90) == (True, True)
    before = Judge(app, planted.places, time.now)

    pages = _pages(planted)
    shown = judged(planted, [before], pages)
    assert sorted(shown.leaks) == []
    _every_route_was_asked(app, pages)
    _says("pages", pages, shown)
    assert (shown.allowed >= 3_000, len(shown.labels) >= 75) == (True, True)
    _nobody_is_found(planted)

    acts, feeds = Crawl(app, forms=pages.forms), set[Sighting]()
    mails: list[tuple[Whom, set[Sighting]]] = []
    for email, client in planted.clients.items():
        if email == WANG:
            # What the sides did is in their calendars; coordinators then end memberships.
            feeds = _feeds(planted, before)
            _a_file_is_for_who_asked(planted, [before], people, time)
        if email == ROOT:
            # Afterwards the installation may have another mail server.
            mails = outputs.mails(app, planted.places, time.now)
        acts.send_forms(client, email)
    assert len(feeds) >= 5
    judges = [before, Judge(app, planted.places, time.now)]
    done = judged(planted, judges, acts)
    assert sorted(done.leaks) == []
    _says("forms", acts, done)
    assert (sum(acts.statuses.values()) >= 300, done.allowed >= 500) == (True, True)
    assert "contact.value" in done.labels
    assert acts.statuses[422] >= 50

    _mails_tell_their_recipients_only(planted, judges, mails)
    _queues_tell_nothing(planted)
    _a_backup_is_closed(planted, time)
    _a_crash_tells_nothing(planted, caplog, monkeypatch)
    assert len(caplog.text) > 5_000
    assert sightings(caplog.text) == set()
    _a_leak_is_found(planted, before, monkeypatch)


def _pages(planted: Planted) -> Crawl:
    pages = Crawl(planted.app)
    for email, client in planted.clients.items():
        pages.follow(client, email, planted.more)
    rows = snapshot(planted.app)
    known = sorted(one for one in texts(rows) if "/" not in one and not sightings(one))
    more = crawler.addresses(planted.app, range(1, 13 if WHOLE else 6), known)
    paths = pages.spread([*planted.feeds.values(), *more])
    for email, client in planted.clients.items():
        pages.ask(client, email, paths)
    for status in (200, 302, 403, 404):
        assert pages.statuses[status] >= 100, status
    assert sum(pages.statuses.values()) >= 2_000
    assert pages.bytes >= 8_000_000
    assert min(pages.kinds[kind] for kind in KINDS) >= 1, pages.kinds
    return pages


KINDS = (
    HTML, JSON, "application/problem+json", "application/pdf", "text/calendar", "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)  # fmt: skip


def _says(what: str, crawl: Crawl, verdict: Verdict) -> None:
    """For `pytest -s`: how much was looked at."""
    answers = sum(crawl.statuses.values())
    told = f"{answers} answers, {crawl.bytes} bytes, {verdict.allowed} tokens allowed"
    print(f"{what}: {told}, of {len(verdict.labels)} columns; {dict(crawl.statuses)}")


NOT_ASKED = {
    "accounts.language": "changes the language of the reader",
    "accounts.theme": "changes the looks",
    "security.logout": "signs the reader out",
}
"""Routes that are left out."""


def _every_route_was_asked(app: Flask, pages: Crawl) -> None:
    names = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    asked = {email: {one for who, one, _method in pages.asked if who == email} for email in READERS}
    left = {email: sorted(names - found - UNASKED) for email, found in asked.items()}
    assert {email: found for email, found in left.items() if found} == {}


UNASKED = {*crawler.LIBRARY_FILES, *NOT_ASKED}


def _nobody_is_found(planted: Planted) -> None:
    """A search does not find by what its reader may not see, nor by what is private."""
    wanted: dict[str, int] = {}
    for number, place in planted.places.items():
        wanted.setdefault(place.label, number)
    known = tokens.note(wanted["instructor.name"])
    for email, client in planted.clients.items():
        assert _found(client, known) == (True, True), email
        for label in HIDDEN if WHOLE or email in (LI, WANG) else HIDDEN[:2]:
            number = wanted[label]
            for words in (tokens.phone(number), tokens.note(number), tokens.mail(number)):
                assert _found(client, words) == (False, False), (email, label)


def _found(client: Client, words: str) -> tuple[bool, bool]:
    """Whether the page of the register and the API find somebody."""
    page = client.get("/instructors", query_string={"q": words}).text
    listed = client.get("/api/v1/instructors", query_string={"q": words}).json
    assert listed is not None
    return 'href="/instructors/' in page, bool(listed["instructors"])


def _mails_tell_their_recipients_only(
    planted: Planted, judges: list[Judge], found: list[tuple[Whom, set[Sighting]]]
) -> None:
    verdict = Verdict()
    for whom, told in found:
        verdict.add(planted, judges, whom, "mail", told)
    assert sorted(verdict.leaks) == []
    print(f"mails: {len(found)}, {verdict.allowed} tokens allowed")
    assert (len(found) >= 100, verdict.allowed >= 100) == (True, True)
    assert verdict.labels & {"contact.value", "user_contact.value"} == set()


def _feeds(planted: Planted, before: Judge) -> set[Sighting]:
    """The tokens in the calendars of the two sides, which each side may see."""
    verdict, shown = Verdict(), set[Sighting]()
    for email, path in planted.feeds.items():
        answer = planted.clients[None].get(path)
        assert answer.data.count(b"BEGIN:VEVENT") >= 3
        found = sightings(answer.text)
        verdict.add(planted, [before], planted.readers[email], f"GET {path}", found)
        shown |= found
    assert sorted(verdict.leaks) == []
    return shown


def _a_file_is_for_who_asked(planted: Planted, judges: list[Judge], cast: Cast, time: Time) -> None:
    """A file of the worker with contacts."""
    verdict = Verdict()
    file = outputs.make_file(planted.app, cast, time.now)
    for email, client in planted.clients.items():
        seen = Crawl(planted.app)
        seen.look(email, client.get(file), file)
        # That contacts are in it was asked for with a reason, and recorded.
        for told in seen.seen.values():
            verdict.add(planted, judges, planted.readers[email], f"POST {file}", told)
    assert sorted(verdict.leaks) == []
    assert "contact.value" in verdict.labels


def _queues_tell_nothing(planted: Planted) -> None:
    stored, found = outputs.payloads(planted.app)
    kept = {planted.places[one.number].label for one in found}
    assert stored >= 80
    assert len(kept) >= 10
    assert {label for label in kept if STORED_IN.get(label) in SECRET} == set()
    messages = outputs.messages(planted.app)
    assert len(messages) >= 1
    assert sightings("\n".join(messages)) == set()


def _a_backup_is_closed(planted: Planted, time: Time) -> None:
    """It holds the database, so it is for its owner only; what is sealed stays sealed."""
    if db_kind(planted.app) != "sqlite":
        return
    path, content = outputs.backup(planted.app, time.now)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert sightings(path.name) == set()
    assert len(sightings(content)) > 100
    assert all(one in content for one in outputs.sealed(planted.app))
    assert "calendar.example.org/a.ics" not in content
    path.unlink()


def db_kind(app: Flask) -> str:
    """The name of the database's kind."""
    with app.app_context():
        return str(db.engine.dialect.name)


def _a_crash_tells_nothing(
    planted: Planted, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the page nor the log of an error that nobody foresaw has the values of a row."""
    app = planted.app

    @requires("public")
    def crash(instructor_id: int) -> str:
        # Forms may have removed those of this entry.
        rows = sorted(rows_of("contact"), key=lambda row: row["instructor_id"] != instructor_id)
        values = {name: rows[0][name] for name in ("instructor_id", "channel", "value")}
        with unit_of_work() as session:
            session.connection().execute(insert(Contact).values(id=rows[0]["id"], **values))
        return ""

    with monkeypatch.context() as broken:
        broken.setitem(app.config, "TESTING", False)
        broken.setitem(app.view_functions, "directory.instructor", crash)
        for accept in (HTML, JSON):
            answer = planted.clients[LI].get("/instructors/1", headers={"Accept": accept})
            assert answer.status_code == 500
            shown = {planted.places[one.number] for one in sightings(answer.text)}
            # The reader's own name, in the head of every page.
            assert shown <= {Place("user", (planted.readers[LI].actor.user_id,), "name")}
    assert "IntegrityError" in caplog.text


def _a_leak_is_found(planted: Planted, before: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test itself: a page that shows a contact or a note to everybody."""

    @requires("public")
    def talks(instructor_id: int) -> str:
        notes = (row["text"] for row in rows_of("relayed_message"))
        return "|".join([*notes, *(row["value"] for row in rows_of("contact"))])

    monkeypatch.setitem(planted.app.view_functions, "directory.instructor", talks)
    crawl = Crawl(planted.app)
    for email in (None, WANG):
        crawl.look(email, planted.clients[email].get("/instructors/1"), "/instructors/1")
    found = judged(planted, [before], crawl).leaks
    # An accepted nomination has become an entry, and its contacts are those of the entry.
    kinds = {label.partition(" ")[0] for _who, _where, label in found}
    assert kinds - {"nomination.phone", "nomination.email"} == {
        "contact.value",
        "relayed_message.text",
    }
    assert {who for who, _where, _label in found} == {"None", WANG}


def test_every_column_is_known() -> None:
    labels = {f"{column.table.name}.{column.name}" for column in text_columns()}
    known = {*MORE, *STORED_IN, *NOT_PLANTED}
    assert labels - known == set()
    assert (set(MORE) | set(NOT_PLANTED)) - labels == set()
    assert set(MORE) & set(NOT_PLANTED) == set()


@pytest.mark.parametrize("number", [1, 999, 1000, 9999])
def test_tokens_are_found_again(number: int) -> None:
    whole = {Sighting(number, False)}
    for text in (tokens.phone, tokens.mail, tokens.identity, tokens.note, tokens.everything):
        assert sightings(f"x {text(number)} y") == whole
    assert sightings(tokens.everything(number).encode("unicode_escape").decode()) == whole
    assert sightings(tokens.hint(number)) == {Sighting(number, True)}
    assert sightings(f"{tokens.phone(number)[:7]}\r\n {tokens.phone(number)[7:]}") == whole
