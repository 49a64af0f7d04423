"""A time that is held already is refused at once, whoever is writing meanwhile."""

from __future__ import annotations

import sqlite3
import threading

from flask import Flask
from sqlalchemy import create_engine, select

from booking.db import db
from booking.instructors.models import Instructor
from tests import factories
from tests.browser import Client
from tests.factories import COUNTY, Cast

PATIENCE = 5.0
"""Seconds after which the writer lets go, so that a product that waits fails and ends."""


def test_a_refusal_does_not_wait_for_writers(app: Flask, people: Cast) -> None:
    factories.requested(app, people, factories.at(3, 9))
    browser = Client(app).sign_in(factories.LI)
    with app.app_context():
        engine = create_engine(db.engine.url)
    let_go = threading.Event()
    with engine.connect() as writer:
        if engine.dialect.name == "sqlite":
            driver = writer.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.isolation_level = None
            writer.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            writer.execute(select(Instructor.id).with_for_update())

        def give_up() -> None:
            let_go.set()
            writer.rollback()

        timer = threading.Timer(PATIENCE, give_up)
        timer.start()
        values = {"organisation": str(people.li.id), "region": COUNTY, "place": "二楼"}
        address = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}"
        answer = browser.post(
            f"{address}&start=2026-11-26T09:00",
            values | {"format": "lecture", "audience": "", "attendees": "", "note": ""},
        )
        waited = let_go.is_set()
        timer.cancel()
    engine.dispose()
    assert (answer.status_code, waited) == (409, False)
