"""Background jobs: read external calendars, and keep the calendar of days off filled."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from booking import clock, i18n
from booking.availability.external import service
from booking.availability.external.engine.calendar import CannotRead, Trouble
from booking.availability.external.expansion import read_calendar
from booking.availability.external.fetch import fetch
from booking.availability.holidays import service as days_off
from booking.crypto import CannotOpen
from booking.db import db, unit_of_work
from booking.errors import Conflict
from booking.jobs import Jobs

logger = logging.getLogger(__name__)

ROUND_SECONDS = 40
"""A round starts no further calendar after this: the next minute starts the next round."""


def schedule(jobs: Jobs) -> None:
    """Register the jobs: calendars when one was added and each minute, days off each hour."""
    jobs.when_woken("availability.read_calendars", read_calendars)
    jobs.every_hour("availability.seed_days", seed_days)


def seed_days(now: datetime) -> int:
    """Fill years of the calendar of days off that have come into range; returns the number of days.

    Usually there is nothing to fill, and then no write transaction begins.
    """
    this_year = i18n.local(now).year
    if not days_off.stale_years(db.session(), this_year=this_year):
        return 0
    try:
        with unit_of_work() as session:
            return days_off.seed_days(session, this_year=this_year)
    except (IntegrityError, Conflict):
        logger.info("another worker has filled the calendar of days off in the meantime")
        return 0


def read_calendars(now: datetime) -> int:
    """Read the calendars that are due; returns how many were attempted."""
    end = time.monotonic() + ROUND_SECONDS
    tried = 0
    while time.monotonic() < end:
        with unit_of_work() as session:
            claimed = service.claim(session, now=now)
        if claimed is None:
            break
        _read(claimed)
        tried += 1
    return tried


def _read(claimed: service.Claim) -> None:
    """Read one calendar: fetched outside any transaction, stored in one."""
    try:
        address = service.address_box().open(claimed.sealed)
        fetched = fetch(address, claimed.validators)
        busy = None
        if fetched.body is not None:
            busy = read_calendar(
                fetched.body,
                zone=i18n.zone().key,
                all_day_busy=claimed.all_day_busy,
                now=clock.now(),
                own=service.own_lectures(),
            )
    except CannotOpen:
        _failed(claimed, Trouble.KEY_CHANGED)
    except CannotRead as error:
        _failed(claimed, error.trouble)
    else:
        with unit_of_work() as session:
            service.take_in(
                session,
                claimed=claimed,
                busy=busy,
                validators=fetched.validators,
                now=clock.now(),
            )


def _failed(claimed: service.Claim, trouble: Trouble) -> None:
    with unit_of_work() as session:
        service.note_trouble(session, claimed=claimed, trouble=trouble, now=clock.now())
