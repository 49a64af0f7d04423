"""Channels are sent one after the other, and a failure of one leaves the others alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.notifications.models import Delivery
from booking.notifications.transmission import routes
from booking.notifications.transmission.delivery import MAIL_ROUTE
from booking.notifications.transmission.routes import Route
from booking.notifications.transmission.transports import Postponed
from tests.conftest import Time
from tests.notifications.conftest import round_of_work


class Noted:
    """Notes what it is handed, or raises what it is told to."""

    is_open = True

    def __init__(self, raises: Callable[[], Exception] | None = None) -> None:
        self.raises = raises
        self.taken: list[str] = []

    def open(self) -> None:
        """Nothing to open."""

    def hand_over(self, delivery_id: int, sender: str, recipient: str, message: bytes) -> None:
        """Note the recipient."""
        if self.raises is not None:
            raise self.raises()
        self.taken.append(recipient)

    def close(self) -> None:
        """Nothing to close."""


def due(app: Flask, channel: str, *recipients: str, now: datetime) -> None:
    """Deliveries of a channel that are due."""
    with app.app_context(), unit_of_work() as session:
        for recipient in recipients:
            session.add(
                Delivery(
                    channel=channel,
                    recipient=recipient,
                    subject="x",
                    message=b"x",
                    created_at=now,
                    next_try_at=now,
                )
            )


def rows(app: Flask) -> list[tuple[str, bool, int, datetime | None]]:
    """Recipient, whether it was sent, attempts and next attempt of all deliveries."""
    with app.app_context():
        query = select(Delivery).order_by(Delivery.id)
        return [
            (one.recipient, one.sent_at is not None, one.attempts, one.next_try_at)
            for one in db.session.scalars(query)
        ]


def test_each_channel_gets_its_own_deliveries(app: Flask, time: Time) -> None:
    other = Noted()
    routes.connect(app, (MAIL_ROUTE, Route("other", lambda: other)))
    due(app, "other", "a", "b", now=time.now)
    due(app, "mail", "li@example.org", now=time.now)

    assert round_of_work(app, time) == 3
    assert other.taken == ["a", "b"]


def test_a_channel_that_breaks_leaves_the_others_alone(app: Flask, time: Time) -> None:
    def broken() -> Noted:
        raise LookupError("no such thing")

    other = Noted()
    connected = (Route("broken", broken), Route("other", lambda: other), MAIL_ROUTE)
    routes.connect(app, connected)
    due(app, "other", "a", now=time.now)
    due(app, "mail", "li@example.org", now=time.now)

    with pytest.raises(LookupError):
        round_of_work(app, time)
    assert other.taken == ["a"]
    assert [sent for _recipient, sent, *_rest in rows(app)] == [True, True]


def test_a_channel_that_takes_too_long_goes_on_in_the_next_round(app: Flask, time: Time) -> None:
    slow = Noted()
    routes.connect(app, (Route("other", lambda: slow, seconds=0),))
    due(app, "other", "a", now=time.now)

    assert round_of_work(app, time) == 0
    assert rows(app) == [("a", False, 0, time.now)]


def test_all_that_is_due_to_a_recipient_waits_without_an_attempt(app: Flask, time: Time) -> None:
    until = time.now + timedelta(minutes=1)
    routes.connect(app, (Route("other", lambda: Noted(lambda: Postponed(until))),))
    due(app, "other", "a", "a", "a", now=time.now)

    round_of_work(app, time)

    assert rows(app) == [("a", False, 0, until)] * 3
