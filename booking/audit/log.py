"""The table of entries, and how they are added: see the package."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context
from sqlalchemy import JSON, Index, String
from sqlalchemy.exc import InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Mapped, Session, mapped_column

from booking import clock
from booking.audit.actions import Action, SubjectKind
from booking.db import Base, unit_of_work
from booking.masks import network, without_contacts
from booking.text import plain
from booking.web import request_safety

logger = logging.getLogger(__name__)

KEPT_AT_LEAST = 180
"""Days for which no entry can be deleted (Cybersecurity Law, article 21: six months)."""

PATIENCE_SECONDS = 0.3
"""How long `record_apart` waits for locks; after that the entry is buffered in memory."""

RETRY_SECONDS = 5.0
"""After a failure, requests that record nothing themselves retry only after this time."""

MOST_WAITING = 1000
LONGEST_LABEL = 120


@dataclass(frozen=True, slots=True)
class By:
    """The acting party: the id of a user, or None, and its present label."""

    user_id: int | None
    label: str


ANONYMOUS = By(None, "")
SYSTEM = By(None, "system")
COMMAND_LINE = By(None, "command line")


@dataclass(frozen=True, slots=True)
class About:
    """The subject of an entry: kind and id, its present label, or a hash of an entered address."""

    kind: SubjectKind
    id: int | None = None
    label: str = ""
    typed_hash: str | None = None


class AuditEntry(Base):
    """One entry. User ids have no foreign key: an entry outlives the account."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "recorded_at"),
        Index(None, "action", "id"),
        Index(None, "actor_id", "id"),
        Index(None, "subject_kind", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    action: Mapped[Action]
    actor_id: Mapped[int | None]
    actor_label: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    subject_kind: Mapped[SubjectKind | None]
    subject_id: Mapped[int | None]
    subject_label: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    typed_hash: Mapped[str | None] = mapped_column(String(32))
    region_code: Mapped[str | None] = mapped_column(String(12))
    network: Mapped[str | None] = mapped_column(String(43))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class _Log:
    """State of one application's log: who acts, and the entries buffered in memory."""

    def __init__(self, acting: Callable[[], By]) -> None:
        self.acting = acting
        self.waiting: deque[dict[str, Any]] = deque(maxlen=MOST_WAITING)
        self.next_try = 0.0


def init_app(app: Flask, *, acting: Callable[[], By]) -> None:
    """Attach the log; `acting` returns who acts now (injected, as accounts are above)."""
    app.extensions["audit"] = _Log(acting)
    app.after_request(_write_at_the_end)


def acting() -> By:
    """Who acts now, in this request, command or job."""
    return _log().acting()


def _log() -> _Log:
    log: _Log = current_app.extensions["audit"]
    return log


def record(
    session: Session,
    action: Action,
    *,
    about: About | None = None,
    by: By | None = None,
    region_code: str | None = None,
    address: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry in the caller's transaction.

    `by` defaults to `acting()`; `address` is the client's (only its network is stored); `detail`
    is JSON-serialisable, without secrets.
    """
    session.add(AuditEntry(**_values(action, about, by, region_code, address, detail)))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The fact `changes` for the detail of an entry: what differs, as it was and as it is.

    Values are JSON-serialisable; the page tells each as "name: before → after".
    """
    names = [*before, *(name for name in after if name not in before)]
    changed = {
        name: [before.get(name), after.get(name)]
        for name in names
        if before.get(name) != after.get(name)
    }
    return {"changes": changed} if changed else {}


def record_apart(
    action: Action,
    *,
    about: About | None = None,
    by: By | None = None,
    region_code: str | None = None,
    address: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry in a transaction of its own: at the end of the request, or at once without one.

    If no lock is granted within `PATIENCE_SECONDS`, the request goes on: the entry stays buffered
    in memory and is retried by later requests. Parameters as in `record`.
    """
    _log().waiting.append(_values(action, about, by, region_code, address, detail))
    if has_request_context():
        g.audit_added = True
    else:
        write_waiting()


def write_waiting() -> bool:
    """Write the entries buffered in this process; returns whether none is left."""
    log = _log()
    entries = []
    with suppress(IndexError):
        while True:
            entries.append(log.waiting.popleft())
    if not entries:
        return True
    try:
        with unit_of_work(patience=PATIENCE_SECONDS) as session:
            session.add_all(AuditEntry(**values) for values in entries)
    except (OperationalError, InternalError, PoolTimeout) as error:
        log.waiting.extendleft(reversed(entries))
        log.next_try = time.monotonic() + RETRY_SECONDS
        actions = ", ".join(sorted({values["action"].value for values in entries}))
        logger.warning(
            "%d entries of the audit log wait for the database (%s): %s",
            len(entries),
            type(error).__name__,
            actions,
        )
        return False
    except (SQLAlchemyError, TypeError, ValueError):
        # No outage: a retry would fail again and block the other entries.
        # (For a value that is no JSON psycopg raises TypeError.)
        logger.exception("%d entries of the audit log cannot be written", len(entries))
    return True


def _write_at_the_end(response: Response) -> Response:
    log = _log()
    if request_safety.is_stale():
        return response  # This request may not write; the next one will.
    if log.waiting and (g.get("audit_added") or time.monotonic() >= log.next_try):
        write_waiting()
    return response


def _values(
    action: Action,
    about: About | None,
    by: By | None,
    region_code: str | None,
    address: str | None,
    detail: Mapping[str, Any] | None,
) -> dict[str, Any]:
    actor = by or acting()
    return {
        # The clock's time, not the caller's: an entry cannot be backdated.
        "recorded_at": clock.now(),
        "action": action,
        "actor_id": actor.user_id,
        "actor_label": _label(actor.label),
        "subject_kind": about.kind if about else None,
        "subject_id": about.id if about else None,
        "subject_label": _label(about.label) if about else "",
        "typed_hash": about.typed_hash if about else None,
        "region_code": region_code,
        "network": network(address),
        "detail": without_contacts(dict(detail or {})),
    }


def _label(text: str) -> str:
    return str(without_contacts(plain(text)))[:LONGEST_LABEL]
