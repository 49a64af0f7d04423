"""Season plans from open orders to offers: input, pins, exclusion, acceptance, what goes wrong."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts.engine.roles import Actor, Role, Standing
from booking.db import db, unit_of_work
from booking.lectures.engine.unbookable import SlotTaken
from booking.lectures.models import Hold, Lecture
from booking.orders import service as orders
from booking.orders.engine.errors import OrderMovedOn
from booking.orders.engine.lifecycle import OrderState
from booking.orders.season import computation, service
from booking.orders.season.engine.states import (
    NoOrders,
    PlanFailure,
    PlanMovedOn,
    PlanRowState,
    RowCommand,
    SeasonPlanState,
)
from booking.orders.season.models import SeasonPlan
from booking.orders.season.planning_input import planning_input
from booking.orders.season.tasks import compute_waiting, forget_plans
from booking.season_plans.engine.explanations.unmet import WhyUnmet
from booking.season_plans.engine.plan import Effort
from tests import factories
from tests.factories import DISTRICT, NOW, OTHER_CITY, ZONE, Cast, at
from tests.orders import ordering, planning
from tests.orders.ordering import window
from tests.proposals import proposing


def holds(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Hold)) or 0


def change(app: Flask, plan_id: int, row_id: int, command: RowCommand) -> None:
    with app.app_context(), unit_of_work() as session:
        plan = planning.plan_of(plan_id)
        service.change_row(session, plan=plan, row_id=row_id, command=command, zone=ZONE)


def states(app: Flask, plan_id: int) -> list[PlanRowState]:
    with app.app_context():
        return [row.state for row in planning.rows(plan_id)]


def ids(app: Flask, plan_id: int) -> list[int]:
    with app.app_context():
        return [row.id for row in planning.rows(plan_id)]


def test_every_proposed_row_is_accepted_by_the_ordinary_service(app: Flask, people: Cast) -> None:
    day = {"region_code": DISTRICT, "windows": (window(3), window(4))}
    numbers = [ordering.placed(app, people, **day) for _one in range(6)]
    plan_id = planning.planned(app, people, *numbers)
    with app.app_context():
        plan = planning.plan_of(plan_id)
        assert (plan.state, plan.failure, plan.met) == (SeasonPlanState.READY, None, 6)
        assert (plan.greedy_met, plan.reachable, plan.optimal) == (6, 6, True)
        assert plan.travel_minutes <= plan.greedy_minutes
        rows = planning.rows(plan_id)
        assert sum(row.travel_minutes or 0 for row in rows) == plan.travel_minutes
        times = [(row.starts_at, row.instructor_id) for row in rows]
    assert holds(app) == 0
    done = planning.accept(app, people, plan_id, *ids(app, plan_id))
    assert done == (6, 0, 0)
    assert states(app, plan_id) == [PlanRowState.ACCEPTED] * 6
    assert {ordering.state(app, number) for number in numbers} == {OrderState.OFFERED}
    with app.app_context():
        query = select(Lecture.starts_at, Lecture.instructor_id).order_by(Lecture.starts_at)
        assert list(db.session.execute(query)) == sorted(times, key=lambda one: str(one[0]))


def test_a_lecture_of_a_plan_ends_within_the_window(app: Flask, people: Cast) -> None:
    """The topic takes two hours: of 9:00 to 11:00 only one start is left, of an hour none."""
    just = ordering.placed(app, people, region_code=DISTRICT, windows=(window(3, 9, 11),))
    short = ordering.placed(app, people, region_code=DISTRICT, windows=(window(4, 9, 10),))
    plan_id = planning.planned(app, people, just, short)
    with app.app_context():
        first, second = planning.rows(plan_id)
        assert (first.starts_at, first.ends_at) == (at(3, 9), at(3, 11))
        assert (second.state, second.reason) == (PlanRowState.UNMET, WhyUnmet.NOBODY_FREE)


def test_the_input_is_what_a_booking_reads(app: Flask, people: Cast) -> None:
    factories.requested(app, people, at(3, 9))
    near = ordering.placed(app, people, region_code=DISTRICT)
    nobody = ordering.placed(app, people, wish="量子引力")
    far = ordering.placed(app, people, windows=(window(40),))
    only = ordering.placed(app, people, region_code=DISTRICT, instructor_id=people.zhou.id)
    plan_id = planning.stored(app, people, [near, nobody, far, only])
    with app.app_context():
        plan = planning.plan_of(plan_id)
        task = planning_input(db.session(), plan, now=NOW, zone=ZONE)
        assert [need.id for need in task.needs] == [
            ordering.look(number).id for number in (near, nobody, only)
        ]
        chen = people.chen
        met, unknown, bound = task.needs
        assert [(one.instructor_id, one.topic_id) for one in met.eligible] == [
            (chen.id, chen.topic)
        ]
        assert [one.instructor_id for one in met.eligible_elsewhere] == [people.zhou.id]
        assert unknown.eligible == unknown.eligible_elsewhere == ()
        assert (bound.eligible, len(bound.eligible_elsewhere)) == ((), 1)
        assert [len(one.booked) for one in task.instructors] == [1, 0]


def test_times_outside_the_period_are_not_planned(app: Flask, people: Cast) -> None:
    both = ordering.placed(app, people, region_code=DISTRICT, windows=(window(3), window(40)))
    plan_id = planning.stored(app, people, [both])
    with app.app_context():
        plan = planning.plan_of(plan_id)
        [need] = planning_input(db.session(), plan, now=NOW, zone=ZONE).needs
        assert [start.date() for start, _end in need.windows] == [at(3, 9).date()]


def test_an_unmet_need_says_why_and_what_would_help(app: Flask, people: Cast) -> None:
    factories.requested(app, people, at(3, 9))
    taken = ordering.placed(app, people, region_code=DISTRICT, windows=(window(3, 9, 11),))
    plan_id = planning.planned(app, people, taken)
    with app.app_context():
        [row] = planning.rows(plan_id)
        assert (row.state, row.reason) == (PlanRowState.UNMET, WhyUnmet.NOBODY_FREE)
        assert [one["kind"] for one in row.helps or []] == ["another_time", "another_region"]
        assert planning.plan_of(plan_id).met == 0


def test_only_orders_of_the_region_are_planned(app: Flask, people: Cast) -> None:
    number = ordering.placed(app, people)
    sun = Actor(people.sun, (Standing(Role.COORDINATOR, region_code=OTHER_CITY),))
    with app.app_context(), pytest.raises(NoOrders), unit_of_work() as session:
        service.store(
            session,
            who=sun,
            first=planning.TODAY,
            last=planning.LAST,
            numbers=[number],
            now=NOW,
            zone=ZONE,
        )


def test_pins_stay_and_excluded_orders_stay_out(app: Flask, people: Cast) -> None:
    numbers = [ordering.placed(app, people, region_code=DISTRICT) for _one in range(3)]
    plan_id = planning.planned(app, people, *numbers)
    first, second, _third = ids(app, plan_id)
    change(app, plan_id, first, RowCommand.PIN)
    change(app, plan_id, second, RowCommand.EXCLUDE)
    with pytest.raises(PlanMovedOn):
        change(app, plan_id, second, RowCommand.PIN)
    with app.app_context(), unit_of_work():
        # Another time than the solver would choose by itself.
        planning.rows(plan_id)[0].starts_at = at(4, 15)
    new = planning.again(app, people, plan_id)
    with app.app_context():
        pinned, excluded, free = planning.rows(new)
        assert (pinned.state, pinned.starts_at) == (PlanRowState.PINNED, at(4, 15))
        assert (excluded.state, excluded.starts_at) == (PlanRowState.EXCLUDED, None)
        assert free.state is PlanRowState.PROPOSED
        assert (planning.plan_of(new).orders, planning.plan_of(new).met) == (2, 2)
    change(app, new, ids(app, new)[1], RowCommand.INCLUDE)
    assert states(app, planning.again(app, people, new)) == [
        PlanRowState.PINNED,
        PlanRowState.PROPOSED,
        PlanRowState.PROPOSED,
    ]


def test_an_instructor_is_left_out_for_one_order(app: Flask, people: Cast) -> None:
    other = proposing.another(app, region=DISTRICT)
    numbers = [ordering.placed(app, people, region_code=DISTRICT) for _one in range(2)]
    plan_id = planning.planned(app, people, *numbers)
    with app.app_context():
        before = [row.instructor_id for row in planning.rows(plan_id)]
    assert set(before) <= {people.chen.id, other}
    change(app, plan_id, ids(app, plan_id)[0], RowCommand.NOT_INSTRUCTOR)
    assert states(app, plan_id) == [PlanRowState.ANEW, PlanRowState.PROPOSED]
    assert planning.accept(app, people, plan_id, ids(app, plan_id)[0]) == (0, 1, 0)
    new = planning.again(app, people, plan_id)
    with app.app_context():
        first, second = planning.rows(new)
        assert {before[0], first.instructor_id} == {people.chen.id, other}
        assert second.state is PlanRowState.PROPOSED
    change(app, new, ids(app, new)[0], RowCommand.NOT_INSTRUCTOR)
    assert states(app, planning.again(app, people, new))[0] is PlanRowState.UNMET


def test_an_instructor_is_left_out_for_a_day_of_all_orders(app: Flask, people: Cast) -> None:
    numbers = [ordering.placed(app, people, region_code=DISTRICT) for _one in range(2)]
    plan_id = planning.planned(app, people, *numbers)
    with app.app_context():
        days = [row.starts_at.date() for row in planning.rows(plan_id) if row.starts_at]
    assert days[0] == days[1]
    first, second = ids(app, plan_id)
    change(app, plan_id, first, RowCommand.NOT_DAY)
    assert states(app, plan_id) == [PlanRowState.ANEW, PlanRowState.ANEW]
    change(app, plan_id, second, RowCommand.INCLUDE)
    assert states(app, plan_id) == [PlanRowState.PROPOSED, PlanRowState.PROPOSED]
    change(app, plan_id, first, RowCommand.PIN)
    change(app, plan_id, second, RowCommand.NOT_DAY)
    assert states(app, plan_id) == [PlanRowState.PINNED, PlanRowState.ANEW]
    new = planning.again(app, people, plan_id)
    with app.app_context():
        pinned, moved = planning.rows(new)
        assert pinned.state is PlanRowState.PINNED
        assert moved.state is PlanRowState.PROPOSED
        assert moved.starts_at is not None
        assert moved.starts_at.date() != days[0]


def test_old_plans_are_forgotten(app: Flask, people: Cast) -> None:
    old, waiting, new = (
        planning.stored(app, people, [ordering.placed(app, people)]) for _one in range(3)
    )
    with app.app_context(), unit_of_work():
        for plan_id in (old, new):
            planning.plan_of(plan_id).state = SeasonPlanState.READY
            db.session.flush()
        for plan_id in (old, waiting):
            planning.plan_of(plan_id).created_at = NOW - service.KEPT - timedelta(seconds=1)
            db.session.flush()
        planning.plan_of(new).created_at = NOW - service.KEPT
    with app.app_context():
        assert forget_plans(NOW) == 1
        assert forget_plans(NOW) == 0
        left = db.session.scalars(select(SeasonPlan.id).order_by(SeasonPlan.id)).all()
        assert left == [waiting, new]
        assert planning.rows(old) == []


def test_a_pin_that_is_no_longer_possible_is_told(app: Flask, people: Cast) -> None:
    plan_id = planning.planned(app, people, ordering.placed(app, people, region_code=DISTRICT))
    [row_id] = ids(app, plan_id)
    change(app, plan_id, row_id, RowCommand.PIN)
    with app.app_context():
        start = planning.rows(plan_id)[0].starts_at
    factories.requested(app, people, start)
    new = planning.again(app, people, plan_id)
    with app.app_context():
        [row] = planning.rows(new)
        assert (row.state, row.reason) == (PlanRowState.UNMET, WhyUnmet.PIN_REFUSED)
        assert (row.instructor_id, row.starts_at) == (None, None)


def test_what_was_taken_meanwhile_is_refused_and_the_others_go_on(app: Flask, people: Cast) -> None:
    numbers = [ordering.placed(app, people, region_code=DISTRICT) for _one in range(3)]
    plan_id = planning.planned(app, people, *numbers)
    with app.app_context():
        taken = planning.rows(plan_id)[0].starts_at
    factories.requested(app, people, taken, organisation_id=people.zhao.id)
    with app.app_context(), unit_of_work() as session:
        orders.cancel(session, number=numbers[2], user_id=None, now=NOW)
    first, second, third = ids(app, plan_id)
    assert planning.accept(app, people, plan_id, first, second, third) == (1, 2, 0)
    with app.app_context():
        one, _two, three = planning.rows(plan_id)
        assert (one.refusal, three.refusal) == (str(SlotTaken.sentence), str(OrderMovedOn.sentence))
    assert states(app, plan_id) == [
        PlanRowState.REFUSED,
        PlanRowState.ACCEPTED,
        PlanRowState.REFUSED,
    ]
    assert [ordering.state(app, number) for number in numbers] == [
        OrderState.OPEN,
        OrderState.OFFERED,
        OrderState.CANCELLED,
    ]
    # Twice does nothing: neither a second lecture nor a new sentence.
    assert planning.accept(app, people, plan_id, second) == (0, 1, 0)
    assert states(app, plan_id)[1] is PlanRowState.ACCEPTED
    assert states(app, planning.again(app, people, plan_id)) == [PlanRowState.PROPOSED]


def stop(app: Flask, plan_id: int) -> None:
    with app.app_context(), unit_of_work() as session:
        service.stop(session, plan=planning.plan_of(plan_id), now=NOW)


def test_a_plan_that_waits_can_be_stopped(app: Flask, people: Cast) -> None:
    plan_id = planning.stored(app, people, [ordering.placed(app, people)])
    stop(app, plan_id)
    assert planning.compute(app) == 0
    with app.app_context():
        plan = planning.plan_of(plan_id)
        assert (plan.state, plan.failure) == (SeasonPlanState.FAILED, PlanFailure.STOPPED)
        assert plan.finished_at == NOW


def test_who_stops_the_computation_has_the_plan_so_far(app: Flask, people: Cast) -> None:
    """Too many orders for a quick proof: without the stop it would take a minute."""
    with app.app_context(), unit_of_work() as session:
        branch = factories.make_branch(session)
        branch.quarter_limit = branch.open_limit = 1000
        days = tuple(window(day) for day in (7, 14, 21))
        more: dict[str, Any] = {
            "organisation_id": branch.id,
            "region_code": DISTRICT,
            "windows": days,
        }
        numbers = [ordering.place(session, people, **more).number for _one in range(60)]
        for number in range(8):
            teacher = factories.make_instructor(session, f"讲师{number}")
            factories.open_hours(session, teacher)
    plan_id = planning.stored(app, people, numbers)

    def stop_after_the_first() -> None:
        while True:
            with app.app_context():
                if planning.plan_of(plan_id).met:
                    break
        stop(app, plan_id)

    stopping = threading.Thread(target=stop_after_the_first)
    stopping.start()
    assert planning.compute(app, Effort(seconds=60, workers=1)) == 1
    stopping.join()
    with app.app_context():
        plan = planning.plan_of(plan_id)
        assert (plan.state, plan.stop_asked, plan.optimal) == (SeasonPlanState.READY, True, False)
        assert plan.met == 60
        assert plan.seconds < 30


def test_a_plan_of_a_killed_worker_fails_after_a_minute(app: Flask, people: Cast) -> None:
    plan_id = planning.stored(app, people, [ordering.placed(app, people)])
    later = planning.stored(app, people, [ordering.placed(app, people)])
    with app.app_context():
        with unit_of_work() as session:
            assert computation.begin(session, plan_id, now=NOW)
            assert not computation.begin(session, plan_id, now=NOW)
        # While one is computed, no other begins.
        assert compute_waiting(NOW + computation.SILENCE, planning.SHORT) == 0
        assert (
            compute_waiting(NOW + computation.SILENCE + timedelta(seconds=1), planning.SHORT) == 1
        )
        lost = planning.plan_of(plan_id)
        assert (lost.state, lost.failure) == (SeasonPlanState.FAILED, PlanFailure.LOST)
        assert planning.plan_of(later).state is SeasonPlanState.READY


def test_a_worker_that_comes_back_changes_nothing(app: Flask, people: Cast) -> None:
    number = ordering.placed(app, people)
    plan_id = planning.made_by_hand(app, people, [number])
    with app.app_context(), unit_of_work() as session:
        computation.fail(session, plan_id, PlanFailure.LOST, now=NOW)
        computation.record_progress(session, plan_id, now=NOW + timedelta(minutes=1))
    with app.app_context():
        plan = planning.plan_of(plan_id)
        assert (plan.state, plan.failure, plan.seen_at) == (SeasonPlanState.READY, None, NOW)
