"""What pages call states, commands and parties of requests for a contact."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.contacts.requests.engine.lifecycle import (
    ContactCommand,
    ContactParty,
    ContactRequestState,
)

CONTACT_STATES = {
    ContactRequestState.ASKED: _("Waits for an answer"),
    ContactRequestState.GRANTED: _("Granted"),
    ContactRequestState.DECLINED: _("Not granted"),
    ContactRequestState.RELAYED: _("Answered by a message"),
    ContactRequestState.WITHDRAWN: _("Withdrawn"),
    ContactRequestState.EXPIRED: _("Over"),
    ContactRequestState.REVOKED: _("Revoked"),
}
CONTACT_LOOKS = {
    ContactRequestState.ASKED: "requested",
    ContactRequestState.GRANTED: "confirmed",
    ContactRequestState.DECLINED: "declined",
    ContactRequestState.RELAYED: "delivered",
    ContactRequestState.WITHDRAWN: "withdrawn",
    ContactRequestState.EXPIRED: "expired",
    ContactRequestState.REVOKED: "declined",
}
"""The class of the mark, as those of lectures."""
CONTACT_DONE = {
    ContactCommand.ASK: _("asked for the contact"),
    ContactCommand.GRANT: _("granted it"),
    ContactCommand.DECLINE: _("did not grant it"),
    ContactCommand.RELAY: _("answered by a message"),
    ContactCommand.WITHDRAW: _("withdrew the request"),
    ContactCommand.REVOKE: _("revoked it"),
    ContactCommand.EXPIRE: _("the time is over"),
}
CONTACT_PARTIES = {
    ContactParty.ASKER: _("Branch"),
    ContactParty.PERSON: _("Instructor"),
    ContactParty.COORDINATOR: _("Coordinator"),
    ContactParty.SYSTEM: _("System"),
}
