"""Rows of contacts that name an organisation."""

from __future__ import annotations

from booking.contacts.requests.mergers import move_branch
from booking.contacts.requests.models import ContactRequest
from booking.contacts.threads.models import MessageThread
from booking.db.references import Reference
from booking.sentences import N_

REFERENCES = (
    Reference(
        "organisation",
        ContactRequest.organisation_id,
        N_("Requests for contacts"),
        act=move_branch,
    ),
    Reference("organisation", MessageThread.organisation_id, N_("Messages passed on")),
)
