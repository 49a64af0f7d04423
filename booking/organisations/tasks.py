"""Background work: what came to merged organisations and regions moves after them."""

from __future__ import annotations

from datetime import datetime

from booking.db import unit_of_work
from booking.jobs import Jobs
from booking.organisations.mergers.service import settle as settle_organisations
from booking.organisations.regions.mergers import settle as settle_regions


def schedule(jobs: Jobs) -> None:
    """Register the job."""
    jobs.every_hour("organisations.settle", settle)


def settle(now: datetime) -> None:
    """Move what a request added to a merged organisation or region."""
    for settle_some in (settle_organisations, settle_regions):
        with unit_of_work() as session:
            settle_some(session, now=now)
