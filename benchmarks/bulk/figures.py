"""Statistics of a measured search: times, queries, memory, growth. Pure."""

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
    """Milliseconds of one call: wall time, and CPU time of this process."""

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
    """The median CPU time of this process, which excludes the load of other processes."""
    ratio: float
    """Median over that of the brute-force pass (or the hello route) of the same run."""
    queries: int | None = None
    peak_mb: float | None = None
    goal_ms: float | None = None
    """The target for the p95, if there is one."""


def figure(
    case: str,
    kind: str,
    count: int,
    found: int,
    times: Sequence[Took],
    unit: Sequence[Took],
    **more: float | int | None,
) -> Figure:
    """The statistics of measured times, with the ratio to the times of the unit."""
    wall = [took.wall for took in times]
    queries, peak, goal = more.get("queries"), more.get("peak_mb"), more.get("goal_ms")
    return Figure(
        case,
        kind,
        count,
        found,
        median(wall),
        percentile(wall, 0.95),
        median(took.cpu for took in times),
        median(wall) / median(took.wall for took in unit),
        None if queries is None else int(queries),
        peak,
        goal,
    )


def table(title: str, figures: Iterable[Figure]) -> str:
    """A table per database and size; growth is p50 over that on the smallest register."""
    figures = list(figures)
    lines = [title]
    for kind, count in dict.fromkeys((row.kind, row.count) for row in figures):
        lines += ["", f"{kind}, {count:,} instructors", HEAD, "-" * len(HEAD)]
        lines += [_line(row, figures) for row in figures if (row.kind, row.count) == (kind, count)]
    return "\n".join(lines)


def _line(row: Figure, figures: Sequence[Figure]) -> str:
    smallest = min(
        (other for other in figures if (other.case, other.kind) == (row.case, row.kind)),
        key=lambda other: other.count,
    )
    grown = "" if smallest is row else f"{row.p50_ms / smallest.p50_ms:.1f}x"
    late = "" if row.goal_ms is None or row.p95_ms <= row.goal_ms else f"  > {row.goal_ms:g} ms"
    queries = "" if row.queries is None else row.queries
    peak = "" if row.peak_mb is None else f"{row.peak_mb:.1f}"
    return (
        f"{_wide(row.case, 34)}{row.found:>7}{row.p50_ms:>9.2f}{row.p95_ms:>9.2f}"
        f"{row.cpu_ms:>9.2f}{row.ratio:>8.2f}{queries:>5}{peak:>9}{grown:>8}{late}"
    )


def _wide(text: str, width: int) -> str:
    """Text padded to a width in terminal columns; Chinese characters take two."""
    return text + " " * max(0, width - sum(1 if character.isascii() else 2 for character in text))
