"""Subscribed calendars of the accounts that visitors sign in with, and a named attendee."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.models import User
from booking.calendars.feeds import service as feeds
from booking.calendars.feeds.engine.kinds import MINE, of_instructor
from booking.lectures.attendees.service import Naming, name_attendee
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture


def add(
    session: Session, *, instructor: str, instructor_id: int, branch: str, now: datetime
) -> None:
    """Two addresses of the instructor and one of the branch, all named; both by their addresses.

    Nobody knows the tokens: they are shown once, to who creates an address.
    """
    person, contact = _account(session, instructor), _account(session, branch)
    own = of_instructor(instructor_id)
    feeds.open_feed(session, own, user_id=person.id, name="我的手机", tentative=True, now=now)
    feeds.open_feed(session, own, user_id=person.id, name="家人", busy_only=True, now=now)
    feeds.open_feed(session, MINE, user_id=contact.id, name="办公室电脑", now=now)


def name_attendees(session: Session, *, branch: str, organisation_id: int, now: datetime) -> None:
    """Somebody of the branch is named for its next confirmed lecture; nobody if there is none."""
    query = (
        select(Lecture.number)
        .where(
            Lecture.organisation_id == organisation_id,
            Lecture.state == State.CONFIRMED,
            Lecture.starts_at > now + timedelta(days=1),
        )
        .order_by(Lecture.starts_at, Lecture.id)
        .limit(1)
    )
    number = session.scalars(query).one_or_none()
    if number is not None:
        naming = Naming(_account(session, branch).id, i18n.languages()[0], now, most=1)
        name_attendee(
            session, number=number, name="何宁", email="listener@example.org", naming=naming
        )


def _account(session: Session, email: str) -> User:
    return session.scalars(select(User).where(User.email == email)).unique().one()
