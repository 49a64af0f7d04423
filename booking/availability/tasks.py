"""Read instructors' calendars from elsewhere, each when its time has come."""

from __future__ import annotations

import time
from datetime import datetime

from flask import current_app

from booking import clock
from booking.availability import outside_service as service
from booking.availability.expanding import read_calendar
from booking.availability.fetching import fetch
from booking.availability.outside import CannotRead, Trouble
from booking.db import unit_of_work
from booking.sealing import CannotOpen
from booking.tasks import Jobs

ROUND_SECONDS = 40
"""A round begins no further calendar after this: the next minute brings the next round."""


def schedule(jobs: Jobs) -> None:
    """Look when somebody has added a calendar, and each minute."""
    jobs.when_woken("availability.read_calendars", read_calendars)


def read_calendars(now: datetime) -> int:
    """Read the calendars that are due; returns how many were tried."""
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
    """One calendar: asked outside any transaction, written down in one."""
    try:
        address = service.address_box().open(claimed.sealed)
        fetched = fetch(address, claimed.validators)
        busy = None
        if fetched.body is not None:
            busy = read_calendar(
                fetched.body,
                zone=current_app.config["TIMEZONE"],
                all_day_busy=claimed.all_day_busy,
                now=clock.now(),
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
