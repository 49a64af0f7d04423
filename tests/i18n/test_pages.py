"""Pages as people read them: nothing of the other language is left in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from booking import clock
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.demo import security
from booking.lectures.engine.agreement import Approver, ProposalKind
from booking.lectures.engine.events import (
    OUTBOX_KINDS,
    Appointment,
    LectureEvent,
    ProposedChange,
)
from booking.lectures.engine.states import EventKind, Party
from booking.notifications.models import Delivery
from booking.notifications.password_resets import write_mails
from booking.notifications.texts.engine.wordings import TextTemplate, to_register
from booking.outbox import handlers
from booking.outbox import service as outbox
from booking.outbox.models import OutboxEvent
from tests.browser import Client
from tests.extent import WHOLE
from tests.i18n import reading

MOST_OF_A_KIND = 4 if WHOLE else 1
"""So many pages of one route are read: the hundredth instructor reads like the first."""

VISITOR = None
READERS = (VISITOR, *(email for email, _role in security.SIGN_INS))
NUMBERS = re.compile(r"\d+")


def crawl(client: Client) -> Iterator[tuple[str, str]]:
    """Address and HTML of the pages that can be reached by links."""
    waiting, seen, kinds = ["/", "/no/such/page", "/reset"], set(), Counter[str]()
    while waiting:
        address = waiting.pop(0)
        kind = NUMBERS.sub("0", urlsplit(address).path)
        if address in seen or kinds[kind] == MOST_OF_A_KIND or kind.startswith(reading.ELSEWHERE):
            continue
        seen.add(address)
        response = client.get(address)
        if response.status_code in {301, 302, 303}:
            waiting.append(response.headers["Location"])
        elif response.mimetype == "text/html":
            kinds[kind] += 1
            yield address, response.text
            waiting.extend(reading.links(response.text))


def reader(app: Flask, email: str | None, language: str) -> Client:
    """A browser of one of the people of the demonstration province."""
    client = Client(app).language(language)
    return client.sign_in(email, security.KNOWN) if email else client


@pytest.mark.parametrize("email", READERS)
def test_chinese_pages_have_no_english_words(province: Flask, email: str | None) -> None:
    found = {
        (word, address)
        for address, page in crawl(reader(province, email, "zh_Hans_CN"))
        for word in reading.english(page)
    }
    assert found == set(), sorted(found)


@pytest.mark.parametrize("email", READERS)
def test_english_pages_have_no_chinese_but_data(province: Flask, email: str | None) -> None:
    """And this data is marked as Chinese, so that a screen reader pronounces it."""
    known = data_of(province) + texts_to_register(province)
    pages = dict(crawl(reader(province, email, "en")))
    found = {
        (run, address)
        for address, page in pages.items()
        for run in reading.chinese(page)
        if run not in known
    }
    assert found == set(), sorted(found)
    unmarked = {
        (run, address) for address, page in pages.items() for run in reading.unmarked_chinese(page)
    }
    assert unmarked == set()


def texts_to_register(app: Flask) -> str:
    """The texts for a provider, which are in the language of those who get them."""
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        return "\n".join(str(to_register(one, "x")) for one in TextTemplate)


def data_of(app: Flask) -> str:
    """Every text that the database holds."""
    with app.app_context():
        session = db.session()
        return "\n".join(
            str(value)
            for table in db.Model.metadata.sorted_tables
            for row in session.execute(sa.select(table))
            for value in row
            if isinstance(value, str | list | dict)
        )


def test_an_empty_register_reads_well_in_both_languages(empty: Flask) -> None:
    chinese, english = Client(empty).language("zh_Hans_CN"), Client(empty).language("en")
    regions = data_of(empty)
    for address in ("/", "/instructors", "/login", "/nothing"):
        assert list(reading.english(chinese.get(address).text)) == []
        left = [run for run in reading.chinese(english.get(address).text) if run not in regions]
        assert left == []


def test_refused_sign_in_speaks_chinese(province: Flask) -> None:
    page = Client(province).post("/login", {"email": "nobody@example.org", "password": "wrong"})
    assert "登录失败：账号或密码不正确" in reading.text(page.text)
    assert list(reading.english(page.text)) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("short", "short"), "密码至少须有10个字符"),
        (("long enough", "something else"), "两次输入的密码不一致"),
    ],
)
def test_refused_new_password_speaks_chinese(
    province: Flask, typed: tuple[str, str], told: str
) -> None:
    client = reader(province, "branch@example.org", "zh_Hans_CN")
    new, again = typed
    page = client.post(
        "/change",
        {"password": security.KNOWN, "new_password": new, "new_password_confirm": again},
    )
    assert told in reading.text(page.text)
    assert list(reading.english(page.text)) == []


def test_an_incomplete_booking_is_refused_in_chinese(province: Flask) -> None:
    """The number is no number: the field says what it takes."""
    client = reader(province, "branch@example.org", "zh_Hans_CN")
    results = client.get("/instructors").text
    address = next(link for link in reading.links(results) if "/book?" in link)
    page = client.post(address, {"attendees": "many"})
    assert page.status_code == 422
    assert "听课人数须为1至100000。" in reading.text(page.text)
    assert list(reading.english(page.text)) == []


def _elsewhere(event: LectureEvent) -> Appointment:
    """The lecture a week later at another place."""
    return Appointment(
        instructor_id=event.instructor_id,
        instructor=event.instructor,
        title=event.title,
        starts_at=event.starts_at + timedelta(days=7),
        ends_at=event.ends_at + timedelta(days=7),
        region=event.region,
        place="三楼会议室",
        online=False,
    )


def _proposal(event: LectureEvent, kind: ProposalKind) -> ProposedChange:
    return ProposedChange(
        proposal_id=1,
        kind=kind,
        party=Party.COORDINATOR,
        reason="那天另有任务。",
        options=(_elsewhere(event),),
        pending=tuple(Approver),
        reply_due_at=event.reply_due_at,
    )


@pytest.fixture(scope="module")
def mails(province: Flask) -> list[str]:
    """Every kind of mail about one lecture, with all that can stand in it."""
    with province.app_context(), unit_of_work() as session:
        # Other tests of this module have chosen English for some.
        session.execute(sa.update(User).values(language="zh_Hans_CN"))
        requested = session.scalars(
            sa.select(OutboxEvent).where(OutboxEvent.kind == EventKind.REQUESTED.value)
        ).first()
        assert requested is not None
        kind = OUTBOX_KINDS[EventKind.REQUESTED]
        event = kind.read(requested.payload, version=requested.version)
        told = replace(
            event, reason="那天另有任务。", note="请讲一小时。", before=_elsewhere(event)
        )
        rows = [
            OutboxEvent(
                kind=kind.name,
                payload=kind.write(replace(told, kind=name, proposal=_proposal(told, what))),
                version=kind.version,
                recorded_at=told.at,
            )
            for name, kind in OUTBOX_KINDS.items()
            for what in ProposalKind
        ]
        session.add_all(rows)
        session.flush()
        for row in rows:
            outbox.handle(session, handlers.connected(), event_id=row.id, now=told.at)
        of_mail = sa.select(Delivery.message).where(Delivery.channel == "mail")
        messages = [raw for raw in session.scalars(of_mail) if raw is not None]
        # The demonstration has mail that was given up or came back, whose messages are gone.
        gone = sa.select(sa.func.count(Delivery.id)).where(
            Delivery.channel == "mail",
            Delivery.message.is_(None),
            Delivery.last_error.is_(None),
            Delivery.sent_at.is_(None),
            Delivery.superseded_at.is_(None),
        )
        assert session.scalar(gone) == 0
        assert len(messages) >= 8
        return [reading.mail(raw) for raw in messages]


def test_mails_are_chinese(mails: list[str]) -> None:
    assert len(mails) >= 8
    assert [word for text in mails for word in reading.english(text)] == []


def test_a_new_password_by_mail_is_chinese(province: Flask) -> None:
    """The library writes this mail; ours carries it."""
    page = Client(province).post("/reset", {"email": "branch@example.org"})
    assert page.status_code in {200, 302}
    with province.app_context():
        write_mails(clock.now())
        query = sa.select(Delivery.message).order_by(Delivery.id.desc())
        raw = db.session().scalars(query).first()
        assert raw is not None
        text = reading.mail(raw)
    assert "约课：重设密码" in text
    assert list(reading.english(text)) == []
