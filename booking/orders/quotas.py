"""Limits of orders: what waits at once, together with requests, and orders per quarter.

The limits stand with those of requests at the organisation; a coordinator sets them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.accounts.models import Organisation
from booking.availability.engine.zones import day_bounds, local_date
from booking.errors import NotFound
from booking.lectures.engine.errors import BranchClosed
from booking.lectures.quotas import service as request_limits
from booking.orders.engine.errors import TooManyOrders, TooManyWaiting
from booking.orders.engine.lifecycle import OrderState
from booking.orders.engine.needs import quarter_bounds
from booking.orders.models import Order
from booking.settings.engine.declarations import OPEN_LIMIT, QUARTER_LIMIT
from booking.settings.queries import in_force


def subscribe() -> None:
    """Let open orders count as requests that wait."""
    request_limits.counting_open.connect(_open_orders)


def _open_orders(session: Session, *, organisation_id: int, **_more: Any) -> int:
    query = select(func.count()).where(
        Order.organisation_id == organisation_id,
        Order.state == OrderState.OPEN,
        Order.merged_into_id.is_(None),
    )
    return session.scalar(query) or 0


def check(session: Session, organisation_id: int, *, now: datetime, zone: ZoneInfo) -> int:
    """Check the limits for one more order; returns the branch's id, or that of who took it in.

    Raises `TooManyWaiting`, `TooManyOrders`, `BranchClosed`, `NotFound`. Locks the organisation's
    row until the transaction ends, as requests do.
    """
    query = select(
        Organisation.open_limit,
        Organisation.quarter_limit,
        Organisation.merged_into_id,
        Organisation.closed_at,
        Organisation.closed_reason,
    ).where(Organisation.id == organisation_id)
    limits = session.execute(query.with_for_update(key_share=True)).one_or_none()
    if limits is None:
        raise NotFound()
    open_limit, quarter_limit, merged_into_id, closed_at, closed_reason = limits
    if merged_into_id is not None:
        return check(session, merged_into_id, now=now, zone=zone)
    if closed_at is not None:
        raise BranchClosed(closed_reason)
    most = in_force(OPEN_LIMIT) if open_limit is None else open_limit
    if request_limits.open_count(session, organisation_id, now=now, zone=zone) >= most:
        raise TooManyWaiting(most)
    most = in_force(QUARTER_LIMIT) if quarter_limit is None else quarter_limit
    first, following = quarter_bounds(local_date(now, zone))
    placed = session.scalar(
        select(func.count()).where(
            Order.organisation_id == organisation_id,
            Order.cancelled_lecture_id.is_(None),
            Order.created_at >= day_bounds(first, zone)[0],
            Order.created_at < day_bounds(following, zone)[0],
        )
    )
    if (placed or 0) >= most:
        raise TooManyOrders(most, following)
    return organisation_id
