"""What is told of a measured search: times, queries, memory, growth. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.series import percentile

HEAD = "".join(
    [
        f"{'':<34}{'found':>7}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}",
        f"{'ratio':>8}{'SQL':>5}{'peak MB':>9}{'growth':>8}",
    ]
)


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds of one call: on the clock, and of this process's processor time."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One case on one register. Times in milliseconds."""

    case: str
    kind: str
    count: int
    found: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    """The median of this process's processor time: what others do meanwhile is not in it."""
    ratio: float
    """To the bare pass (or the hello route) of the same run."""
    queries: int | None = None
    peak_mb: float | None = None
    goal_ms: float | None = None
    """The p95 wished for, where there is a goal."""


def figure(
    case: str,
    kind: str,
    count: int,
    found: int,
    times: Sequence[Took],
    unit: Sequence[Took],
    **more: float | int | None,
) -> Figure:
    """The figure of measured times, with the ratio to those of the unit."""
    wall = [one.wall for one in times]
    queries, peak, goal = more.get("queries"), more.get("peak_mb"), more.get("goal_ms")
    return Figure(
        case,
        kind,
        count,
        found,
        median(wall),
        percentile(wall, 0.95),
        median(one.cpu for one in times),
        median(wall) / median(one.wall for one in unit),
        None if queries is None else int(queries),
        peak,
        goal,
    )


def table(title: str, figures: Iterable[Figure]) -> str:
    """A table by database; growth is a case's p50 over that on the smallest register."""
    figures = list(figures)
    lines = [title]
    for kind, count in dict.fromkeys((one.kind, one.count) for one in figures):
        lines += ["", f"{kind}, {count:,} instructors", HEAD, "-" * len(HEAD)]
        lines += [_line(one, figures) for one in figures if (one.kind, one.count) == (kind, count)]
    return "\n".join(lines)


def _line(one: Figure, figures: Sequence[Figure]) -> str:
    smallest = min(
        (other for other in figures if (other.case, other.kind) == (one.case, one.kind)),
        key=lambda other: other.count,
    )
    grown = "" if smallest is one else f"{one.p50_ms / smallest.p50_ms:.1f}x"
    late = "" if one.goal_ms is None or one.p95_ms <= one.goal_ms else f"  > {one.goal_ms:g} ms"
    queries = "" if one.queries is None else one.queries
    peak = "" if one.peak_mb is None else f"{one.peak_mb:.1f}"
    return (
        f"{_wide(one.case, 34)}{one.found:>7}{one.p50_ms:>9.2f}{one.p95_ms:>9.2f}"
        f"{one.cpu_ms:>9.2f}{one.ratio:>8.2f}{queries:>5}{peak:>9}{grown:>8}{late}"
    )


def _wide(text: str, width: int) -> str:
    """Text filled up to a width in columns of a terminal, where Chinese takes two."""
    return text + " " * max(0, width - sum(1 if one.isascii() else 2 for one in text))
