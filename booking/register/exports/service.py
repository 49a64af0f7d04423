"""Makes the register of a region as a file, for a reader who keeps it; each export is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import audit, json_values
from booking.accounts.engine.permissions import Subject, allowed
from booking.accounts.engine.roles import Actor
from booking.availability.defaults.queries import in_scope, under
from booking.contacts import service as contacts
from booking.db import unit_of_work
from booking.errors import Forbidden
from booking.exports.kinds import Asked, Kind, Progress
from booking.register.engine.roster import ColumnRole
from booking.register.exports import queries
from booking.register.words import HEADERS
from booking.workbooks import files

PERMISSION = "register.export"

KIND = "register"
"""The kind of the file (`exports.kinds`)."""

COLUMNS = (
    ColumnRole.NAME,
    ColumnRole.READING,
    ColumnRole.WORKPLACE,
    ColumnRole.TITLE,
    ColumnRole.GENDER,
    ColumnRole.BIRTH_MONTH,
    ColumnRole.REGION,
    ColumnRole.INTRODUCTION,
    ColumnRole.FIELDS,
    ColumnRole.TOPICS,
    ColumnRole.AUDIENCES,
    ColumnRole.FORMATS,
    ColumnRole.MINUTES,
    ColumnRole.SERVES,
    ColumnRole.TERMS,
)
"""What coordinators keep of the people of their regions, and what an import reads."""

CONTACTS = (ColumnRole.PHONE, ColumnRole.EMAIL)


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """Whose entries, and whether with contacts; then for what reason."""

    region_code: str
    with_contacts: bool = False
    reason: str = ""


def columns(actor: Actor, choice: ExportChoice) -> tuple[ColumnRole, ...]:
    """The columns that a reader gets: the only place that decides it. Raises `Forbidden` (403).

    Contacts are among them only where they were asked for with a reason.
    """
    subject = Subject(region_codes=frozenset({choice.region_code}))
    if not allowed(PERMISSION, actor, subject):
        raise Forbidden()
    with_contacts = choice.with_contacts and bool(choice.reason)
    return COLUMNS + CONTACTS if with_contacts else COLUMNS


def head(roles: tuple[ColumnRole, ...]) -> list[str]:
    """The headers, in the language that is selected."""
    return [str(HEADERS[role]) for role in roles]


def people(session: Session, actor: Actor, choice: ExportChoice) -> list[int]:
    """Whose entries an export holds, in its order."""
    return queries.people(session, in_scope(actor), under(choice.region_code))


def made(
    session: Session,
    actor: Actor,
    by: audit.By,
    choice: ExportChoice,
    progress: Callable[[int], None] = lambda _done: None,
    address: str | None = None,
    *,
    now: datetime,
) -> bytes:
    """The file. Reads, ends the reading, and records the export in a transaction of its own."""
    roles = columns(actor, choice)
    ids = people(session, actor, choice)
    lines = list(queries.lines(session, ids, roles, progress))
    session.rollback()
    book = files.listed(_("Register"), head(roles), lines)
    detail: dict[str, Any] = {"rows": len(lines), "what": "register"}
    if roles != COLUMNS:
        at = [roles.index(role) for role in CONTACTS]
        shown = [line for line in lines if any(line[one] for one in at)]
        detail |= {"contacts": len(shown), "reason": choice.reason}
    with unit_of_work() as writing:
        with_contacts = roles != COLUMNS
        action = audit.Action.CONTACTS_EXPORTED if with_contacts else audit.Action.EXPORTED
        region_code = choice.region_code
        audit.record(
            writing, action, by=by, region_code=region_code, address=address, detail=detail
        )
        if with_contacts:
            contacts.record_exported(
                writing,
                instructor_ids=ids,
                by=by,
                region_code=region_code,
                reason=choice.reason,
                now=now,
            )
    return book


def _make(session: Session, asked: Asked, progress: Progress) -> bytes:
    choice = json_values.read(dict(asked.choice), ExportChoice)
    return made(session, asked.actor, asked.by, choice, progress, now=asked.now)


def _subject(choice: Any) -> Subject:
    return Subject(region_codes=frozenset({str(choice.get("region_code", ""))}))


EXPORT = Kind(PERMISSION, _subject, _make)
"""The register as a kind of files that the worker makes."""
