"""Banks and tests for the tests, made through the services."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask

from booking.db import db, unit_of_work
from booking.knowledge_tests import service
from booking.knowledge_tests.bank import service as bank
from booking.knowledge_tests.engine.questions import QuestionFacts, QuestionKind
from booking.knowledge_tests.queries import on_offer
from booking.lectures.queries import by_number
from booking.listener_links import service as links
from booking.listener_links.engine.purposes import LinkPurpose
from tests import factories

FACTS = (
    QuestionFacts(QuestionKind.SINGLE, "首先做什么", ("确认安全", "搬动伤者"), 1, "先保证安全。"),
    QuestionFacts(QuestionKind.MULTIPLE, "哪些正确", ("按压", "喂水", "呼救"), 5, "不要喂水。"),
    QuestionFacts(QuestionKind.SINGLE, "拨打什么号码", ("110", "119", "120"), 4),
)


def fill(app: Flask, cast: factories.Cast) -> list[int]:
    """The ids of three questions in the bank of Chen's topic."""
    with app.app_context(), unit_of_work() as session:
        entry = factories.editable(session, cast.chen.id)
        bank.add(session, entry, cast.chen.topic, FACTS)
        return [one.id for one in on_offer(session, cast.chen.topic)]


def prepared(app: Flask, cast: factories.Cast) -> str:
    """The number of a confirmed lecture with a test of these questions."""
    ids = fill(app, cast)
    number = factories.confirmed(app, cast)
    with app.app_context(), unit_of_work() as session:
        service.prepare(session, number, ids)
    return number


def opened(app: Flask, number: str, purpose: LinkPurpose, now: datetime) -> str:
    """The token of an open link."""
    with app.test_request_context(), unit_of_work() as session:
        lecture = by_number(session, number)
        link = links.open_link(
            session, lecture.id, purpose, closes_at=lecture.ends_at + timedelta(days=2), now=now
        )
        return links.token_of(link)


def lecture_id(number: str) -> int:
    """The id of a lecture, in an application context."""
    return by_number(db.session(), number).id
