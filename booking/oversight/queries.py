"""Queries on the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from booking import crypto
from booking.accounts.engine.email_addresses import is_address
from booking.accounts.engine.sign_in_names import read_phone
from booking.accounts.models import User
from booking.accounts.queries import lies_under
from booking.audit import Action, AuditEntry, SubjectKind

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter: entries in `[start, end)`, of an action, by or about a person (name or address).

    Also about a kind of subject, and of a region with those below it.
    """

    start: datetime | None = None
    end: datetime | None = None
    action: Action | None = None
    person: str = ""
    kind: SubjectKind | None = None
    region_code: str | None = None


def entries(
    session: Session, wanted: Wanted, *, before: int | None = None, at_once: int = AT_ONCE
) -> tuple[list[AuditEntry], int | None]:
    """A page of entries with ids below `before`, newest first, and `before` of the next page.

    Keyset pagination by id: entries added meanwhile do not shift the pages.
    """
    query = select(AuditEntry).where(*_conditions(wanted))
    if before is not None:
        query = query.where(AuditEntry.id < before)
    rows = list(session.scalars(query.order_by(AuditEntry.id.desc()).limit(at_once + 1)))
    has_more = len(rows) > at_once
    return rows[:at_once], rows[at_once - 1].id if has_more else None


def _conditions(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.start is not None:
        conditions.append(AuditEntry.recorded_at >= wanted.start)
    if wanted.end is not None:
        conditions.append(AuditEntry.recorded_at < wanted.end)
    if wanted.action is not None:
        conditions.append(AuditEntry.action == wanted.action)
    if wanted.person:
        conditions.append(_concerns(wanted.person))
    if wanted.kind is not None:
        conditions.append(AuditEntry.subject_kind == wanted.kind)
    if wanted.region_code is not None:
        conditions.append(lies_under(AuditEntry.region_code, wanted.region_code))
    return conditions


def _concerns(person: str) -> ColumnElement[bool]:
    """Entries by or about users of this name, address or number, and failed sign-ins with it."""
    number = read_phone(person)
    ids = select(User.id).where(
        or_(
            User.name.contains(person, autoescape=True),
            func.lower(User.email) == person.lower(),
            User.phone == (number or ""),
        )
    )
    alternatives = [
        AuditEntry.actor_id.in_(ids),
        and_(AuditEntry.subject_kind == SubjectKind.USER, AuditEntry.subject_id.in_(ids)),
        AuditEntry.actor_label.contains(person, autoescape=True),
        AuditEntry.subject_label.contains(person, autoescape=True),
    ]
    if number is not None or is_address(person):
        alternatives.append(AuditEntry.typed_hash.in_(typed_hashes(number or person)))
    return or_(*alternatives)


def typed_hashes(address: str) -> list[str]:
    """The keyed hashes of an entered address or number, by the current key, then earlier ones."""
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    text = address.strip().lower()
    return [crypto.fingerprint(key, text, purpose="typed address")[:32] for key in keys]
