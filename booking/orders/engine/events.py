"""Domain events of orders, named in the past tense. Pure.

An event carries a snapshot of the order and, where there is one, of its lecture, so that a message
about it does not depend on when the worker processes it. It never contains a contact value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.orders.engine.lifecycle import OrderEventKind, OrderState
from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One event with a snapshot of the order at that time. Instants are aware UTC."""

    kind: OrderEventKind
    at: datetime
    source: OrderState | None
    target: OrderState
    reason: str
    order_id: int
    number: str
    subject: str
    """What the lecture should be about, in the words of the branch or the name of its topic."""
    organisation_id: int
    organisation: str
    region_code: str
    """Of the branch: whose coordinators are told."""
    region: str
    place: str
    expires_at: datetime
    """The end of the last window; of a time that is held, until when the branch can take it."""
    instructor_ids: tuple[int, ...] = ()
    """Who is told: the instructors whose claim was not accepted."""
    first: bool = True
    """Of a claim: whether it is the only one that waits."""
    next: bool = False
    """Of an offer that came to nothing: whether somebody else is asked at once."""
    guest: bool = False
    """Whether the branch takes part in the lecture of another order."""
    instructor: str = ""
    title: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


ORDER_OUTBOX_KINDS = {kind: OutboxKind(kind.value, OrderEvent) for kind in OrderEventKind}
"""The declarations of these events for the outbox; all have one payload."""
