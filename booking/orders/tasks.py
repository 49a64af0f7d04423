"""Periodic job: expire open orders whose times have passed; the waiting list's held times."""

from __future__ import annotations

import logging
from datetime import datetime

from booking import i18n
from booking.db import db, unit_of_work
from booking.errors import Conflict
from booking.jobs import Jobs
from booking.lectures.expiry import rounds
from booking.orders import service
from booking.orders.waiting_list import queries as waiting
from booking.orders.waiting_list import service as waiting_list

logger = logging.getLogger(__name__)


def schedule(jobs: Jobs) -> None:
    """Register the job, once a minute."""
    jobs.every_minute("orders.pass_time", pass_time)


def pass_time(now: datetime) -> int:
    """Run one round at `now`; returns the number of changed orders.

    Each order has its own transaction: a crash loses only the rest of the round. Does nothing while
    the clock may be wrong, and the expiry of requests waits for an administrator (`rounds`).
    """
    if rounds.held(db.session()) is not None:
        return 0
    return _expire(now) + _lapse(now) + _serve(now)


def _expire(now: datetime) -> int:
    changed = 0
    for number in service.due(db.session(), now=now):
        try:
            with unit_of_work() as session:
                service.expire(session, number=number, now=now)
            changed += 1
        except Conflict:
            logger.info("%s was changed in the meantime", number)
    return changed


def _serve(now: datetime) -> int:
    changed, zone = 0, i18n.zone()
    for freed in waiting.due(db.session(), now=now, zone=zone):
        try:
            with unit_of_work() as session:
                changed += waiting_list.serve(session, freed, now=now, zone=zone)
        except Conflict:
            logger.info("A free time of %s was taken in the meantime", freed.instructor_id)
    return changed


def _lapse(now: datetime) -> int:
    """Each held time that nobody wanted in time goes to the next, in its own transaction."""
    changed, zone = 0, i18n.zone()
    for number in waiting.lapsing(db.session(), now=now):
        try:
            with unit_of_work() as session:
                changed += waiting_list.lapse(session, number, now=now, zone=zone)
        except Conflict:
            logger.info("%s was changed in the meantime", number)
    return changed
