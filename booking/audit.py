"""The audit log: who did what, when and to whom, in an append-only table.

`record` adds an entry in the caller's transaction, so that the action and its entry are committed
together. `record_apart` is for sign-ins and page views, which write nothing else: it uses a
transaction of its own that waits 0.3 seconds at most. Triggers forbid changing entries, and
deleting those of the last `KEPT_AT_LEAST` days (migration 0013).

Personal data are limited to what accountability needs (PIPL, articles 6 and 9): texts contain
neither e-mail addresses nor telephone numbers, whatever a caller passes, and of a client address
only the network is stored (/24 of IPv4, /48 of IPv6), which distinguishes sign-ins from other
places and identifies no household.
"""

from __future__ import annotations

import enum
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


class Action(enum.StrEnum):
    """The actions that are recorded. Values have at most 20 characters and never change."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    SESSIONS_ENDED = "sessions_ended"
    PASSWORD_CHANGED = "password_changed"
    RESET_REQUESTED = "reset_requested"
    PASSWORD_RESET = "password_reset"
    ADDRESS_CHANGED = "address_changed"
    PHONE_CHANGED = "phone_changed"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    ACCOUNT_MADE = "account_made"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    ROLE_GIVEN = "role_given"
    ROLE_REMOVED = "role_removed"
    INVITED = "invited"
    INVITATION_RENEWED = "invitation_renewed"
    INVITATION_REVOKED = "invitation_revoked"
    INVITATION_ACCEPTED = "invitation_accepted"
    INVITATION_REFUSED = "invitation_refused"
    JOIN_ASKED = "join_asked"
    JOIN_DECIDED = "join_decided"
    RESET_LINK_MADE = "reset_link_made"
    ANSWER_LINK_MADE = "answer_link_made"
    OUT_OF_SCOPE = "out_of_scope"
    REGIONS_LOADED = "regions_loaded"
    ORGANISATION_MADE = "organisation_made"
    ORGANISATIONS_LOADED = "organisations_loaded"
    ORGANISATION_CHANGED = "organisation_changed"
    ORGANISATION_CLOSED = "organisation_closed"
    ORGANISATION_OPENED = "organisation_opened"
    ORGANISATION_REMOVED = "organisation_removed"
    ORGANISATION_MERGED = "organisation_merged"
    REGION_CHANGED = "region_changed"
    REGION_MERGED = "region_merged"
    FIELDS_CHANGED = "fields_changed"
    REGISTER_IMPORTED = "register_imported"
    EXPORTED = "exported"
    CONTACTS_EXPORTED = "contacts_exported"
    FILE_DOWNLOADED = "file_downloaded"
    FEED_OPENED = "feed_opened"
    FEED_REVOKED = "feed_revoked"
    SCHEDULE_CHANGED = "schedule_changed"
    CALENDARS_CHANGED = "calendars_changed"
    TERMS_CHANGED = "terms_changed"
    HALF_DAYS_CHANGED = "half_days_changed"
    DAYS_IMPORTED = "days_imported"
    LIMIT_CHANGED = "limit_changed"
    REVIEW_CHANGED = "review_changed"
    SYNONYMS_CHANGED = "synonyms_changed"
    ENTRY_CHANGED = "entry_changed"
    ENTRY_RETURNED = "entry_returned"
    ENTRIES_MERGED = "entries_merged"
    ENTRIES_DISTINCT = "entries_distinct"
    EXPIRY_ALLOWED = "expiry_allowed"
    MAIL_READ = "mail_read"
    CONTACT_REVEALED = "contact_revealed"
    NOMINATION_CHANGED = "nomination_changed"
    TERM_RENEWED = "term_renewed"
    INSTRUCTOR_LEFT = "instructor_left"
    INSTRUCTOR_RETURNED = "instructor_returned"
    CERTIFICATE_PRINTED = "certificate_printed"
    DAY_CHANGED = "day_changed"
    JOB_STARTED = "job_started"
    EVENT_RETRIED = "event_retried"
    MAIL_RETRIED = "mail_retried"
    MAIL_GIVEN_UP = "mail_given_up"
    BACKUP_ASKED = "backup_asked"
    BACKUP_DOWNLOADED = "backup_downloaded"
    AUDIT_EXPORTED = "audit_exported"
    AUDIT_READ = "audit_read"
    SETTING_CHANGED = "setting_changed"
    TEXT_CHANGED = "text_changed"
    FIRST_START = "first_start"
    TEST_MAIL_SENT = "test_mail_sent"
    TEST_TEXT_SENT = "test_text_sent"
    TEXTS_STOPPED = "texts_stopped"
    TEXTS_RESUMED = "texts_resumed"
    CODE_ASKED = "code_asked"
    IMPORT_UNDONE = "import_undone"
    DEFAULT_HOURS = "default_hours"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    DATA_EXPORTED = "data_exported"
    LEAVING_ASKED = "leaving_asked"
    LEAVING_TAKEN_BACK = "leaving_taken_back"
    PERSON_ERASED = "person_erased"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_REQUEST = "contact_request"
    REPLY_TAKEN = "reply_taken"
    REPLY_REFUSED = "reply_refused"
    ADDRESS_RETURNED = "address_returned"
    ADDRESS_ARRIVES = "address_arrives"
    MAILBOX_CHECKED = "mailbox_checked"
    ROBOT_CHANGED = "robot_changed"
    ATTENDEE_NAMED = "attendee_named"
    ATTENDEE_REMOVED = "attendee_removed"
    ATTENDEE_LEFT = "attendee_left"
    LISTENERS_ASKED = "listeners_asked"
    LISTENERS_CLOSED = "listeners_closed"
    ATTENDANCE_CHANGED = "attendance_changed"
    OUTCOMES_CHANGED = "outcomes_changed"
    SERVICE_CERTIFIED = "service_certified"


class SubjectKind(enum.StrEnum):
    """The kinds of subjects of an entry."""

    USER = "user"
    INSTRUCTOR = "instructor"
    ORGANISATION = "organisation"
    LECTURE = "lecture"
    MAIL = "mail"
    INVITATION = "invitation"
    JOIN_REQUEST = "join_request"
    NOMINATION = "nomination"
    JOB = "job"
    BACKUP = "backup"


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
