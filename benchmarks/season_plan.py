"""Season plans of the demonstration province, beside first come, first served.

`python -m benchmarks.season_plan`, with `--sizes 300x60 …`, `--seconds N` and `--json FILE`. Each
plan is computed in the child process of the product and checked by the tests' own checker.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import pstdev

from benchmarks import memory
from benchmarks.checking import expect
from benchmarks.report import surroundings
from benchmarks.season_bound import least_travel
from benchmarks.season_province import season
from booking.season_plans.engine.plan import Effort, Plan, Progress
from booking.season_plans.engine.task import Task
from booking.season_plans.solver_process import plan_season
from tests.season_plans.checker import problems

SIZES = {"300x60": 20, "300x240": 20, "1000x240": 120, "3000x2000": 120}
"""Seconds for each size: needs x instructors."""


@dataclass(frozen=True, slots=True)
class Row:
    """One plan; travel in minutes for each lecture."""

    size: str
    plan: str
    met: int
    reachable: int
    travel: float
    travel_bound: float
    most_lectures: int
    spread: float
    """Standard deviation of the lectures of an instructor in the period, existing ones included."""
    rounds: int
    seconds: float
    peak_mb: float


def main() -> None:
    """Plan, check and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.season_plan", description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=list(SIZES), default=list(SIZES))
    parser.add_argument("--seconds", type=float, help="instead of 20 or 120")
    parser.add_argument("--json", type=Path, help="write the numbers to this file, too")
    chosen = parser.parse_args()
    rows = [row for size in chosen.sizes for row in measured(size, chosen.seconds or SIZES[size])]
    if chosen.json:
        results = {"about": surroundings(), "plans": [asdict(row) for row in rows]}
        chosen.json.write_text(json.dumps(results, indent=2) + "\n")


def measured(size: str, seconds: float) -> tuple[Row, Row]:
    """First come, first served and the plan of one size, which are also printed."""
    needs, instructors = map(int, size.split("x"))
    task = season(needs, instructors)
    told: list[Progress] = []
    peaks = [0.0]

    def report(progress: Progress) -> None:
        told.append(progress)
        peaks.append(memory.peak_of_children())

    last = plan_season(task, Effort(seconds), report=report)
    for progress in (told[0], last):
        expect(not (wrong := problems(task, progress.plan)), f"{size}: {wrong[:3]}")
    expect(last.plan.measure <= last.greedy, f"{size}: worse than first come, first served")
    bound = least_travel(task, len(last.plan.assignments))
    rows = (
        _row(task, size, "greedy", told[0], last, bound, max(peaks)),
        _row(task, size, "plan", last, last, bound, max(peaks)),
    )
    for row in rows:
        print(_line(row), flush=True)
    return rows


def _row(
    task: Task, size: str, name: str, shown: Progress, last: Progress, bound: int, peak_mb: float
) -> Row:
    met = len(shown.plan.assignments)
    loads = lectures(task, shown.plan)
    return Row(
        size,
        name,
        met,
        last.reachable,
        shown.plan.measure.travel_minutes / met,
        bound / len(last.plan.assignments),
        max(loads),
        pstdev(loads),
        shown.rounds,
        shown.seconds,
        peak_mb,
    )


def lectures(task: Task, plan: Plan) -> list[int]:
    """The lectures of each instructor in the two months, existing ones included."""
    planned = Counter(one.instructor_id for one in plan.assignments)
    return [planned[one.id] + len(one.booked) for one in task.instructors]


def _line(row: Row) -> str:
    return (
        f"{row.size:>10} {row.plan:<7} met {row.met:>5} of {row.reachable:>5}  "
        f"travel {row.travel:5.1f} (>= {row.travel_bound:5.1f})  most {row.most_lectures:>3}  "
        f"spread {row.spread:5.2f}  rounds {row.rounds:>4}  {row.seconds:6.1f} s  "
        f"{row.peak_mb:5.0f} MB"
    )


if __name__ == "__main__":
    main()
