"""Choices of messages of the accounts that visitors sign in with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.notifications.choices import queries, service
from booking.notifications.choices.engine.preferences import ReminderOffset
from booking.notifications.choices.engine.ways import MessageWay, Preset, Ways
from booking.notifications.engine.kinds import MessageKind


def add(session: Session, *, instructor: str, coordinator: str, now: datetime) -> None:
    """The instructor is reminded twice, without mail about steps; the coordinator has a digest.

    Both are named by their addresses.
    """
    person = session.scalars(select(User).where(User.email == instructor)).one()
    service.choose(
        session,
        user=person,
        choices={MessageKind.PROGRESS: Ways(MessageWay.NONE)},
        preferences=replace(
            queries.preferences_of(session, person.id),
            reminders=frozenset({ReminderOffset.WEEK, ReminderOffset.DAY}),
            tentative=True,
        ),
        now=now,
    )
    keeper = session.scalars(select(User).where(User.email == coordinator)).one()
    service.apply_preset(session, user=keeper, preset=Preset.DIGEST, now=now)
