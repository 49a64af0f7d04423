"""What the worker stores of a season plan. The caller owns the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking import json_values
from booking.orders.season.engine.states import (
    PlanFailure,
    PlanRowState,
    SeasonPlanState,
)
from booking.orders.season.models import SeasonPlan, SeasonPlanRow
from booking.season_plans.engine.explanations.unmet import Unmet, WhyUnmet
from booking.season_plans.engine.plan import Progress

SILENCE = timedelta(minutes=1)
"""After so long without an update by the worker a plan is lost."""


def begin(session: Session, plan_id: int, *, now: datetime) -> bool:
    """Take a waiting plan; False if another worker has taken it."""
    taken = session.execute(
        update(SeasonPlan)
        .where(SeasonPlan.id == plan_id, SeasonPlan.state == SeasonPlanState.WAITING)
        .values(state=SeasonPlanState.COMPUTING, seen_at=now)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def record_progress(
    session: Session, plan_id: int, *, now: datetime, progress: Progress | None = None
) -> None:
    """Say that the worker computes, and how far it has come. Does nothing if the plan has ended."""
    values: dict[str, object] = {"seen_at": now}
    if progress is not None:
        values |= {
            "met": len(progress.plan.assignments),
            "travel_minutes": progress.plan.measure.travel_minutes,
            "greedy_minutes": progress.greedy.travel_minutes,
            "reachable": progress.reachable,
            "rounds": progress.rounds,
            "seconds": int(progress.seconds),
            "optimal": progress.optimal,
        }
        met_or_not = len(progress.plan.assignments) + progress.plan.measure.unmet
        values["greedy_met"] = met_or_not - progress.greedy.unmet
    session.execute(
        update(SeasonPlan)
        .where(SeasonPlan.id == plan_id, SeasonPlan.state == SeasonPlanState.COMPUTING)
        .values(**values)
    )


def fail(session: Session, plan_id: int, failure: PlanFailure, *, now: datetime) -> None:
    """The computation has ended without a plan."""
    session.execute(
        update(SeasonPlan)
        .where(SeasonPlan.id == plan_id, SeasonPlan.state == SeasonPlanState.COMPUTING)
        .values(state=SeasonPlanState.FAILED, failure=failure, finished_at=now)
    )


def fail_lost(session: Session, *, now: datetime) -> None:
    """End the plans that the worker has not updated for `SILENCE`."""
    session.execute(
        update(SeasonPlan)
        .where(SeasonPlan.state == SeasonPlanState.COMPUTING, SeasonPlan.seen_at < now - SILENCE)
        .values(state=SeasonPlanState.FAILED, failure=PlanFailure.LOST, finished_at=now)
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best plan, the travel of each need, and what cannot be met."""

    progress: Progress
    ways: dict[int, int]
    unmet: tuple[Unmet, ...]


def finish(session: Session, plan_id: int, outcome: Outcome, *, now: datetime) -> None:
    """Store the outcome in the rows; does nothing if the plan was given up meanwhile."""
    plan = session.get_one(SeasonPlan, plan_id, with_for_update=True)
    if plan.state is not SeasonPlanState.COMPUTING:
        return
    record_progress(session, plan_id, now=now, progress=outcome.progress)
    session.refresh(plan)
    plan.state, plan.finished_at = SeasonPlanState.READY, now
    rows = select(SeasonPlanRow).where(SeasonPlanRow.plan_id == plan_id)
    by_order = {row.order_id: row for row in session.scalars(rows)}
    for one in outcome.progress.plan.assignments:
        row = by_order[one.need_id]
        if row.state is not PlanRowState.PINNED:
            row.state = PlanRowState.PROPOSED
        row.instructor_id, row.topic_id = one.instructor_id, one.topic_id
        row.starts_at, row.ends_at = one.start, one.end
        row.travel_minutes = outcome.ways[one.need_id]
    for lack in outcome.unmet:
        _store_unmet(by_order[lack.need_id], lack)


def _store_unmet(row: SeasonPlanRow, lack: Unmet) -> None:
    if row.state is PlanRowState.PINNED:
        row.state = PlanRowState.UNMET
        row.instructor_id = row.topic_id = row.starts_at = row.ends_at = None
    row.reason = None if lack.reason is WhyUnmet.LEFT_OUT else lack.reason
    row.closed_by, row.helps = lack.closed_by, json_values.write(lack.helps)
