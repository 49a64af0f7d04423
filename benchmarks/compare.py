"""Two checkouts measured in one run: `python -m benchmarks.compare OLD NEW`.

Both folders are checkouts in which `make dev` has run. Each runs its own benchmarks on data of its
own: `benchmarks` (W1, feeds, booking), `w2` and `w5` with 2,000 instructors on SQLite. Each
measured call of one is followed by one of the other, so that the load of the machine meets both
alike. The table has the medians, and the ratio of the new one to the old one; what is slower by
more than `LIMIT` is marked. `--least` tries the command itself with the smallest sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

LIMIT = 1.10
"""The ratio above which a case is marked as slower."""

USUAL = {
    "benchmarks": ["--rounds", "30", "--times", "2"],
    "benchmarks.w2": ["--sizes", "2000", "--databases", "sqlite", "--rounds", "30"],
    "benchmarks.w5": ["--sizes", "2000", "--databases", "sqlite", "--rounds", "30"],
}
LEAST = {
    "benchmarks": ["--rounds", "3", "--times", "1"],
    "benchmarks.w2": ["--sizes", "100", "--databases", "sqlite", "--rounds", "3"],
    "benchmarks.w5": ["--sizes", "100", "--databases", "sqlite", "--rounds", "3"],
}

TURNS = Path(__file__).with_name("turns.py")


class Side:
    """The benchmark of one checkout, as a process whose measured calls wait for their turn."""

    def __init__(self, checkout: Path, module: str, options: list[str], results: Path) -> None:
        self.checkout, self._results = checkout, results
        self._asked, ask = os.pipe()
        go, self._go = os.pipe()
        self._process = subprocess.Popen(
            [
                *(str(checkout / ".venv/bin/python"), str(TURNS), module, *options),
                *("--json", str(results)),
            ],
            cwd=checkout,
            env={**os.environ, "TURNS_ASK": str(ask), "TURNS_GO": str(go)},
            pass_fds=[ask, go],
            stdout=subprocess.DEVNULL,
        )
        os.close(ask)
        os.close(go)

    def asks(self) -> bool:
        """Wait until it asks for its turn; False once it has ended."""
        return os.read(self._asked, 1) == b"?"

    def go_on(self) -> bool:
        """Give it its turn, and wait until it asks for the next one; False once it has ended."""
        os.write(self._go, b"!")
        return self.asks()

    def medians(self) -> dict[str, float]:
        """Milliseconds by table and case; ends with an error if the benchmark failed."""
        if self._process.wait() != 0:
            sys.exit(f"the benchmark of {self.checkout} failed")
        return dict(_medians(json.loads(self._results.read_text())))

    def close(self) -> None:
        """End the process, and close the pipes."""
        self._process.terminate()
        self._process.wait()
        os.close(self._asked)
        os.close(self._go)


def main() -> None:
    """Measure both and print the table."""
    options = _options()
    checkouts = [folder.resolve() for folder in (options.old, options.new)]
    for module, arguments in (LEAST if options.least else USUAL).items():
        with tempfile.TemporaryDirectory(prefix="yueke-compare-") as folder, ExitStack() as stack:
            sides = [
                Side(checkout, module, arguments, Path(folder, f"{number}.json"))
                for number, checkout in enumerate(checkouts)
            ]
            for side in sides:
                stack.callback(side.close)
            alternate(sides)
            old, new = (side.medians() for side in sides)
        print("\n".join(lines(old, new)), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--least", action="store_true", help="the smallest sizes, to try it")
    return parser.parse_args()


def alternate(sides: list[Side]) -> None:
    """Give each its turn until all have ended; first comes sometimes the one, sometimes the other.

    Before their first measured call, while data are made, they run at the same time.
    """
    waiting = [side for side in sides if side.asks()]
    while waiting:
        waiting = [side for side in waiting if side.go_on()][::-1]


def _medians(results: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for title, rows in results.items():
        if title != "about":
            yield from ((f"{title}: {row['case']}", row["p50_ms"]) for row in rows)


def lines(old: Mapping[str, float], new: Mapping[str, float]) -> Iterator[str]:
    """The table as lines; cases that only one checkout has come last."""
    yield f"{'old ms':>9} {'new ms':>9} {'ratio':>6}"
    for case in old:
        if case in new:
            ratio = new[case] / old[case]
            mark = "  slower" if ratio > LIMIT else ""
            yield f"{old[case]:9.2f} {new[case]:9.2f} {ratio:6.2f}  {case}{mark}"
    for case in sorted(old.keys() ^ new.keys()):
        yield f"{'':26}  {case}: in one checkout only"


if __name__ == "__main__":
    main()
