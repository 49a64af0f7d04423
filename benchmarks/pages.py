"""Times the HTML of every page at a demonstration's size: `python -m benchmarks.pages`.

In one process, without a server: each page that somebody may open, as everybody who may; the table
has the slowest of these. The routes are discovered; those without a page here are named.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, func, select
from werkzeug.routing import Rule

import config
from benchmarks.bulk.figures import Took
from benchmarks.bulk.timing import timed
from benchmarks.series import percentile
from booking import clock
from booking.accounts.models import Membership, User
from booking.app import create_app
from booking.availability.engine.offers import SlotRequest
from booking.availability.models import Suspension, Term, Timetable
from booking.db import db
from booking.demo import build, security
from booking.i18n import name_instant
from booking.instructors.models import Topic
from booking.lectures.models import Lecture
from booking.lectures.schedules.queries import bookable_slots
from tests.browser import Client

TARGET_MS = 50.0
QUERIES = {
    "lectures.book": ("?topic={topic_id}&start={start}", "?topic={topic_id}&start={start}&day="),
    "directory.search": ("", "?q=急救", "?q=急救&region=990100&page=2"),
    "directory.match": ("", "?q=急救"),
    "lectures.board": ("", "?show=all"),
    "lectures.instructor_calendar": ("?view=month", "?view=list"),
    "lectures.branch_calendar": ("?view=month", "?view=list"),
    "lectures.region_calendar": ("?view=month", "?view=list"),
}
"""What is asked of a page; of others nothing."""
NO_MAIL = "notifications.one_mail"
"""The demonstration has written none."""
OWNED: dict[str, type[Suspension | Term | Timetable]] = {
    "term_id": Term,
    "suspension_id": Suspension,
    "timetable_id": Timetable,
}
AHEAD = timedelta(days=60)

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """A page as somebody opens it."""

    page: str
    reader: str
    times: list[Took]
    queries: int
    size: int

    @property
    def p50_ms(self) -> float:
        """The median of the wall times."""
        return median(took.wall for took in self.times)


def main() -> None:
    """Build the province, time all pages, print the slowest first."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="yueke-pages-") as folder:
        settings = config.load(_environ(Path(folder)))
        app = create_app(settings)
        with app.app_context(), redirect_stdout(sys.stderr):
            upgrade()
            zone = ZoneInfo(settings.timezone)
            build.build(size=options.size, seed=1, now=clock.now(), zone=zone)
            values = _values(zone)
        lines, without = _measured(app, values, options.rounds)
    _print(lines, without, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--size", choices=("S", "M", "L"), default="M", help="of the province")
    parser.add_argument("--rounds", type=int, default=15, help="each opens every page")
    return parser.parse_args()


def _environ(folder: Path) -> dict[str, str]:
    return {
        "APP_ENV": "development",
        "INSTANCE_PATH": str(folder),
        "RATE_LIMITS": "1000000",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATABASE_URL": f"sqlite:///{folder}/yueke.db",
    }


def _values(zone: ZoneInfo) -> Values:
    """What the arguments of routes are filled with: things of the demonstration's people."""
    session, now = db.session(), clock.now()
    emails = [email for email, _role in security.SIGN_INS]
    owned = select(Membership).join(User).where(User.email.in_(emails))
    memberships = list(session.scalars(owned))
    instructor = next(one.instructor_id for one in memberships if one.instructor_id)
    organisation = next(one.organisation_id for one in memberships if one.organisation_id)
    topic = session.scalars(select(Topic).where(Topic.instructor_id == instructor)).all()[0]
    today = now.astimezone(zone).date()
    slots = bookable_slots(
        session,
        [instructor],
        slot_request=SlotRequest(topic.minutes),
        first=today,
        last=today + AHEAD,
        now=now,
        zone=zone,
    )[instructor]
    number = select(func.max(Lecture.number)).where(Lecture.organisation_id == organisation)
    values: Values = {
        "instructor_id": instructor,
        "organisation_id": organisation,
        "topic_id": topic.id,
        "start": name_instant(slots[0][0]),
        "number": session.scalar(number),
    }
    for name, model in OWNED.items():
        row = session.execute(select(model.id, model.instructor_id).limit(1)).first()
        values |= {name: row[0], f"{name} of": row[1]} if row else {}
    return values


def _paths(app: Flask, values: Values) -> Iterator[tuple[str, str]]:
    """The name and the address of each page that can be addressed."""
    for rule in app.url_map.iter_rules():
        arguments = _arguments(rule, values)
        if "GET" not in (rule.methods or ()) or rule.endpoint == NO_MAIL:
            continue
        if set(arguments) != rule.arguments:
            continue
        built = rule.build(arguments)
        if built is not None:
            for asked in QUERIES.get(rule.endpoint, ("",)):
                yield rule.endpoint + asked, built[1] + asked.format(**values)


def _arguments(rule: Rule, values: Values) -> Values:
    found = {name: values[name] for name in rule.arguments if name in values}
    for name in OWNED:
        if name in found and "instructor_id" in rule.arguments:
            found["instructor_id"] = values[f"{name} of"]
    return found


def _measured(app: Flask, values: Values, rounds: int) -> tuple[list[Line], set[str]]:
    """The lines, and the endpoints that open no page."""
    clients = {email: _signed_in(app, email) for email, _role in security.SIGN_INS}
    clients |= {"-": Client(app, checks_html=False)}
    calls: dict[tuple[str, str], Callable[[], object]] = {}
    queries, sizes = {}, {}
    with _counted(app) as count:
        for name, path in _paths(app, values):
            for reader, client in clients.items():
                before = len(count)
                answer = client.get(path)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    key = name, reader.partition("@")[0]
                    calls[key] = partial(client.get, path)
                    queries[key], sizes[key] = len(count) - before, len(answer.data)
    names = {f"{name} {reader}": (name, reader) for name, reader in calls}
    times = timed({label: calls[key] for label, key in names.items()}, rounds)
    lines = [Line(*key, times[label], queries[key], sizes[key]) for label, key in names.items()]
    opened = {line.page.partition("?")[0] for line in lines}
    reading = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))
    return lines, {rule.endpoint for rule in reading} - opened


def _signed_in(app: Flask, email: str) -> Client:
    return Client(app, checks_html=False).sign_in(email, security.KNOWN)


@contextmanager
def _counted(app: Flask) -> Iterator[list[str]]:
    """The statements of the block, which grow while it runs."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _print(lines: list[Line], without: set[str], options: argparse.Namespace) -> None:
    """The slowest reader of each page, the slowest page first."""
    slowest: dict[str, Line] = {}
    for line in sorted(lines, key=lambda line: line.p50_ms):
        slowest[line.page] = line
    title = f"size {options.size}, {options.rounds} rounds"
    head = f"{title:<56}{'as':<13}{'p50 ms':>8}{'p95 ms':>8}{'CPU ms':>8}{'SQL':>5}{'bytes':>8}"
    print(head, "-" * len(head), sep="\n")
    for line in sorted(slowest.values(), key=lambda line: -line.p50_ms):
        walls, cpu = [took.wall for took in line.times], median(took.cpu for took in line.times)
        print(
            f"{line.page:<56}{line.reader:<13}{line.p50_ms:8.1f}{percentile(walls, 0.95):8.1f}"
            f"{cpu:8.1f}{line.queries:5}{line.size:8}"
        )
    slow = [line.page for line in slowest.values() if line.p50_ms > TARGET_MS]
    print(f"\nabove {TARGET_MS:.0f} ms: {', '.join(slow) or 'none'}")
    print(f"not measured: {', '.join(sorted(without))}")


if __name__ == "__main__":
    main()
