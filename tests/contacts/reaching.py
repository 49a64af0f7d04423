"""Contacts, consents, requests and messages for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.contacts.engine.owners import Owner
from booking.contacts.models import Consent, Reveal, UserContact
from booking.contacts.requests import changes, service
from booking.contacts.requests.changes import Answering
from booking.contacts.requests.engine.lifecycle import ContactParty
from booking.contacts.requests.models import ContactRequest
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Contact
from booking.visibility.engine.readers import Purpose
from tests.factories import NOW, Cast

PHONE, MAIL = "12000009931", "chen-private@example.org"
BRANCH_PHONE = "12000009932"
REASON = "开课前需与老师核对场地。"


def keep(session: Session, owner: Owner, channel: Channel, value: str) -> None:
    """Add a contact, without the service."""
    if owner.instructor_id is not None:
        session.add(
            Contact(instructor_id=owner.instructor_id, channel=channel, value=value, created_at=NOW)
        )
    else:
        session.add(
            UserContact(user_id=owner.user_id, channel=channel, value=value, created_at=NOW)
        )


def consent(
    session: Session, owner: Owner, channel: Channel, purpose: Purpose = Purpose.LECTURES
) -> Consent:
    """A consent in force."""
    one = Consent(
        instructor_id=owner.instructor_id,
        user_id=owner.user_id,
        purpose=purpose,
        channel=channel,
        text_version="1",
        given_at=NOW,
    )
    session.add(one)
    return one


def prepare(app: Flask, cast: Cast, *, consents: bool = True) -> None:
    """Chen has a number and an address and releases the number; Li has and releases a number."""
    chen, li = Owner(instructor_id=cast.chen.id), Owner(user_id=cast.li.user)
    with app.app_context(), unit_of_work() as session:
        keep(session, chen, Channel.PHONE, PHONE)
        keep(session, chen, Channel.EMAIL, MAIL)
        keep(session, li, Channel.PHONE, BRANCH_PHONE)
        if consents:
            consent(session, chen, Channel.PHONE)
            consent(session, li, Channel.PHONE)


def reveals(app: Flask) -> list[tuple[Any, ...]]:
    """Who was shown whose contact, through what, oldest first."""
    with app.app_context():
        query = select(
            Reveal.reader_id,
            Reveal.instructor_id,
            Reveal.user_id,
            Reveal.channel,
            Reveal.hint,
            Reveal.through,
            Reveal.reference,
            Reveal.reason,
        ).order_by(Reveal.id)
        return [tuple(row) for row in db.session().execute(query)]


def asked(app: Flask, cast: Cast, *, now: datetime = NOW, lecture: str = "") -> int:
    """The id of a request of Li's branch for Chen's contact."""
    with app.app_context(), unit_of_work() as session:
        asking = service.Asking(cast.chen.id, cast.li.id, REASON, lecture)
        return service.ask(session, asking, user_id=cast.li.user, name="李静", now=now, limit=20).id


def granted(app: Flask, cast: Cast, *, until: datetime, now: datetime = NOW) -> int:
    """The id of a request that Chen granted, for the telephone number."""
    request_id = asked(app, cast, now=now)
    with app.app_context(), unit_of_work() as session:
        service.grant(
            session,
            changes.locked(session, request_id),
            channels=[Channel.PHONE],
            until=until,
            acting=Answering(ContactParty.PERSON, cast.chen.user, "陈明", now),
        )
    return request_id


def state_of(app: Flask, request_id: int) -> str:
    """The stored state of a request."""
    with app.app_context():
        return db.session().get_one(ContactRequest, request_id).state.value
