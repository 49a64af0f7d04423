"""The schedule of retention: which rows are due, by which setting, and why the law asks for it.

One condition serves the dry run, the deletion and the tests, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from booking.accounts.models import SignIn, User
from booking.accounts.sign_in import sessions
from booking.attendance.models import AttendanceEntry
from booking.audit import AuditEntry
from booking.contacts.models import Consent, Reveal
from booking.contacts.threads.models import RelayedMessage
from booking.db import Base
from booking.exports.models import ExportFile
from booking.follow_ups.documents.models import FollowUpDocument
from booking.instructors.models import Contact
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.models import Lecture
from booking.members.engine.states import WAITING_KEPT
from booking.members.models import Invitation, JoinRequest
from booking.nominations.models import Departure, Nomination
from booking.notifications.models import Delivery
from booking.organisations.lists.models import ListDraft
from booking.outbox.models import OutboxEvent
from booking.privacy.retention.models import RetentionRun
from booking.register.models import DraftState, ImportBatch, ImportDraft
from booking.replies.models import ReceivedMail, ReturnedAddress
from booking.replies.returns.queries import is_present
from booking.sentences import N_, Sentence
from booking.settings.engine import retention as periods
from booking.settings.engine.declarations import AUDIT_DAYS, AUDIT_KEPT_AT_LEAST, SIGN_IN_DAYS
from booking.settings.engine.kinds import Setting


@dataclass(frozen=True, slots=True)
class Due:
    """Rows of one table that are due."""

    table: type[Base]
    condition: ColumnElement[bool]
    blank: Mapping[str, object] | None = None
    """What replaces the personal data of the row; None: the row is deleted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of data, with the setting that says for how many days it is kept."""

    name: str
    """At most 20 characters; kept in `RetentionRun`."""
    data: Sentence
    setting: Setting[int]
    law: Sentence
    due: Callable[[datetime, datetime], tuple[Due, ...]]
    """The rows that are due, by the instant before which they are too old, and the present one."""


def _contacts(before: datetime, _now: datetime) -> tuple[Due, ...]:
    left = select(Departure.instructor_id).where(
        Departure.returned_at.is_(None), Departure.recorded_at < before
    )
    return (Due(Contact, Contact.instructor_id.in_(left)),)


def _nominations(before: datetime, now: datetime) -> tuple[Due, ...]:
    """Contacts of somebody who was accepted are in the register then."""
    condition = (
        (Nomination.decided_at < before)
        & Nomination.forgotten_at.is_(None)
        & or_(Nomination.phone != "", Nomination.email != "")
    )
    return (Due(Nomination, condition, {"phone": "", "email": "", "forgotten_at": now}),)


def _join_requests(before: datetime, now: datetime) -> tuple[Due, ...]:
    undecided = JoinRequest.decided_at.is_(None) & (JoinRequest.created_at < now - WAITING_KEPT)
    return (Due(JoinRequest, or_(JoinRequest.decided_at < before, undecided)),)


def _previews(before: datetime, _now: datetime) -> tuple[Due, ...]:
    idle = (ImportDraft.created_at < before) & (ImportDraft.state != DraftState.RUNNING)
    return (
        Due(ImportDraft, idle),
        Due(ListDraft, ListDraft.created_at < before),
        Due(ExportFile, ExportFile.created_at < before),
    )


def _mails(before: datetime, _now: datetime) -> tuple[Due, ...]:
    """Mail that is still tried, and events that are still to be handled, stay."""
    over = or_(
        Delivery.sent_at.is_not(None),
        Delivery.superseded_at.is_not(None),
        Delivery.next_try_at.is_(None),
    )
    present = select(User.id).where(User.id == ReturnedAddress.user_id, is_present()).exists()
    return (
        Due(Delivery, (Delivery.created_at < before) & over),
        Due(OutboxEvent, (OutboxEvent.recorded_at < before) & OutboxEvent.handled_at.is_not(None)),
        Due(ReceivedMail, ReceivedMail.received_at < before),
        Due(ReturnedAddress, (ReturnedAddress.last_at < before) & ~present),
    )


def _attendees(before: datetime, _now: datetime) -> tuple[Due, ...]:
    over = select(Lecture.id).where(Lecture.ends_at < before)
    return (Due(NamedAttendee, NamedAttendee.lecture_id.in_(over)),)


def _attendance(before: datetime, now: datetime) -> tuple[Due, ...]:
    """The rows stay without name and device, so that lists can still be counted."""
    over = select(Lecture.id).where(Lecture.ends_at < before)
    condition = AttendanceEntry.lecture_id.in_(over) & AttendanceEntry.forgotten_at.is_(None)
    blank = {"name": "", "device_key": None, "forgotten_at": now}
    return (Due(AttendanceEntry, condition, blank),)


def _log(before: datetime, _now: datetime) -> tuple[Due, ...]:
    return (
        Due(AuditEntry, AuditEntry.recorded_at < before),
        Due(RetentionRun, RetentionRun.ran_at < before),
    )


NOT_LONGER_THAN_NEEDED = N_("PIPL, article 19: no longer than the purpose needs")
PURPOSE_ACHIEVED = N_("PIPL, article 47: deleted when the purpose is achieved")
USE_IS_RECORDED = N_(
    "PIPL, articles 54 to 56: how data are used is recorded and kept for %(days)s days at least",
    days=periods.THREE_YEARS,
)
CONSENT_IS_PROVEN = N_("PIPL, articles 15 and 56: that a consent existed can be shown")
LOG_IS_KEPT = N_(
    "Cybersecurity Law, article 21: logs are kept for %(days)s days at least",
    days=AUDIT_KEPT_AT_LEAST,
)

RULES: tuple[Rule, ...] = (
    Rule(
        "contacts",
        N_("Contacts of people who have left the register"),
        periods.LEFT_CONTACT_DAYS,
        PURPOSE_ACHIEVED,
        _contacts,
    ),
    Rule(
        "nominations",
        N_("Contacts in nominations that were decided"),
        periods.NOMINATION_DAYS,
        PURPOSE_ACHIEVED,
        _nominations,
    ),
    Rule(
        "invitations",
        N_("Invitations to join"),
        periods.INVITATION_RECORD_DAYS,
        PURPOSE_ACHIEVED,
        lambda before, _now: (Due(Invitation, Invitation.sent_at < before),),
    ),
    Rule(
        "join_requests",
        N_("Requests of branches to join"),
        periods.JOIN_DAYS,
        PURPOSE_ACHIEVED,
        _join_requests,
    ),
    Rule(
        "previews",
        N_("Uploaded spreadsheets that were not imported, and large exports"),
        periods.PREVIEW_DAYS,
        NOT_LONGER_THAN_NEEDED,
        _previews,
    ),
    Rule(
        "imports",
        N_("Reports of imports, and what entries were before them"),
        periods.IMPORT_DAYS,
        NOT_LONGER_THAN_NEEDED,
        lambda before, _now: (Due(ImportBatch, ImportBatch.created_at < before),),
    ),
    Rule(
        "mails",
        N_("Mail that was sent, given up or received, without its text, and the events behind it"),
        periods.MAIL_DAYS,
        NOT_LONGER_THAN_NEEDED,
        _mails,
    ),
    Rule(
        "messages",
        N_("Messages between the sides of a lecture"),
        periods.MESSAGE_DAYS,
        NOT_LONGER_THAN_NEEDED,
        lambda before, _now: (Due(RelayedMessage, RelayedMessage.sent_at < before),),
    ),
    Rule(
        "attendees",
        N_("People whom branches named for lectures"),
        periods.ATTENDEE_DAYS,
        PURPOSE_ACHIEVED,
        _attendees,
    ),
    Rule(
        "attendance",
        N_("Names on attendance lists; their number stays"),
        periods.ATTENDANCE_DAYS,
        NOT_LONGER_THAN_NEEDED,
        _attendance,
    ),
    Rule(
        "effect_documents",
        N_("Documents of branches about the effect of lectures"),
        periods.FOLLOW_UP_DOCUMENT_DAYS,
        NOT_LONGER_THAN_NEEDED,
        lambda before, _now: (Due(FollowUpDocument, FollowUpDocument.stored_at < before),),
    ),
    Rule(
        "sign_ins",
        N_("Sign-ins that were not used, or have ended"),
        SIGN_IN_DAYS,
        NOT_LONGER_THAN_NEEDED,
        lambda before, _now: (Due(SignIn, sessions.unused_since(before)),),
    ),
    Rule(
        "reveals",
        N_("Records of contacts that were shown"),
        periods.REVEAL_DAYS,
        USE_IS_RECORDED,
        lambda before, _now: (Due(Reveal, Reveal.shown_at < before),),
    ),
    Rule(
        "consents",
        N_("Consents that were withdrawn"),
        periods.CONSENT_DAYS,
        CONSENT_IS_PROVEN,
        lambda before, _now: (Due(Consent, Consent.withdrawn_at < before),),
    ),
    Rule(
        "audit_log",
        N_("The audit log, and the list of what was deleted by schedule"),
        AUDIT_DAYS,
        LOG_IS_KEPT,
        _log,
    ),
)
