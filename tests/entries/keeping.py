"""Entries as tests change them: who acts, what is typed, and what became of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.accounts.models import Region, User
from booking.db import db, unit_of_work
from booking.entries import service, values
from booking.entries.engine.parts import ChangeOutcome, EntryPart, TopicFacts
from booking.entries.models import EntryChange, RequestedChange
from booking.instructors import editable_entry
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.engine.vocabulary import TopicState
from tests import factories

FACTS = TopicFacts(
    title="急救入门",
    summary="先看再做。",
    minutes=90,
    field_id=None,
    audiences=(),
    formats=(),
    first=None,
    last=None,
    state=TopicState.REVIEWED,
)


def actor(session: Session, user_id: int) -> Actor:
    """A user as an actor."""
    return session.get_one(User, user_id).actor()


def locked(session: Session, instructor_id: int, who: Actor) -> EditableEntry:
    """The entry, locked by somebody who may edit it."""
    return editable_entry.editable(
        session, instructor_id=instructor_id, actor=who, permission="entry.edit"
    )


def change(
    app: Flask,
    instructor_id: int,
    user_id: int,
    part: EntryPart,
    value: Any,
    *,
    topic_id: int | None = None,
    now: datetime = factories.NOW,
) -> ChangeOutcome:
    """One change, committed."""
    with app.app_context(), unit_of_work() as session:
        who = actor(session, user_id)
        entry = locked(session, instructor_id, who)
        return service.change(
            session, entry=entry, part=part, value=value, actor=who, now=now, topic_id=topic_id
        )


def change_topic(
    app: Flask, instructor_id: int, user_id: int, topic_id: int, **new: Any
) -> ChangeOutcome:
    """Change some values of a topic, committed."""
    with app.app_context(), unit_of_work() as session:
        facts = values.topic_facts(values.topic_of(session, instructor_id, topic_id))
    return change(
        app, instructor_id, user_id, EntryPart.TOPIC, replace(facts, **new), topic_id=topic_id
    )


def add_topic(
    app: Flask, instructor_id: int, user_id: int, **new: Any
) -> tuple[int, ChangeOutcome]:
    """Add a topic, committed; returns its id."""
    with app.app_context(), unit_of_work() as session:
        who = actor(session, user_id)
        entry = locked(session, instructor_id, who)
        topic, outcome = service.add_topic(
            session, entry=entry, facts=replace(FACTS, **new), actor=who, now=factories.NOW
        )
        return topic.id, outcome


def put_back(app: Flask, instructor_id: int, user_id: int, change_id: int) -> ChangeOutcome:
    """Put a change back, committed."""
    with app.app_context(), unit_of_work() as session:
        who = actor(session, user_id)
        entry = locked(session, instructor_id, who)
        return service.put_back(
            session, entry=entry, change_id=change_id, actor=who, now=factories.NOW
        )


def reviewing(app: Flask, code: str = factories.CITY) -> None:
    """Let changes of entries in a region and below be reviewed."""
    with app.app_context(), unit_of_work() as session:
        session.get_one(Region, code).entry_reviews = True


def rows(app: Flask, instructor_id: int) -> list[EntryChange]:
    """The history of an entry, oldest first."""
    with app.app_context():
        query = select(EntryChange).where(EntryChange.instructor_id == instructor_id)
        return list(db.session.scalars(query.order_by(EntryChange.id)))


def requests(app: Flask, instructor_id: int) -> list[RequestedChange]:
    """The requested changes of an entry, oldest first."""
    with app.app_context():
        query = select(RequestedChange).where(RequestedChange.instructor_id == instructor_id)
        return list(db.session.scalars(query.order_by(RequestedChange.id)))


def searched(app: Flask, words: str) -> list[str]:
    """The ids of the instructors whom a search finds, on the public page."""
    page = app.test_client().get("/instructors", query_string={"q": words}).text
    return list(dict.fromkeys(re.findall(r'href="/instructors/(\d+)', page)))
