"""A loaded register with its application, for as long as it is measured."""

from __future__ import annotations

import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

from flask import Flask

import config
from benchmarks.bulk import databases, loading
from benchmarks.routes import add_routes
from booking import clock
from booking.app import create_app
from booking.db import db

SEED = 1


@dataclass(frozen=True, slots=True)
class Register:
    """A loaded register."""

    kind: str
    """The kind of database: one of `databases.KINDS`."""
    count: int
    app: Flask
    environ: Mapping[str, str]
    """Environment variables, for a server on the same database."""
    folder: Path
    now: datetime
    zone: ZoneInfo


@contextmanager
def register(kind: str, count: int) -> Iterator[Register]:
    """Load `count` instructors into a new database; deletes everything afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="yueke-bulk-") as name,
        databases.empty(kind, Path(name)) as url,
    ):
        folder = Path(name)
        environ = {
            "APP_ENV": "development",
            "INSTANCE_PATH": str(folder),
            "RATE_LIMITS": "1000000",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "HUEY_URL": f"sqlite:///{folder}/huey.db",
            "DATABASE_URL": url,
        }
        settings = config.load(environ)
        app = create_app(settings)
        add_routes(app)
        now, zone = clock.now(), ZoneInfo(settings.timezone)
        with app.app_context():
            begun = perf_counter()
            rows = loading.load(count=count, seed=SEED, now=now, zone=zone)
            summary = f"{sum(rows.values()):,} rows in {perf_counter() - begun:.0f} s"
            print(f"{kind}: {count:,} instructors, {summary}", file=sys.stderr)
            try:
                yield Register(kind, count, app, environ, folder, now, zone)
            finally:
                db.session.remove()
                db.engine.dispose()
