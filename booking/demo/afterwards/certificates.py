"""A certificate of service of the instructor with a sign-in, to print and to check."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.dossiers.service_certificates import queries, service
from booking.instructors.models import Instructor


def add(session: Session, instructor_id: int, *, now: datetime, zone: ZoneInfo) -> None:
    """Certify the first year in which a lecture is recorded as held, if there is one."""
    years = queries.years(session, instructor_id, zone)
    if years:
        instructor = session.get_one(Instructor, instructor_id)
        service.issue(session, instructor, years[-1].year, user_id=None, now=now, zone=zone)
