"""Inviting somebody by the pages, and reading what they show once."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from sqlalchemy import select

from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.members.invitations import service
from booking.members.invitations.service import Invitee, Sent
from booking.members.targets import Target
from tests.browser import Client
from tests.factories import NOW

GOOD = "steam lantern 42 orchard"
PHONE, NUMBER = "12000000071", "+8612000000071"


def link_in(page: str) -> str:
    """The path of the first link that a page hands over."""
    found = re.search(r"http://localhost(/(?:invitation|new-password|answer)/[\w.-]+)", page)
    assert found is not None, page
    return found[1]


def invited(
    app: Flask,
    actor: Any,
    target: Target,
    *,
    name: str = "新人",
    by_mail: bool = False,
    **more: Any,
) -> Sent:
    """An invitation with its token, committed."""
    with app.app_context(), unit_of_work() as session:
        return service.invite(
            session,
            actor=actor,
            target=target,
            invitee=Invitee(name, more.get("known_by")),
            by_mail=by_mail,
            now=more.get("now", NOW),
        )


def accept(client: Client, path: str, **more: str) -> Any:
    """Accept with a new account."""
    form = {
        "name": "新人",
        "contact": PHONE,
        "new_password": GOOD,
        "new_password_confirm": GOOD,
    }
    return client.post(path, form | more)


def logged(app: Flask, *actions: Action) -> list[tuple[Action, dict[str, Any]]]:
    """Entries of the audit log with these actions, oldest first."""
    with app.app_context():
        query = select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id)
        entries = [(entry.action, entry.detail) for entry in db.session.scalars(query)]
        db.session.remove()
    return entries
