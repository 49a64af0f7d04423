"""Command-line options and output shared by `w2` and `w5`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from benchmarks.bulk import databases
from benchmarks.bulk.figures import Figure, table
from benchmarks.report import surroundings


def options(name: str, about: str | None) -> argparse.Namespace:
    """The parsed options `sizes`, `databases`, `rounds` and `json`."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=about)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument(
        "--databases", nargs="+", choices=databases.KINDS, default=list(databases.KINDS)
    )
    parser.add_argument("--rounds", type=int, default=40, help="each asks every case once")
    parser.add_argument("--json", type=Path, help="write the numbers to this file, too")
    return parser.parse_args()


def finish(chosen: argparse.Namespace, tables: Mapping[str, list[Figure]]) -> None:
    """Print the tables, given by title, and write them as JSON if `--json` names a file."""
    print("\n\n".join(table(title, figures) for title, figures in tables.items()))
    if chosen.json:
        results = {
            title: [asdict(figure) for figure in figures] for title, figures in tables.items()
        }
        about = {"rounds": chosen.rounds, **surroundings()}
        chosen.json.write_text(json.dumps({"about": about, **results}, indent=2) + "\n")
