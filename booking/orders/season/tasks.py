"""Background job: computes season plans that wait, one at a time, in a child process."""

from __future__ import annotations

import logging
from datetime import datetime

from booking import clock, i18n
from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.orders.season import computation, queries, service
from booking.orders.season.engine.states import PlanFailure
from booking.orders.season.models import SeasonPlan
from booking.orders.season.planning_input import planning_input
from booking.process.child import ChildEnded
from booking.season_plans.engine.explanations.unmet import unmet
from booking.season_plans.engine.explanations.ways import ways
from booking.season_plans.engine.plan import Effort, Progress
from booking.season_plans.engine.task import Task
from booking.season_plans.solver_process import plan_season

logger = logging.getLogger(__name__)

EFFORT = Effort(seconds=30)

POLLS = 5
"""After so many polls, about a second, it is asked whether to stop."""


def schedule(jobs: Jobs) -> None:
    """Register the jobs: when a plan was stored and each minute; once an hour for old plans."""
    jobs.when_woken("orders.season_plans", compute_waiting)
    jobs.every_hour("orders.forget_plans", forget_plans)


def forget_plans(now: datetime) -> int:
    """Delete plans that are old; returns how many."""
    with unit_of_work() as session:
        return service.forget(session, now=now)


def compute_waiting(now: datetime, effort: Effort = EFFORT) -> int:
    """Give up lost plans, then compute those that wait; returns how many were computed."""
    with unit_of_work() as session:
        computation.fail_lost(session, now=now)
    computed = 0
    while (plan_id := queries.waiting_plan(db.session())) is not None:
        with unit_of_work() as session:
            taken = computation.begin(session, plan_id, now=clock.now())
        if not taken:
            break
        _compute(plan_id, effort)
        computed += 1
    return computed


def _compute(plan_id: int, effort: Effort) -> None:
    """Compute one plan. No transaction is open while the child computes."""
    plan = db.session.get_one(SeasonPlan, plan_id)
    task = planning_input(db.session(), plan, now=clock.now(), zone=i18n.zone())
    db.session.rollback()
    following = _Following(plan_id)
    try:
        progress = plan_season(task, effort, report=following.report, stopped=following.stopped)
    except ChildEnded:
        logger.warning("season plan %s: the computation ended without a plan", plan_id)
        with unit_of_work() as session:
            asked = queries.stop_asked(session, plan_id)
            failure = PlanFailure.STOPPED if asked else PlanFailure.ENDED
            computation.fail(session, plan_id, failure, now=clock.now())
        return
    outcome = _outcome(task, progress)
    with unit_of_work() as session:
        computation.finish(session, plan_id, outcome, now=clock.now())


def _outcome(task: Task, progress: Progress) -> computation.Outcome:
    return computation.Outcome(progress, ways(task, progress.plan), unmet(task, progress.plan))


class _Following:
    """Writes the progress of a computation, and asks whether to stop it."""

    def __init__(self, plan_id: int) -> None:
        self._plan_id, self._polls = plan_id, 0

    def report(self, progress: Progress) -> None:
        """Store the measure of a better plan."""
        self._write(progress)

    def stopped(self) -> bool:
        """Whether to stop; says about once a second that the worker is there."""
        self._polls += 1
        if self._polls % POLLS != 1:
            return False
        self._write(None)
        asked = queries.stop_asked(db.session(), self._plan_id)
        db.session.rollback()
        return asked

    def _write(self, progress: Progress | None) -> None:
        with unit_of_work() as session:
            computation.record_progress(session, self._plan_id, now=clock.now(), progress=progress)
