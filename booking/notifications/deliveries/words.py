"""What pages call states, channels and kinds of deliveries, and events."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.engine.results import DeliveryState

STATES: dict[DeliveryState, Text] = {
    DeliveryState.WAITING: _("waits"),
    DeliveryState.SENT: _("sent"),
    DeliveryState.SUPERSEDED: _("no longer needed"),
    DeliveryState.PARKED: _("not delivered"),
    DeliveryState.RETURNED: _("came back"),
}

CHANNELS: dict[str, Text] = {
    "mail": _("Mail"),
    "text": _("Text message"),
    "robot": _("Group robot"),
}
"""Names of channels; one without a name here is shown by its own."""

KINDS: dict[MessageKind, Text] = {
    MessageKind.ANSWER: _("Asks for an answer"),
    MessageKind.CALENDAR: _("Changes a calendar"),
    MessageKind.PROGRESS: _("Tells of a step"),
    MessageKind.REMINDER: _("Reminder"),
    MessageKind.FOLLOW_UP: _("Asks for the effect"),
    MessageKind.DIGEST: _("Daily summary"),
    MessageKind.CONTACT: _("Contacts and messages"),
    MessageKind.REGISTER: _("The register"),
    MessageKind.ACCOUNT: _("Accounts"),
}

_EVENTS: tuple[tuple[str, Text], ...] = (
    ("lecture.reply_reminder", _("Reminder of an answer")),
    ("lecture.proposal_reminder", _("Reminder of a proposal")),
    ("lecture.day_closed", _("A day off with a lecture")),
    ("lecture.", _("A step of a lecture")),
    ("order.", _("A step of an order")),
    ("contact.message", _("A message that is passed on")),
    ("contact.unusual", _("Unusual numbers of contacts shown")),
    ("contact.", _("A request for a contact")),
    ("entry.", _("An entry of the register")),
    ("nomination.", _("A nomination")),
    ("register.", _("The index of searches")),
)


def event_name(kind: str) -> str:
    """What an event of the outbox is about, by its kind."""
    for beginning, words in _EVENTS:
        if kind.startswith(beginning):
            return str(words)
    return str(gettext("Something else"))
