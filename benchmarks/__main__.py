"""Runs all: `python -m benchmarks [--size S|M] [--rounds N] [--database URL] [--json F]`."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing, redirect_stdout
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

import config
from benchmarks import engine, page, report, rounds
from benchmarks.cases import HELLO_NAME, cases
from benchmarks.checking import WrongAnswer
from benchmarks.client import Connection, sign_in
from benchmarks.counting import InProcess
from benchmarks.dataset import EMAIL, PASSWORD, Dataset, NotEmpty, build_dataset
from benchmarks.routes import add_routes
from benchmarks.serving import THREADS, WORKERS, gunicorn
from booking import clock
from booking.app import create_app


def main() -> None:
    """Build the data, measure, and print the tables."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="yueke-benchmark-") as folder:
        environ = _environ(Path(folder), options.database)
        try:
            lines = _measured(options, environ, Path(folder))
        except (WrongAnswer, NotEmpty) as error:
            sys.exit(f"{type(error).__name__}: {error}")
    slots, pages = lines["engine"], lines["pages"]
    print(report.table(f"W1 in one process, {options.rounds} rounds", slots), end="\n\n")
    print(report.table(f"{WORKERS} workers x {THREADS} threads, size {options.size}", pages))
    if options.json:
        results = {name: [asdict(row) for row in rows] for name, rows in lines.items()}
        about = {"rounds": options.rounds, "size": options.size, **report.surroundings()}
        options.json.write_text(json.dumps({"about": about, **results}, indent=2) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=("S", "M"), default="S", help="of the province")
    parser.add_argument("--rounds", type=int, default=30, help="each asks every case")
    parser.add_argument("--times", type=int, default=3, help="requests of a case in a round")
    parser.add_argument("--database", help="address of an EMPTY database (default: SQLite)")
    parser.add_argument("--json", type=Path, help="write the numbers to this file, too")
    return parser.parse_args()


def _environ(folder: Path, database: str | None) -> dict[str, str]:
    """Environment variables for this process and for the server."""
    environ = {
        "APP_ENV": "development",
        "INSTANCE_PATH": str(folder),
        "RATE_LIMITS": "1000000",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "HUEY_URL": f"sqlite:///{folder}/huey.db",
        "DATABASE_URL": database or f"sqlite:///{folder}/yueke.db",
    }
    return environ


def _measured(
    options: argparse.Namespace, environ: Mapping[str, str], folder: Path
) -> dict[str, list[report.Row]]:
    w1, _count = engine.measure(options.rounds)
    app = create_app(config.load(environ))
    add_routes(app)
    zone = ZoneInfo(config.load(environ).timezone)
    with app.app_context(), redirect_stdout(sys.stderr):
        data = build_dataset(size=options.size, now=clock.now(), zone=zone)
    w1["data of the page"] = page.measure(app, data.standard.instructor_id, options.rounds)
    with gunicorn(environ, folder / "server.log") as port, app.app_context():
        pages = _pages(options, app, data, port, zone)
    return {"engine": report.rows(w1, "naive"), "pages": pages}


def _pages(
    options: argparse.Namespace, app: Flask, data: Dataset, port: int, zone: ZoneInfo
) -> list[report.Row]:
    with closing(Connection(port)) as connection:
        cookie = sign_in(connection, EMAIL, PASSWORD)
        measured_cases = cases(data, connection, cookie, zone)
        if options.rounds * options.times + 3 > len(data.starts):
            sys.exit(f"Only {len(data.starts)} bookings are possible: use fewer rounds.")
        sizes = rounds.verify(measured_cases, connection, InProcess(app))
        series = rounds.run(measured_cases, connection, rounds=options.rounds, times=options.times)
    return report.rows(series, HELLO_NAME, sizes)


if __name__ == "__main__":
    main()
