"""Pairs of entries that look like one person and are two: remembered, and taken back."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.entries.mergers import service
from booking.entries.models import DistinctEntries
from tests import factories
from tests.browser import Client
from tests.entries import keeping
from tests.factories import CHEN, SUN, WANG, ZHOU, Cast


def twin(app: Flask, workplace: str = "汀兰大学医学院（虚构）") -> int:
    """Another entry of Chen's name, in the same city."""
    with app.app_context(), unit_of_work() as session:
        return factories.make_instructor(session, "陈明", workplace=workplace)


def noted(app: Flask) -> set[tuple[int, int]]:
    with app.app_context():
        return {
            (row.first_id, row.second_id) for row in db.session.scalars(select(DistinctEntries))
        }


def merge(app: Flask, people: Cast, kept_id: int, dropped_id: int) -> None:
    with app.app_context(), unit_of_work() as session:
        service.merge(
            session,
            kept_id=kept_id,
            dropped_id=dropped_id,
            takes_hours=False,
            actor=keeping.actor(session, people.wang),
            now=factories.NOW,
        )


def test_a_pair_is_noted_and_taken_back(app: Flask, people: Cast) -> None:
    other, wang = twin(app), Client(app).language("en").sign_in(WANG)
    chen = people.chen.id
    compared = f"/entries/{chen}/merge/{other}"
    there = f"/entries/{chen}/two-people/{other}"
    assert compared in wang.get("/entries/duplicates").text

    for _time in range(2):  # A second click changes nothing.
        assert wang.post(there).location == "/entries/duplicates"
    page = wang.get("/entries/duplicates").text
    assert (compared in page, f"{there}/take-back" in page) == (False, True)
    assert noted(app) == {(min(chen, other), max(chen, other))}

    # From the other side it is the same pair.
    back = f"/entries/{other}/two-people/{chen}/take-back"
    assert wang.post(back).location == "/entries/duplicates"
    page = wang.get("/entries/duplicates").text
    assert (compared in page, there in page, "take-back" in page) == (True, True, False)
    with app.app_context():
        query = select(AuditEntry.subject_id, AuditEntry.detail).where(
            AuditEntry.action == Action.ENTRIES_DISTINCT
        )
        rows = [tuple(row) for row in db.session.execute(query.order_by(AuditEntry.id))]
    first, second = sorted((chen, other))
    assert rows == [(first, {"other": second}), (first, {"other": second, "undone": True})]


def test_only_who_keeps_both_may_say_so(app: Flask, people: Cast) -> None:
    other = twin(app)
    pair = f"/entries/{people.chen.id}/two-people/{other}"
    for email in (CHEN, ZHOU, SUN):
        client = Client(app).sign_in(email)
        for path in (pair, f"{pair}/take-back"):
            assert client.post(path).status_code in (403, 404), (email, path)
    same = f"/entries/{other}/two-people/{other}"
    assert Client(app).sign_in(WANG).post(same).status_code == 404
    assert noted(app) == set()


def test_what_was_said_follows_a_merger(app: Flask, people: Cast) -> None:
    """The two become one, or one of them becomes a third entry."""
    chen, second, third = people.chen.id, twin(app), twin(app, workplace="栖云医院（虚构）")
    wang = Client(app).sign_in(WANG)
    for one, other in ((chen, second), (second, third), (chen, third)):
        wang.post(f"/entries/{one}/two-people/{other}")
    merge(app, people, third, second)
    assert noted(app) == {(chen, third)}
    merge(app, people, third, chen)
    assert noted(app) == set()
