"""The promised lectures of an instructor, and those that lie in what is being closed."""

from __future__ import annotations

from collections.abc import Sequence

from booking import clock, i18n
from booking.availability.engine.hours import Override
from booking.availability.engine.limits import DaySpan
from booking.availability.ports import PromisedLecture, lecture_port
from booking.availability.promises.engine.closed_days import lies_in_closed_time
from booking.db import db


def promised(instructor_id: int) -> Sequence[PromisedLecture]:
    """The requested and confirmed lectures that are not over, the next first."""
    return lecture_port().promised(db.session(), instructor_id, now=clock.now(), zone=i18n.zone())


def lying_in(
    lectures: Sequence[PromisedLecture],
    overrides: Sequence[Override] = (),
    suspensions: Sequence[DaySpan] = (),
) -> list[PromisedLecture]:
    """Those of the lectures that lie in closed exceptions or in suspensions."""
    zone = i18n.zone()
    return [
        one
        for one in lectures
        if lies_in_closed_time((one.starts_at, one.ends_at), overrides, suspensions, zone)
    ]


def untold(lectures: Sequence[PromisedLecture]) -> list[PromisedLecture]:
    """Those of the lectures whose branches were not told that their time is closed."""
    return [one for one in lectures if one.told_at is None]
