"""A calendar that the instructor keeps elsewhere, with an entry that cannot be read."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.availability.external import service
from booking.availability.external.engine.calendar import BusyTimes
from booking.availability.external.expansion import read_calendar

AWAY = timedelta(days=75)
"""Later than the lectures of the demonstration, so that it closes none of their days."""


def read(now: datetime, zone: ZoneInfo) -> BusyTimes:
    """The busy times of the file: a meeting, and a trip whose end is damaged."""
    day = (now.astimezone(zone) + AWAY).strftime("%Y%m%d")
    lines = (
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:meeting", f"DTSTART:{day}T140000",
        f"DTEND:{day}T160000", "END:VEVENT", "BEGIN:VEVENT", "UID:trip", f"DTSTART:{day}T090000",
        "DTEND:", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return read_calendar("\r\n".join(lines).encode(), zone=zone.key, all_day_busy=True, now=now)


def add(session: Session, *, instructor_id: int, busy: BusyTimes, now: datetime) -> None:
    """Add the calendar."""
    service.add_upload(
        session,
        instructor_id=instructor_id,
        busy=busy,
        label="单位日历",
        all_day_busy=True,
        now=now,
    )
