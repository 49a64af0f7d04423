"""Domain events of nominations. Pure.

An event carries what a mail says, so that the mail does not depend on when the worker writes it. It
never contains a contact value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from booking.nominations.engine.application import Origin
from booking.nominations.engine.lifecycle import NominationMail
from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class NominationEvent:
    """One event with a snapshot of the nomination. Instants are aware UTC."""

    kind: NominationMail
    at: datetime
    nomination_id: int
    origin: Origin
    by_user_id: int | None
    """Who caused it: nobody is told of the own action."""
    name: str
    workplace: str
    organisation: str
    """The unit that nominates; empty for others."""
    region_code: str
    """Whose coordinators are told."""
    region: str
    reason: str = ""
    again: bool = False
    """Of a submission: whether it was corrected."""
    trial_at: datetime | None = None
    trial_place: str = ""
    first: date | None = None
    last: date | None = None
    """The term of somebody who was accepted, both days inclusive."""
    certificate: str = ""


NOMINATION_OUTBOX_KINDS = {kind: OutboxKind(kind.value, NominationEvent) for kind in NominationMail}
"""The declarations of these events for the outbox; all have one payload."""
