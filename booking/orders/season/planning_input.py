"""What a season plan is computed from: orders, who could meet them, and when these are free.

Read as a booking reads it, by the queries of candidates and of schedules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.availability.engine.limits import DaySpan
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_date
from booking.directory.engine.matching import Candidate
from booking.directory.matching.service import Fitting, fitting
from booking.instructors.engine.vocabulary import Format
from booking.lectures.schedules.queries import schedules
from booking.orders.engine.lifecycle import OrderState
from booking.orders.engine.windows import Window
from booking.orders.models import Order
from booking.orders.offers.candidates import match_query, windows_to_come
from booking.orders.queries import lines
from booking.orders.season.engine.states import PlanRowState
from booking.orders.season.models import SeasonPlan, SeasonPlanRow
from booking.orders.season.queries import left_out
from booking.season_plans.engine.task import (
    Eligibility,
    Exclusion,
    InstructorSchedule,
    Need,
    Pin,
    Task,
)


def planning_input(session: Session, plan: SeasonPlan, *, now: datetime, zone: ZoneInfo) -> Task:
    """The task of a plan: its orders that are still open, in the order in which they came."""
    rows = session.scalars(
        select(SeasonPlanRow)
        .join(SeasonPlanRow.order)
        .where(
            SeasonPlanRow.plan_id == plan.id,
            Order.state == OrderState.OPEN,
            Order.merged_into_id.is_(None),
        )
        .order_by(SeasonPlanRow.order_id)
    ).all()
    query = select(Order).where(Order.id.in_([row.order_id for row in rows])).options(*lines())
    orders = {order.id: order for order in session.scalars(query)}
    first = max(plan.first, local_date(now, zone))
    last = max(plan.last, first)
    homes: dict[int, str] = {}
    needs = [_need(session, orders[row.order_id], first, last, now, zone, homes) for row in rows]
    loaded = schedules(session, homes, first=first, last=last, now=now, zone=zone)
    return Task(
        needs=tuple(needs),
        instructors=tuple(
            InstructorSchedule(one, homes[one], loaded.known[one], tuple(loaded.taken.get(one, ())))
            for one in sorted(homes)
        ),
        first=first,
        last=last,
        now=now,
        zone=zone,
        pins=tuple(_pins(rows)),
        exclusions=(
            *(Exclusion(row.order_id) for row in rows if row.state is PlanRowState.EXCLUDED),
            *_left_out(plan, rows),
        ),
    )


def _left_out(plan: SeasonPlan, rows: Iterable[SeasonPlanRow]) -> Iterable[Exclusion]:
    """The instructors who are left out, for one order or, on a day, for all."""
    for one in left_out(plan):
        for row in rows:
            if one.order_id in (None, row.order_id):
                yield Exclusion(row.order_id, one.instructor_id, day=one.day)


def _pins(rows: Iterable[SeasonPlanRow]) -> Iterable[Pin]:
    for row in rows:
        if (
            row.state is PlanRowState.PINNED
            and row.instructor_id is not None
            and row.starts_at is not None
        ):
            yield Pin(row.order_id, row.instructor_id, row.starts_at)


def _need(
    session: Session,
    order: Order,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
    homes: dict[int, str],
) -> Need:
    """An order as a need; adds the home regions of its instructors to `homes`."""
    windows = [
        window
        for window in windows_to_come(order, now)
        if first <= local_date(window.starts_at, zone) <= last
    ]
    found = _fitting(session, order, windows, now, zone) if windows else Fitting({}, {}, {})
    on_line = order.format is Format.ONLINE
    for candidates in found:
        homes |= {one: each.offer.home for one, each in candidates.items()}
    return Need(
        id=order.id,
        organisation_id=order.organisation_id,
        place=None if on_line else Place(order.region_code, order.place),
        windows=tuple((window.starts_at, window.ends_at) for window in windows),
        eligible=_eligible(found.here),
        eligible_online=() if on_line else _eligible(found.online),
        eligible_elsewhere=_eligible(found.elsewhere),
        ends_within=True,
    )


def _fitting(
    session: Session, order: Order, windows: Sequence[Window], now: datetime, zone: ZoneInfo
) -> Fitting:
    """Who fits an order, by its words or, where nobody does, by its field alone.

    An order that names its instructor waits for nobody else.
    """
    query = match_query(order, windows, now, zone)
    found = fitting(session, query)
    if not any(found) and query.words and query.field:
        found = fitting(session, match_query(order, windows, now, zone, ""))
    if order.instructor_id is None:
        return found
    only = order.instructor_id
    return Fitting(*({one: each[one] for one in each if one == only} for each in found))


def _eligible(candidates: Mapping[int, Candidate]) -> tuple[Eligibility, ...]:
    return tuple(
        Eligibility(
            instructor_id,
            candidate.offer.topic_id,
            candidate.offer.minutes,
            DaySpan(candidate.offer.valid_from, candidate.offer.valid_to),
        )
        for instructor_id, candidate in sorted(candidates.items())
    )
