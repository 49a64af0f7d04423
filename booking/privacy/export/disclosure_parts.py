"""Own data of consents, and of contacts that were shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select

from booking.accounts.models import Organisation
from booking.contacts.models import Consent, Reveal
from booking.contacts.requests.models import ContactRequest
from booking.contacts.threads.models import RelayedMessage
from booking.privacy.export.parts import Part, plain
from booking.sentences import N_


def _of_request(query: Select[Any]) -> Select[Any]:
    return query.join(Organisation, Organisation.id == ContactRequest.organisation_id)


DISCLOSURE: Sequence[Part] = (
    Part(
        "consents",
        N_("Consents"),
        (Consent.instructor_id, Consent.user_id),
        plain(
            Consent.purpose,
            Consent.channel,
            Consent.text_version,
            Consent.given_at,
            Consent.withdrawn_at,
        ),
    ),
    Part(
        "seen_by",
        N_("Who saw your contacts"),
        (Reveal.instructor_id, Reveal.user_id),
        plain(
            Reveal.shown_at,
            Reveal.channel,
            Reveal.hint,
            Reveal.reader_name,
            Reveal.reader_unit,
            Reveal.through,
            Reveal.reference,
            Reveal.reason,
        ),
    ),
    Part(
        "seen_by_you",
        N_("Contacts that you saw"),
        (Reveal.reader_id,),
        plain(Reveal.shown_at, Reveal.channel, Reveal.through, Reveal.reference, Reveal.reason),
    ),
    Part(
        "contact_requests",
        N_("Requests for your contacts"),
        (ContactRequest.instructor_id,),
        (
            *plain(ContactRequest.asked_at, ContactRequest.state),
            ("organisation", Organisation.name),
            *plain(ContactRequest.reason, ContactRequest.answer, ContactRequest.expires_at),
        ),
        _of_request,
    ),
    Part(
        "requests_for_contacts",
        N_("Contacts that you asked for"),
        (ContactRequest.asker_id,),
        plain(
            ContactRequest.asked_at,
            ContactRequest.state,
            ContactRequest.reason,
            ContactRequest.answer,
            ContactRequest.expires_at,
        ),
    ),
    Part(
        "messages",
        N_("Messages that you sent"),
        (RelayedMessage.sender_id,),
        plain(RelayedMessage.sent_at, RelayedMessage.text),
    ),
)
