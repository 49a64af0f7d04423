"""Links open, close and end; a token of another time or purpose is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.db import db, unit_of_work
from booking.errors import DomainError, NotFound
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture
from booking.listener_links import service
from booking.listener_links.devices import COOKIE, device_key, remember_device
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.errors import Gone, NotOpen, Over
from booking.listener_links.models import ListenerLink
from tests import factories
from tests.factories import NOW, Cast

LATER = NOW + timedelta(days=10)
EVALUATION = LinkPurpose.EVALUATION


@contextmanager
def writing(app: Flask) -> Iterator[tuple[Session, int]]:
    """A transaction, and the id of the only lecture."""
    with app.app_context(), unit_of_work() as session:
        yield session, session.scalars(select(Lecture.id)).one()


def opened(app: Flask, now: datetime = NOW, closes_at: datetime = LATER) -> str:
    """Open the link for evaluations; returns its token."""
    with writing(app) as (session, lecture_id):
        return service.token_of(
            service.open_link(session, lecture_id, EVALUATION, closes_at=closes_at, now=now)
        )


def answer(
    app: Flask, token: str, *, now: datetime = NOW, purpose: LinkPurpose = EVALUATION
) -> type[DomainError] | None:
    """What a token is answered with; None if it leads to the link."""
    with app.app_context():
        try:
            service.link_by_token(db.session(), token, purpose, now)
        except DomainError as error:
            return type(error)
    return None


@pytest.fixture(autouse=True)
def number(app: Flask, people: Cast) -> str:
    """A confirmed lecture."""
    return factories.confirmed(app, people)


def test_a_token_leads_to_the_open_link_of_its_purpose(app: Flask) -> None:
    token = opened(app)

    assert answer(app, token) is None
    assert answer(app, token, purpose=LinkPurpose.ATTENDANCE) is NotFound
    guessed = token[:-1] + ("a" if token[-1] != "a" else "b")
    assert [answer(app, wrong) for wrong in (guessed, f"2-{token[2:]}", "x", "")] == [NotFound] * 4


def test_a_link_ends_with_its_time(app: Flask) -> None:
    token = opened(app)

    assert answer(app, token, now=LATER - timedelta(seconds=1)) is None
    assert answer(app, token, now=LATER) is Gone


def test_opened_again_it_has_a_new_token_and_the_same_row(app: Flask) -> None:
    old = opened(app)
    with writing(app) as (session, _lecture):
        service.close_link(session, session.scalars(select(ListenerLink)).one(), NOW)
    assert answer(app, old) is Gone

    new = opened(app)

    assert (answer(app, old), answer(app, new)) == (NotFound, None)
    with app.app_context():
        assert len(db.session().scalars(select(ListenerLink)).all()) == 1


def test_prolonging_keeps_the_token(app: Flask) -> None:
    token = opened(app)

    assert opened(app, closes_at=LATER + timedelta(days=1)) == token
    assert answer(app, token, now=LATER) is None


def test_what_is_over_opens_as_something_new(app: Flask) -> None:
    token, after = opened(app), LATER + timedelta(hours=1)

    again = opened(app, now=after, closes_at=after + timedelta(hours=1))

    assert (answer(app, token, now=after), answer(app, again, now=after)) == (NotFound, None)


def test_only_a_lecture_that_stands_has_an_open_link(app: Flask, number: str) -> None:
    token = opened(app)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CANCEL, Party.INSTRUCTOR)

    assert answer(app, token) is Gone
    with pytest.raises(NotOpen):
        opened(app)


def test_no_link_opens_for_a_time_that_has_passed(app: Flask) -> None:
    with pytest.raises(Over):
        opened(app, closes_at=NOW)


def test_nothing_that_opens_the_page_is_stored(app: Flask) -> None:
    secret = opened(app).partition("-")[2]
    with app.app_context():
        row = db.session().scalars(select(ListenerLink)).one()
        stored = [str(getattr(row, column.key)) for column in ListenerLink.__table__.columns]
    assert [one for one in stored if secret in one] == []


def test_a_device_has_one_key_for_a_link_and_another_for_the_next(app: Flask) -> None:
    first, second = ListenerLink(id=1), ListenerLink(id=2)
    with app.test_request_context():
        new = device_key(first)
        assert device_key(first) == new
        response = remember_device(app.response_class())
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with app.test_request_context(headers={"Cookie": cookie.partition(";")[0]}):
        assert device_key(first) == new
        assert device_key(second) != new
    with app.test_request_context(headers={"Cookie": f"{COOKIE}=x"}):
        assert device_key(first) != new
