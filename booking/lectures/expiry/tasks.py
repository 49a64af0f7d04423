"""Periodic job: expire requests and proposals, mark past confirmed lectures as delivered."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import current_app

from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.lectures import service
from booking.lectures.engine.errors import ProposalClosed, StateMovedOn
from booking.lectures.engine.states import Command, Party
from booking.lectures.expiry import rounds as expiry_rounds
from booking.lectures.proposals import service as proposals

logger = logging.getLogger(__name__)


def schedule(jobs: Jobs) -> None:
    """Register the job, once a minute."""
    jobs.every_minute("lectures.pass_time", pass_time)


def pass_time(now: datetime) -> int:
    """Run one round of expiry and delivery at `now`; returns the number of changed lectures.

    Does nothing while the round is held for an administrator (`rounds`).
    """
    if _held(now):
        return 0
    changed = 0
    for command in (Command.EXPIRE, Command.DELIVER):
        for number in service.due(db.session(), command=command, now=now):
            changed += _apply(number, command, now)
    for number, proposal_id in proposals.due(db.session(), now=now):
        changed += _lapse(number, proposal_id, now)
    return changed


def _held(now: datetime) -> bool:
    """Whether this round is held; logs one error when the hold begins."""
    before = expiry_rounds.held(db.session())
    with unit_of_work() as session:
        held_round = expiry_rounds.begin(session, now=now, limit=current_app.config["EXPIRY_LIMIT"])
    if held_round is not None and before is None:
        logger.error(
            "The clock of this machine may be wrong: it says %s, the last round was at %s. "
            "%s requests would expire and %s lectures be closed. Nothing is done until the clock "
            "is set right, or an administrator confirms: flask lectures expire --confirm",
            held_round.at.isoformat(timespec="minutes"),
            held_round.last.isoformat(timespec="minutes") if held_round.last else "an unknown time",
            held_round.requests,
            held_round.lectures,
        )
    return held_round is not None


def _apply(number: str, command: Command, now: datetime) -> bool:
    """Apply one command in its own transaction: a crash loses only the rest of the round."""
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


def _lapse(number: str, proposal_id: int, now: datetime) -> bool:
    """Close one proposal in its own transaction."""
    try:
        with unit_of_work() as session:
            proposals.lapse(session, number=number, proposal_id=proposal_id, now=now)
    except (ProposalClosed, StateMovedOn):
        logger.info("the proposal for %s was answered in the meantime", number)
        return False
    return True
