"""Read queries of season plans: what can be planned, the plans of a coordinator, and their rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from booking import json_values
from booking.accounts.engine.roles import Actor
from booking.availability.engine.zones import day_bounds
from booking.errors import NotFound
from booking.instructors.models import Instructor
from booking.orders.board.queries import in_scope
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import Order, OrderWindow
from booking.orders.queries import lines
from booking.orders.season.engine.states import LeftOut, SeasonPlanState
from booking.orders.season.models import SeasonPlan, SeasonPlanRow
from booking.season_plans.engine.explanations.unmet import Help

MOST_ORDERS = 1000
"""Orders of one plan; the page lists as many."""

FEW = 10
"""Earlier plans that are listed."""


@dataclass(frozen=True, slots=True)
class Plannable:
    """Open orders with a time in a period, and the number of all."""

    orders: Sequence[Order]
    total: int


def plannable(
    session: Session, who: Actor, first: date, last: date, *, now: datetime, zone: ZoneInfo
) -> Plannable:
    """Open orders of the actor's scope with a time to come from `first` to `last`, oldest first."""
    since = max(now, day_bounds(first, zone)[0])
    until = day_bounds(last, zone)[1]
    within = (
        select(OrderWindow.id)
        .where(
            OrderWindow.order_id == Order.id,
            OrderWindow.ends_at > since,
            OrderWindow.starts_at < until,
        )
        .exists()
    )
    query = (
        select(Order, func.count().over())
        .join(Order.organisation)
        .where(
            in_scope(who), Order.state == OrderState.OPEN, Order.merged_into_id.is_(None), within
        )
        .options(*lines())
        .order_by(Order.id)
        .limit(MOST_ORDERS)
    )
    rows = session.execute(query).all()
    return Plannable([row[0] for row in rows], rows[0][1] if rows else 0)


def plans_of(session: Session, user_id: int | None) -> Sequence[SeasonPlan]:
    """The last plans of a coordinator, the newest first."""
    query = select(SeasonPlan).where(SeasonPlan.user_id == user_id)
    return session.scalars(query.order_by(SeasonPlan.id.desc()).limit(FEW)).all()


def plan_of(session: Session, plan_id: int, user_id: int | None) -> SeasonPlan:
    """A plan of this coordinator. Raises `NotFound` for any other."""
    query = select(SeasonPlan).where(SeasonPlan.id == plan_id, SeasonPlan.user_id == user_id)
    plan = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if plan is None:
        raise NotFound()
    return plan


def rows_of(session: Session, plan_id: int, who: Actor) -> Sequence[SeasonPlanRow]:
    """The rows of a plan in the order of time, of the branches that the actor coordinates now."""
    query = (
        select(SeasonPlanRow, Order)
        .join(SeasonPlanRow.order)
        .join(Order.organisation)
        .where(SeasonPlanRow.plan_id == plan_id, in_scope(who))
        .options(
            joinedload(SeasonPlanRow.instructor),
            joinedload(SeasonPlanRow.topic),
            *lines(),
        )
        .order_by(SeasonPlanRow.starts_at, SeasonPlanRow.order_id)
        .execution_options(populate_existing=True)
    )
    pairs = session.execute(query).all()
    for row, order in pairs:
        # The session refers to rows weakly: without this the order would be read once more.
        set_committed_value(row, "order", order)
    return [row for row, _order in pairs]


def left_out(plan: SeasonPlan) -> tuple[LeftOut, ...]:
    """The instructors whom the coordinator leaves out of a plan."""
    return json_values.read(plan.left_out or [], tuple[LeftOut, ...])


class NamedHelp(NamedTuple):
    """What would help, with the instructor's name."""

    help: Help
    name: str
    name_pinyin: str | None


def helps_of(session: Session, rows: Collection[SeasonPlanRow]) -> dict[int, list[NamedHelp]]:
    """What would help each row, by its id. One query."""
    read = {row.id: json_values.read(row.helps or [], tuple[Help, ...]) for row in rows}
    ids = {one.instructor_id for helps in read.values() for one in helps}
    query = select(Instructor.id, Instructor.name, Instructor.name_pinyin)
    names = {row[0]: row for row in session.execute(query.where(Instructor.id.in_(ids)))}
    return {
        row_id: [
            NamedHelp(one, names[one.instructor_id][1], names[one.instructor_id][2])
            for one in helps
            if one.instructor_id in names
        ]
        for row_id, helps in read.items()
    }


def waiting_plan(session: Session) -> int | None:
    """The id of the oldest plan that waits, unless another one is being computed."""
    busy = select(SeasonPlan.id).where(SeasonPlan.state == SeasonPlanState.COMPUTING)
    if session.scalar(busy.limit(1)) is not None:
        return None
    waits = select(SeasonPlan.id).where(SeasonPlan.state == SeasonPlanState.WAITING)
    return session.scalar(waits.order_by(SeasonPlan.id).limit(1))


def stop_asked(session: Session, plan_id: int) -> bool:
    """Whether somebody has asked to stop the computation."""
    query = select(SeasonPlan.stop_asked).where(SeasonPlan.id == plan_id)
    return session.scalar(query) is not False
