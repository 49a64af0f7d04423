"""Orders, offers, claims and rows of season plans of two entries that become one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.instructors.merger import Merge, instructor_merging, move, move_topics
from booking.orders.models import Order, OrderClaim, OrderOffer
from booking.orders.season.models import SeasonPlanRow


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    # A person claims an order once: the claim of the entry that stays is the one.
    claimed = select(OrderClaim.order_id).where(OrderClaim.instructor_id == merge.kept_id)
    session.execute(
        delete(OrderClaim).where(
            OrderClaim.instructor_id == merge.dropped_id,
            OrderClaim.order_id.in_(claimed.scalar_subquery()),
        )
    )
    move(
        session,
        merge,
        Order.instructor_id,
        OrderOffer.instructor_id,
        OrderClaim.instructor_id,
        SeasonPlanRow.instructor_id,
    )
    move_topics(
        session,
        merge,
        Order.topic_id,
        OrderOffer.topic_id,
        OrderClaim.topic_id,
        SeasonPlanRow.topic_id,
    )
