"""Season plans for tests: stored by the service, computed by the job."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from booking.accounts.engine.roles import Actor, Role, Standing
from booking.db import db, unit_of_work
from booking.orders.models import Order
from booking.orders.season import acceptance, computation, service
from booking.orders.season.acceptance import Accepted
from booking.orders.season.models import SeasonPlan, SeasonPlanRow
from booking.orders.season.tasks import compute_waiting
from booking.season_plans.engine.explanations.unmet import Unmet, WhyUnmet
from booking.season_plans.engine.plan import Assignment, Effort, Measure, Plan, Progress
from tests.factories import CITY, NOW, ZONE, Cast
from tests.orders.ordering import FIRST

SHORT = Effort(seconds=10, workers=1)
TODAY = NOW.astimezone(ZONE).date()
LAST = TODAY + timedelta(days=30)


def wang(cast: Cast) -> Actor:
    """The coordinator of 栖云市."""
    return Actor(cast.wang, (Standing(Role.COORDINATOR, region_code=CITY),))


def stored(
    app: Flask, cast: Cast, numbers: Collection[str], first: date = TODAY, last: date = LAST
) -> int:
    """The id of Wang's plan that waits for the worker, committed."""
    with app.app_context(), unit_of_work() as session:
        plan = service.store(
            session, who=wang(cast), first=first, last=last, numbers=numbers, now=NOW, zone=ZONE
        )
        return plan.id


def planned(app: Flask, cast: Cast, *numbers: str) -> int:
    """The id of Wang's plan, computed."""
    plan_id = stored(app, cast, numbers)
    compute(app)
    return plan_id


def compute(app: Flask, effort: Effort = SHORT) -> int:
    """Run the job of the worker."""
    with app.app_context():
        return compute_waiting(NOW, effort)


def again(app: Flask, cast: Cast, plan_id: int) -> int:
    """Plan again, and compute."""
    with app.app_context(), unit_of_work() as session:
        plan = session.get_one(SeasonPlan, plan_id)
        new = service.store_again(session, plan=plan, who=wang(cast), now=NOW).id
    compute(app)
    return new


def plan_of(plan_id: int) -> SeasonPlan:
    """The plan as it is stored; within an application context."""
    return db.session.get_one(SeasonPlan, plan_id, populate_existing=True)


def rows(plan_id: int) -> Sequence[SeasonPlanRow]:
    """The rows in the order of their orders; within an application context."""
    query = select(SeasonPlanRow).where(SeasonPlanRow.plan_id == plan_id)
    query = query.order_by(SeasonPlanRow.order_id).execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def accept(app: Flask, cast: Cast, plan_id: int, *row_ids: int) -> Accepted:
    """Accept rows as Wang does."""
    with app.app_context():
        return acceptance.accept_rows(
            plan_id, row_ids, user_id=cast.wang, read_clock=lambda: NOW, zone=ZONE
        )


def made_by_hand(app: Flask, cast: Cast, numbers: Sequence[str], last: date = LAST) -> int:
    """A ready plan without computing: the first order at `FIRST` by Chen, the others unmet."""
    plan_id = stored(app, cast, numbers, last=last)
    with app.app_context(), unit_of_work() as session:
        query = select(Order.id).where(Order.number.in_(numbers)).order_by(Order.id)
        met, *others = session.scalars(query)
        end = FIRST + timedelta(hours=2)
        found = Plan(
            (Assignment(met, cast.chen.id, cast.chen.topic, FIRST, end),),
            Measure(len(others), 60, 1),
        )
        outcome = computation.Outcome(
            Progress(found, Measure(len(others), 90, 1), 1, 2, 3.5, optimal=True),
            {met: 60},
            tuple(Unmet(one, WhyUnmet.NOBODY_TEACHES, None, ()) for one in others),
        )
        assert computation.begin(session, plan_id, now=NOW)
        computation.finish(session, plan_id, outcome, now=NOW)
    return plan_id
