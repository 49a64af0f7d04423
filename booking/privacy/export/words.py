"""What pages and files call the columns, and the values of lists."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _

from booking import i18n
from booking.accounts.engine.roles import Role
from booking.accounts.engine.user_agents import Browser, System
from booking.accounts.words import BROWSERS, SYSTEMS
from booking.calendars.feeds.engine.kinds import FeedKind
from booking.contacts.models import Through
from booking.contacts.requests.engine.lifecycle import ContactRequestState
from booking.contacts.requests.words import CONTACT_STATES
from booking.contacts.words import CHANNELS
from booking.entries.engine.parts import EntryPart
from booking.entries.models import RequestState
from booking.entries.words import NAMES as ENTRY_NAMES
from booking.entries.words import PARTS as ENTRY_PARTS
from booking.entries.words import STATES as REQUEST_STATES
from booking.entries.words import TOPIC_STATES, Known
from booking.errors import Text
from booking.instructors.engine.vocabulary import Channel, TopicState
from booking.lectures.engine.states import Command, State
from booking.lectures.words import COMMANDS, STATES
from booking.members.words import ROLES
from booking.nominations.engine.lifecycle import NominationCommand, NominationState
from booking.nominations.words import NOMINATION_DONE, NOMINATION_STATES
from booking.notifications.choices.engine.preferences import DigestRhythm
from booking.notifications.choices.engine.ways import MessageWay
from booking.notifications.choices.words import KIND_NAMES, RHYTHM_NAMES, WAY_NAMES
from booking.notifications.engine.kinds import MessageKind
from booking.orders.engine.lifecycle import OrderCommand, OrderState
from booking.orders.models import ClaimState, OfferState
from booking.orders.words import CLAIM_STATES, OFFER_STATES, ORDER_DONE, ORDER_STATES
from booking.register.engine.reports import Outcome
from booking.register.words import GENDERS
from booking.register.words import OUTCOMES as IMPORT_OUTCOMES
from booking.visibility.engine.readers import Purpose

PURPOSES: dict[Purpose, Text] = {
    Purpose.PUBLISH: _("On the public page"),
    Purpose.BRANCHES: _("To signed-in branches"),
    Purpose.LECTURES: _("To the other side of a confirmed lecture"),
    Purpose.ENTRY: _("The entry itself to everybody"),
}
THROUGH: dict[Through, Text] = {
    Through.LECTURE: _("a confirmed lecture"),
    Through.GRANT: _("a request that was granted"),
    Through.CASE: _("a case of the coordinator"),
    Through.CONSENT: _("your consent"),
    Through.EXPORT: _("an export"),
}

FEED_KINDS: dict[FeedKind, Text] = {
    FeedKind.INSTRUCTOR: _("lectures of an instructor"),
    FeedKind.BRANCH: _("lectures of a branch"),
    FeedKind.REGION: _("lectures of a region"),
    FeedKind.FIELD: _("lectures of a field"),
    FeedKind.MINE: _("My lectures"),
}

LANGUAGES = {"zh_Hans_CN": _("Chinese"), "en": _("English")}
UNNAMED = Known({}, {})
"""Fields and regions by their numbers and codes."""

VALUES: Mapping[type[enum.Enum], Mapping[Any, Text]] = {
    Role: ROLES,
    Browser: BROWSERS,
    System: SYSTEMS,
    Channel: CHANNELS,
    FeedKind: FEED_KINDS,
    Purpose: PURPOSES,
    Through: THROUGH,
    State: STATES,
    Command: COMMANDS,
    OrderState: ORDER_STATES,
    OfferState: OFFER_STATES,
    ClaimState: CLAIM_STATES,
    NominationState: NOMINATION_STATES,
    TopicState: TOPIC_STATES,
    EntryPart: ENTRY_PARTS,
    RequestState: REQUEST_STATES,
    Outcome: IMPORT_OUTCOMES,
    OrderCommand: ORDER_DONE,
    NominationCommand: NOMINATION_DONE,
    ContactRequestState: CONTACT_STATES,
    MessageKind: KIND_NAMES,
    MessageWay: WAY_NAMES,
    DigestRhythm: RHYTHM_NAMES,
}

COLUMNS: dict[str, Text] = {
    "busy_only": _("Busy times only"),
    "answer": _("Answer"),
    "expires_at": _("Until"),
    "sent_at": _("Sent at"),
    "text": _("Message"),
    "accepted_at": _("Accepted at"),
    "after": _("After the change"),
    "asked_at": _("Asked at"),
    "at": _("Time"),
    "before": _("Before the change"),
    "birth_month": _("Month of birth"),
    "browser": _("Browser"),
    "buffer_minutes": _("Minutes between lectures"),
    "by_robot": _("In the group of the coordinators"),
    "by_text": _("By text message"),
    "certificate": _("Certificate"),
    "changed_at": _("Last change"),
    "channel": _("Kind of contact"),
    "command": _("Step"),
    "confirmed_at": _("Last confirmed"),
    "created_at": _("Recorded at"),
    "credit_hours": _("Credit hours"),
    "digest": _("Digest"),
    "digest_minute": _("Hour of the digest"),
    "email": _("E-mail"),
    "end_minute": _("End"),
    "ends_at": _("End"),
    "equipment": _("Equipment"),
    "field": _("Field"),
    "filed_at": _("Recorded at"),
    "answered_at": _("Answered at"),
    "filename": _("File"),
    "first": _("First day"),
    "gender": _("Gender"),
    "given_at": _("Given at"),
    "hint": _("Which one"),
    "horizon_days": _("Days ahead"),
    "host": _("Server"),
    "introduction": _("Introduction"),
    "issued_at": _("Issued"),
    "kind": _("Kind"),
    "label": _("Name"),
    "language": _("Language"),
    "last": _("Last day"),
    "last_used_at": _("Last use"),
    "lectures": _("Lectures"),
    "left_on": _("Left on"),
    "listed": _("Shown in the register"),
    "merged_at": _("Merged at"),
    "message_kind": _("Kind of message"),
    "message_way": _("Mail"),
    "minutes": _("Minutes"),
    "name": _("Name"),
    "name_pinyin": _("Reading"),
    "note": _("Note"),
    "notice_days": _("Days of notice"),
    "number": _("Number"),
    "on_behalf": _("By somebody else"),
    "organisation": _("Branch"),
    "outcome": _("Outcome"),
    "part": _("What"),
    "phone": _("Telephone"),
    "place": _("Place"),
    "purpose": _("Purpose"),
    "quiet_from": _("Quiet hours begin"),
    "quiet_until": _("Quiet hours end"),
    "reader_name": _("Who"),
    "reader_unit": _("Unit"),
    "reason": _("Reason"),
    "reference": _("Reference"),
    "region": _("District"),
    "remarks": _("Remarks"),
    "remind_day": _("Reminder a day before"),
    "remind_hours": _("Reminder some hours before"),
    "remind_week": _("Reminder a week before"),
    "returned_at": _("Came back at"),
    "revoked_at": _("Revoked at"),
    "role": _("Role"),
    "shown_at": _("Time"),
    "side": _("Kind"),
    "signed_in_at": _("Last sign-in"),
    "start_minute": _("Start"),
    "starts_at": _("Start"),
    "state": _("State"),
    "summary": _("Summary"),
    "system": _("System"),
    "tentative": _("Tentative invitations"),
    "text_version": _("Version of the text"),
    "through": _("Through"),
    "title": _("Title"),
    "topic": _("Topic"),
    "valid_from": _("First day"),
    "valid_to": _("Last day"),
    "value": _("Contact"),
    "weekday": _("Weekday"),
    "wish": _("Wish"),
    "withdrawn_at": _("Withdrawn at"),
    "workplace": _("Workplace"),
    "year": _("Year"),
}


def shown(name: str, value: Any) -> str:
    """A value as pages and spreadsheets tell it, in the reader's language."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, enum.Enum):
        return str(VALUES.get(type(value), {}).get(value, value.value))
    if isinstance(value, datetime):
        return f"{i18n.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if name == "language":
        return str(LANGUAGES.get(value, value))
    if name in ("before", "after"):
        return _entry_values(value)
    if name in ("start_minute", "end_minute", "quiet_from", "quiet_until", "digest_minute"):
        return i18n.format_minute(value)
    if name == "weekday":
        return i18n.format_weekday(value)
    if name == "gender":
        return str(GENDERS.get(value, value))
    return _listed(value)


def _entry_values(value: Any) -> str:
    """What a change of the entry says, with the names of its page."""
    if not isinstance(value, Mapping):
        return _listed(value)
    between = "；" if i18n.is_chinese() else "; "
    return between.join(
        f"{ENTRY_NAMES.get(name, name)}{i18n.colon()}{UNNAMED.shown(name, one)}"
        for name, one in value.items()
    )


def _listed(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_listed(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_listed(one) for one in value)
    return "" if value is None else str(value)
