"""Own data of consents, and of contacts that were shown."""

from __future__ import annotations

from collections.abc import Sequence

from booking.contacts.models import Consent, Reveal
from booking.privacy.export.parts import Part, plain
from booking.sentences import N_

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
)
