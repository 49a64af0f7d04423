"""Why a need is not met, and what would help."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from booking.availability.engine.limits import Caps, DaySpan, Limits
from booking.availability.engine.offers import Availability, WhyNot
from booking.season_plans.engine.explanations.unmet import Help, HelpKind, Unmet, WhyUnmet, unmet
from booking.season_plans.engine.plan import Assignment, Measure, Plan
from booking.season_plans.engine.task import Exclusion, Need, Pin, Task
from tests.season_plans.seasons import (
    MONDAY,
    MORNINGS,
    TUESDAY,
    at,
    by,
    held,
    instructor,
    need,
    on,
    season,
)

NOTHING = Measure(0, 0, 0)
EMPTY = Plan((), NOTHING)
NEXT_MONDAY = date(2026, 10, 5)


def only(task: Task, plan: Plan = EMPTY) -> Unmet:
    """The one need that is not met."""
    [found] = unmet(task, plan)
    return found


def another_time(day: date, hour: int, minute: int = 0) -> Help:
    """Help by the first instructor at another time."""
    return Help(HelpKind.ANOTHER_TIME, 1, 1, at(day, hour, minute))


def test_nobody_teaches_it() -> None:
    assert only(season([need(1, ())], instructor())) == Unmet(1, WhyUnmet.NOBODY_TEACHES, None, ())


def test_nobody_serves_the_region_or_only_online() -> None:
    asked = replace(need(1, ()), eligible_online=by(1), eligible_elsewhere=by(2))
    task = season([asked], instructor(1), instructor(2, booked=(held(MONDAY, 8, 30, 60),)))
    assert only(task) == Unmet(
        1,
        WhyUnmet.NOBODY_SERVES,
        None,
        (
            Help(HelpKind.ONLINE, 1, 1, at(MONDAY, 8, 30)),
            Help(HelpKind.ANOTHER_REGION, 2, 1, at(MONDAY, 9, 30)),
        ),
    )


def test_nobody_is_free_and_the_nearest_other_day_would_help() -> None:
    task = season([need(1, by(1))], instructor(booked=(held(MONDAY, 8, 30, 180),)))
    assert only(task) == Unmet(
        1, WhyUnmet.NOBODY_FREE, WhyNot.TAKEN, (another_time(TUESDAY, 8, 30),)
    )


def test_help_is_free_beside_the_plan() -> None:
    task = season(
        [need(1, by(1)), need(2, by(1), on(TUESDAY)), need(3, by(1), on(TUESDAY))],
        instructor(booked=(held(MONDAY, 8, 30, 180),)),
    )
    met = tuple(
        Assignment(number, 1, 1, at(TUESDAY, *start), at(TUESDAY, *start) + timedelta(minutes=90))
        for number, start in ((2, (8, 30)), (3, (10, 0)))
    )
    [help_] = only(task, Plan(met, NOTHING)).helps
    assert help_ == another_time(MONDAY + timedelta(days=2), 8, 30)


def test_other_needs_take_it() -> None:
    task = season([need(1, by(1)), need(2, by(1)), need(3, by(1))], instructor())
    met = tuple(
        Assignment(number, 1, 1, at(MONDAY, *start), at(MONDAY, *start) + timedelta(minutes=90))
        for number, start in ((2, (8, 30)), (3, (10, 0)))
    )
    found = only(task, Plan(met, NOTHING))
    assert (found.reason, found.closed_by) == (WhyUnmet.TAKEN_BY_PLAN, None)
    assert found.helps == (another_time(TUESDAY, 8, 30),)


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (
            replace(MORNINGS, limits=Limits(suspensions=(DaySpan(MONDAY, MONDAY),))),
            WhyNot.SUSPENDED,
        ),
        (replace(MORNINGS, limits=Limits(caps=Caps(day=0))), WhyNot.DAY_FULL),
        (Availability(replace(MORNINGS.hours, weekly=())), WhyNot.OUTSIDE_HOURS),
    ],
)
def test_the_closing_rule_is_told(known: Availability, why: WhyNot) -> None:
    task = season([need(1, by(1))], replace(instructor(), availability=known))
    found = only(task)
    assert (found.reason, found.closed_by) == (WhyUnmet.NOBODY_FREE, why)


def test_the_rule_that_closes_most_days_is_told() -> None:
    suspended = replace(
        instructor(2), availability=replace(MORNINGS, limits=Limits((), (DaySpan(MONDAY),)))
    )
    full = instructor(1, booked=(held(MONDAY, 8, 30, 180), held(TUESDAY, 8, 30, 180, 2)))
    task = season([need(1, by(1, 2), on(MONDAY, TUESDAY))], full, suspended, instructor(3))
    assert only(task).closed_by == WhyNot.TAKEN
    task = season([need(1, by(2, 1, 4), on(MONDAY))], full, suspended, replace(suspended, id=4))
    assert only(task).closed_by == WhyNot.SUSPENDED


def test_a_need_that_was_left_out_gets_no_advice() -> None:
    task = season([need(1, by(1))], instructor())
    for exclusion in (Exclusion(1), Exclusion(1, 1)):
        found = only(replace(task, exclusions=(exclusion,)))
        assert found == Unmet(1, WhyUnmet.LEFT_OUT, None, ())


def test_excluded_starts_are_not_proposed() -> None:
    task = season([need(1, by(1))], instructor(booked=(held(MONDAY, 8, 30, 180),)))
    task = replace(task, exclusions=(Exclusion(1, 1, at(TUESDAY, 8, 30)),))
    assert only(task).helps == (another_time(TUESDAY, 9, 0),)


def test_a_refused_pin_says_what_refuses_it() -> None:
    task = season([need(1, by(1))], instructor())
    task = replace(task, pins=(Pin(1, 1, at(MONDAY, 20)),))
    found = only(task)
    assert (found.reason, found.closed_by) == (WhyUnmet.PIN_REFUSED, WhyNot.OUTSIDE_HOURS)


def test_time_between_two_windows_is_another_time() -> None:
    wednesday = MONDAY + timedelta(days=2)
    holds = (held(MONDAY, 8, 30, 180, 1), held(wednesday, 8, 30, 180, 2))
    asked: Need = need(1, by(1), on(MONDAY, wednesday))
    assert only(season([asked], instructor(booked=holds))).helps == (another_time(TUESDAY, 8, 30),)
