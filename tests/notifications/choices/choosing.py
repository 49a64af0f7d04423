"""Helpers for tests of choices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask

from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.notifications.choices import queries, service
from booking.notifications.choices.engine.preferences import Preferences
from booking.notifications.choices.engine.ways import MessageWay, Ways
from booking.notifications.engine.kinds import MessageKind
from tests.factories import NOW

NO_MAIL, PLAIN = Ways(MessageWay.NONE), Ways(MessageWay.MAIL)


def choose(
    app: Flask,
    user_id: int,
    choices: dict[MessageKind, Ways] | None = None,
    *,
    now: Any = NOW,
    **more: Any,
) -> None:
    """Let somebody choose ways of messages, and preferences by name."""
    with app.app_context(), unit_of_work() as session:
        preferences = replace(queries.preferences_of(session, user_id), **more)
        user = session.get_one(User, user_id)
        service.choose(session, user=user, choices=choices or {}, preferences=preferences, now=now)


def chosen(app: Flask, user_id: int) -> dict[MessageKind, Ways]:
    """What somebody has chosen."""
    with app.app_context():
        return queries.choices_of(db.session(), user_id)


def preferred(app: Flask, user_id: int) -> Preferences:
    """What somebody prefers."""
    with app.app_context():
        return queries.preferences_of(db.session(), user_id)
