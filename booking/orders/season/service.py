"""Write operations on season plans: store, stop, pin and exclude, accept a row.

The caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking import jobs, json_values
from booking.accounts.engine.roles import Actor
from booking.availability.engine.zones import local_date
from booking.db import after_commit
from booking.errors import Invalid, NotFound
from booking.orders.engine.errors import OrderMovedOn
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import Order
from booking.orders.offers import service as offers
from booking.orders.offers.service import Ask
from booking.orders.season import queries
from booking.orders.season.engine.states import (
    ACCEPTABLE,
    TRANSITIONS,
    UNDECIDED,
    LeftOut,
    NoOrders,
    PlanFailure,
    PlanMovedOn,
    PlanRowState,
    RowCommand,
    SeasonPlanState,
)
from booking.orders.season.models import SeasonPlan, SeasonPlanRow
from booking.sentences import N_

LONGEST = timedelta(days=184)
"""The longest period: as far as windows of orders lie ahead."""

KEPT = timedelta(days=190)
"""How long a plan is kept: a little longer than the longest period. Our own choice."""


def check_period(first: date, last: date) -> None:
    """Raise `Invalid` for a period that cannot be planned."""
    if last < first:
        raise Invalid(N_("The last day lies before the first. Exchange them."), field="last")
    if last - first > LONGEST:
        raise Invalid(N_("A plan is for at most %(days)s days.", days=LONGEST.days), field="last")


def store(
    session: Session,
    *,
    who: Actor,
    first: date,
    last: date,
    numbers: Collection[str],
    now: datetime,
    zone: ZoneInfo,
) -> SeasonPlan:
    """A plan that waits for the worker, of those of these orders that the actor can plan.

    Raises `NoOrders` and what `check_period` raises.
    """
    check_period(first, last)
    found = queries.plannable(session, who, first, last, now=now, zone=zone).orders
    ids = [order.id for order in found if order.number in numbers]
    if not ids:
        raise NoOrders()
    plan = _waiting(session, who, first, last, len(ids), now)
    rows = [_row(plan, order_id) for order_id in ids]
    session.add_all(rows)
    return plan


def _waiting(
    session: Session, who: Actor, first: date, last: date, count: int, now: datetime
) -> SeasonPlan:
    plan = SeasonPlan(
        user_id=who.user_id,
        first=first,
        last=last,
        state=SeasonPlanState.WAITING,
        orders=count,
        created_at=now,
    )
    session.add(plan)
    session.flush()
    after_commit(session, "wake", jobs.wake)
    return plan


def _row(plan: SeasonPlan, order_id: int) -> SeasonPlanRow:
    return SeasonPlanRow(plan_id=plan.id, order_id=order_id, state=PlanRowState.UNMET)


def store_again(session: Session, *, plan: SeasonPlan, who: Actor, now: datetime) -> SeasonPlan:
    """A new plan of the same orders, but for those accepted: pins stay, excluded ones stay out."""
    if plan.state in (SeasonPlanState.WAITING, SeasonPlanState.COMPUTING):
        raise PlanMovedOn()
    before = [
        row
        for row in queries.rows_of(session, plan.id, who)
        if row.state in UNDECIDED
        and row.order.state is OrderState.OPEN
        and row.order.merged_into_id is None
    ]
    planned = [row for row in before if row.state is not PlanRowState.EXCLUDED]
    if not planned:
        raise NoOrders()
    again = _waiting(session, who, plan.first, plan.last, len(planned), now)
    again.left_out = plan.left_out
    for row in before:
        new = _row(again, row.order_id)
        if row.state in (PlanRowState.PINNED, PlanRowState.EXCLUDED):
            new.state = row.state
        if row.state is PlanRowState.PINNED:
            new.instructor_id, new.topic_id = row.instructor_id, row.topic_id
            new.starts_at, new.ends_at = row.starts_at, row.ends_at
        session.add(new)
    return again


def stop(session: Session, *, plan: SeasonPlan, now: datetime) -> None:
    """Ask the worker to stop with the best plan so far. Raises `PlanMovedOn` if it has ended."""
    given_up = update(SeasonPlan).where(
        SeasonPlan.id == plan.id, SeasonPlan.state == SeasonPlanState.WAITING
    )
    session.execute(
        given_up.values(state=SeasonPlanState.FAILED, failure=PlanFailure.STOPPED, finished_at=now)
    )
    session.refresh(plan, with_for_update=True)
    if plan.state not in (SeasonPlanState.COMPUTING, SeasonPlanState.FAILED):
        raise PlanMovedOn()
    plan.stop_asked = True


def locked_row(session: Session, plan_id: int, row_id: int) -> SeasonPlanRow:
    """A row of a plan, with a lock."""
    query = select(SeasonPlanRow).where(
        SeasonPlanRow.id == row_id, SeasonPlanRow.plan_id == plan_id
    )
    options = {"populate_existing": True}
    row = session.scalars(query.with_for_update().execution_options(**options)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def change_row(
    session: Session, *, plan: SeasonPlan, row_id: int, command: RowCommand, zone: ZoneInfo
) -> None:
    """Pin or exclude a row, leave out its instructor or day, or take that back.

    Raises `PlanMovedOn`.
    """
    session.refresh(plan, with_for_update=True)
    row = locked_row(session, plan.id, row_id)
    target = TRANSITIONS.get((row.state, command))
    if plan.state is not SeasonPlanState.READY or target is None:
        raise PlanMovedOn()
    if command is RowCommand.INCLUDE and row.assigned:
        target = PlanRowState.PROPOSED
    if target is PlanRowState.ANEW or row.state is PlanRowState.ANEW:
        _leave_out(session, plan, row, command, zone)
    if row.state is not PlanRowState.ANEW or command is RowCommand.EXCLUDE:
        row.state = target


def _leave_out(
    session: Session, plan: SeasonPlan, row: SeasonPlanRow, command: RowCommand, zone: ZoneInfo
) -> None:
    """Note whom a plan leaves out, or no longer; its proposals are to be planned anew or not."""
    before = queries.left_out(plan)
    if command is RowCommand.EXCLUDE:
        return
    if command is RowCommand.INCLUDE:
        kept = tuple(one for one in before if not _concerned(one, row, zone))
    else:
        kept = (*before, _new(row, command, zone))
    plan.left_out = json_values.write(kept)
    query = select(SeasonPlanRow).where(
        SeasonPlanRow.plan_id == plan.id,
        SeasonPlanRow.state.in_([*ACCEPTABLE, PlanRowState.ANEW]),
    )
    for other in session.scalars(query.order_by(SeasonPlanRow.id).with_for_update()):
        unwanted = any(_concerned(one, other, zone) for one in kept)
        if unwanted and (other is row or other.state is PlanRowState.PROPOSED):
            other.state = PlanRowState.ANEW
        elif not unwanted and other.state is PlanRowState.ANEW:
            other.state = PlanRowState.PROPOSED


def _new(row: SeasonPlanRow, command: RowCommand, zone: ZoneInfo) -> LeftOut:
    if row.instructor_id is None or row.starts_at is None:
        raise PlanMovedOn()
    if command is RowCommand.NOT_INSTRUCTOR:
        return LeftOut(row.instructor_id, order_id=row.order_id)
    return LeftOut(row.instructor_id, day=local_date(row.starts_at, zone))


def _concerned(one: LeftOut, row: SeasonPlanRow, zone: ZoneInfo) -> bool:
    day = local_date(row.starts_at, zone) if row.starts_at is not None else None
    return one.concerns(row.order_id, row.instructor_id, day)


def forget(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Delete the oldest plans that were made more than `KEPT` ago; returns how many.

    What was accepted of them is in the orders and their history.
    """
    old = select(SeasonPlan.id).where(
        SeasonPlan.created_at < now - KEPT,
        SeasonPlan.state.in_([SeasonPlanState.READY, SeasonPlanState.FAILED]),
    )
    ids = session.scalars(old.order_by(SeasonPlan.id).limit(limit)).all()
    session.execute(delete(SeasonPlan).where(SeasonPlan.id.in_(ids)))
    return len(ids)


def accept(
    session: Session,
    *,
    plan_id: int,
    row_id: int,
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Offer the lecture of a row by the ordinary service, with all that this refuses."""
    row = locked_row(session, plan_id, row_id)
    if row.state not in ACCEPTABLE:
        raise PlanMovedOn()
    if row.instructor_id is None or row.topic_id is None or row.starts_at is None:
        raise NotFound(N_("The instructor or the topic is no longer in the register."))
    order = session.get_one(Order, row.order_id)
    if order.state is not OrderState.OPEN:
        raise OrderMovedOn()
    offers.dispatch(
        session,
        number=order.number,
        asks=[Ask(row.instructor_id, row.topic_id, row.starts_at)],
        user_id=user_id,
        now=now,
        zone=zone,
    )
    row.state, row.refusal = PlanRowState.ACCEPTED, ""


def refuse_row(session: Session, *, plan_id: int, row_id: int, sentence: str) -> None:
    """Keep why a row could not be accepted, unless it was accepted meanwhile."""
    row = locked_row(session, plan_id, row_id)
    if row.state in ACCEPTABLE:
        row.state, row.refusal = PlanRowState.REFUSED, sentence
