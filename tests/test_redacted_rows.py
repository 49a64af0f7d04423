"""No log holds the values of a row that the database refused."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from booking.db import db
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Contact
from tests.factories import Cast

PHONE = "12000007351"


def test_neither_the_message_nor_the_traceback(
    app: Flask, people: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger("test")
    # Without the instant at which it was added: PostgreSQL quotes the row.
    values = {"instructor_id": people.chen.id, "channel": Channel.PHONE, "value": PHONE}
    with app.app_context():
        try:
            db.session().connection().execute(insert(Contact).values(**values))
        except IntegrityError as error:
            logger.exception("it broke")
            logger.warning("it broke: %s", error)
        db.session().rollback()
    assert len(caplog.records) == 2
    assert caplog.text.count("created_at") >= 2
    assert PHONE not in caplog.text
