"""The child process of the search: progress, limits, and a plan whenever it is stopped."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

import config
from booking.process.child import ChildEnded
from booking.season_plans import solver_process
from booking.season_plans.engine.plan import Effort, Progress
from booking.season_plans.engine.task import Task
from booking.season_plans.solver_process import plan_season
from tests.season_plans import checker
from tests.season_plans.seasons import busy_season, small_season

LONG = Effort(seconds=60, workers=1)


def _check(task: Task, progress: Progress) -> None:
    assert checker.problems(task, progress.plan) == []
    assert progress.plan.measure <= progress.greedy


def test_a_small_season_gets_its_best_plan_at_once() -> None:
    task = small_season()
    told: list[Progress] = []
    last = plan_season(task, LONG, report=told.append)
    _check(task, last)
    assert last.optimal
    assert last.seconds < LONG.seconds / 2
    assert told[0].plan.measure == last.greedy
    assert told[-1] == last


def test_whoever_stops_the_search_has_the_last_plan() -> None:
    task = busy_season()
    told: list[Progress] = []
    last = plan_season(task, LONG, report=told.append, stopped=lambda: bool(told))
    _check(task, last)
    assert [last] == told
    assert not last.optimal


def test_time_ends_the_search() -> None:
    task = busy_season()
    last = plan_season(task, replace(LONG, seconds=0.1))
    _check(task, last)
    assert not last.optimal


def test_there_is_no_plan_if_it_is_stopped_before_the_first() -> None:
    with pytest.raises(ChildEnded):
        plan_season(small_season(), LONG, stopped=lambda: True)


def test_a_child_without_memory_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver_process, "MEMORY", 60_000_000)
    with pytest.raises(ChildEnded):
        plan_season(small_season(), LONG)


def test_no_other_process_loads_the_solver() -> None:
    program = (
        "import sys, booking.app, booking.season_plans.solver_process, "
        "booking.season_plans.engine.explanations.unmet\n"
        "print({'numpy', 'ortools', 'pandas'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=config.ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
