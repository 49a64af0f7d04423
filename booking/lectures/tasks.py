"""What happens to lectures by itself: requests expire, confirmed lectures are over."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import current_app

from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.lectures import expiry_rounds, service
from booking.lectures.engine.errors import StateMovedOn
from booking.lectures.engine.lifecycle import Command, Party

logger = logging.getLogger(__name__)


def schedule(jobs: Jobs) -> None:
    """Look each minute."""
    jobs.every_minute("lectures.pass_time", pass_time)


def pass_time(now: datetime) -> int:
    """Expire what was not answered and close what is over; returns how many changed.

    Nothing happens while the round waits for an administrator (`rounds`).
    """
    if _held(now):
        return 0
    changed = 0
    for command in (Command.EXPIRE, Command.DELIVER):
        for number in service.due(db.session(), command=command, now=now):
            changed += _move(number, command, now)
    return changed


def _held(now: datetime) -> bool:
    """Whether this round waits; said in one line of log when that begins."""
    before = expiry_rounds.held(db.session())
    with unit_of_work() as session:
        found = expiry_rounds.begin(session, now=now, limit=current_app.config["EXPIRY_LIMIT"])
    if found is not None and before is None:
        logger.error(
            "The clock of this machine may be wrong: it says %s, the last round was at %s. "
            "%s requests would expire and %s lectures be closed. Nothing is done until the clock "
            "is set right, or an administrator confirms: flask lectures expire --confirm",
            found.at.isoformat(timespec="minutes"),
            found.last.isoformat(timespec="minutes") if found.last else "an unknown time",
            found.requests,
            found.lectures,
        )
    return found is not None


def _move(number: str, command: Command, now: datetime) -> bool:
    """One lecture in a transaction of its own: a crash loses only the rest of the round."""
    try:
        with unit_of_work() as session:
            service.apply_command(
                session,
                number=number,
                command=command,
                parties=frozenset({Party.SYSTEM}),
                user_id=None,
                now=now,
            )
    except StateMovedOn:
        logger.info("%s was answered in the meantime", number)
        return False
    return True
