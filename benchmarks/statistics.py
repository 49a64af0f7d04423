"""The pages of statistics on a whole register: `python -m benchmarks.statistics`.

The lectures of the bulk register that are over are held, with records and histories, so that each
statistic has something to count. Every page and each spreadsheet is opened in one process, without
a server, as an administrator, in interleaved rounds with `/hello`, which is the unit of the ratios.
The sum of requests is compared with a plain count first. Target: a median of 200 ms at size L.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from datetime import datetime, timedelta
from functools import partial

from flask_security.utils import hash_password
from sqlalchemy import func, insert, literal, select, update

from benchmarks import memory
from benchmarks.bulk import command
from benchmarks.bulk.figures import Figure, figure
from benchmarks.bulk.registers import Register, register
from benchmarks.bulk.timing import timed
from benchmarks.checking import expect
from benchmarks.counting import InProcess
from benchmarks.routes import HELLO
from booking.accounts import service as accounts
from booking.accounts.engine.roles import Actor, Role, Standing
from booking.availability.engine.zones import day_bounds, local_date
from booking.contacts.consents import service as consents
from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import HistoryEntry, Lecture
from booking.lectures.records.models import LectureOutcome, LectureRecord
from booking.statistics.engine.filters import Filters
from booking.statistics.engine.periods import Period
from booking.statistics.reads import totals
from booking.statistics.reads.selection import Selection
from tests.browser import Client

GOAL_MS = 200.0
EMAIL, PASSWORD = "statistics@example.org", "correct horse battery"
PAGES = (
    *("totals", "coverage", "demand", "conduct", "effect", "report"),
    *("lectures", "units", "needs", "instructors", "topics"),
)


def main() -> None:
    """Load, complete, check, measure and print."""
    options = command.options("statistics", __doc__)
    figures: list[Figure] = []
    for kind in options.databases:
        for count in options.sizes:
            with register(kind, count) as loaded:
                _complete(loaded)
                figures += _measured(loaded, options.rounds)
    command.finish(options, {"Statistics, in one process": figures})


def _complete(loaded: Register) -> None:
    """Lectures that are over are held, with a record; each has a request and an answer."""
    over = (Lecture.state == State.CONFIRMED, Lecture.ends_at < loaded.now)
    with unit_of_work() as session:
        session.execute(update(Lecture).where(*over).values(state=State.DELIVERED))
        for command_, target, later in (
            (None, State.REQUESTED, timedelta()),
            (Command.CONFIRM, State.CONFIRMED, timedelta(hours=20)),
        ):
            rows = session.execute(select(Lecture.id, Lecture.created_at)).all()
            session.execute(
                insert(HistoryEntry),
                [_entry(one, at + later, command_, target) for one, at in rows],
            )
        record = select(
            Lecture.id,
            literal(LectureOutcome.HELD.value),
            literal(40),
            literal(2),
            literal(""),
            literal(Party.BRANCH.value),
            literal(""),
            Lecture.ends_at,
        ).where(Lecture.state == State.DELIVERED)
        columns = "lecture_id outcome listeners credit_hours note party actor_name filed_at"
        session.execute(insert(LectureRecord).from_select(columns.split(), record))
        user = accounts.create_user(
            session,
            email=EMAIL,
            name="A",
            password_hash=str(hash_password(PASSWORD)),
            now=loaded.now,
        )
        accounts.add_membership(session, user=user, role=Role.ADMIN, now=loaded.now)
        consents.note_answered(session, user_id=user.id, now=loaded.now)
    if loaded.kind == "postgresql":
        db.session().connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    db.session().connection().exec_driver_sql("ANALYZE")
    db.session().rollback()


def _entry(
    lecture_id: int, at: datetime, given: Command | None, target: State
) -> dict[str, object]:
    return {
        "lecture_id": lecture_id,
        "at": at,
        "party": Party.INSTRUCTOR if given else Party.BRANCH,
        "command": given,
        "target": target,
    }


def _measured(loaded: Register, rounds: int) -> list[Figure]:
    last = local_date(loaded.now, loaded.zone)
    period = Period(last - timedelta(days=365), last)
    _check(loaded, period)
    query = f"?from={period.first}&to={period.last}"
    client = Client(loaded.app, checks_html=False)
    Context().run(client.sign_in, EMAIL, PASSWORD)
    counter = InProcess(loaded.app)
    calls: dict[str, Callable[[], object]] = {
        name: partial(_open, client, f"/statistics/{name}{query}") for name in PAGES
    }
    calls["hello"] = partial(_open, client, HELLO)
    times = timed(calls, rounds)
    return [
        figure(
            name,
            loaded.kind,
            loaded.count,
            0,
            times[name],
            times["hello"],
            queries=counter.counted(call),
            peak_mb=memory.peak_of(call),
            goal_ms=None if name == "hello" else GOAL_MS,
        )
        for name, call in calls.items()
    ]


def _open(client: Client, address: str) -> None:
    # Without the application context of the register, as in a server.
    status = Context().run(client.get, address).status_code
    expect(status == 200, f"{address}: {status}")


def _check(loaded: Register, period: Period) -> None:
    """The sum of all months is a plain count of the rows of that time."""
    who = Actor(1, (Standing(Role.ADMIN),))
    selection = Selection(who, Filters(period), loaded.zone)
    found = totals.whole(totals.by_month(db.session(), selection)).asked
    bounds = day_bounds(period.first, loaded.zone)[0], day_bounds(period.end, loaded.zone)[0]
    between = Lecture.starts_at >= bounds[0], Lecture.starts_at < bounds[1]
    counted = db.session().scalar(select(func.count(Lecture.id)).where(*between))
    db.session().rollback()
    expect(found == counted, f"{found} requests instead of {counted}")


if __name__ == "__main__":
    main()
