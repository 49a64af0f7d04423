"""What is done about needs of the demonstration that were not met; searches without a result."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.availability.engine.zones import local_date
from booking.demand import service as demand
from booking.demand.engine.needs import year_until
from booking.demand.queries import unmet_needs
from booking.recruiting import service
from booking.recruiting.models import RecruitingCase
from booking.recruiting.service import Recruiter
from booking.recruiting.suggestions import suggestions

SEARCHES = (("碳达峰碳中和", 6), ("数字人民币", 4), ("地震逃生", 5), ("非遗手工", 3))
"""Words without a result, and how often they were searched."""


def add(
    session: Session, *, coordinator: str, region_code: str, now: datetime, zone: ZoneInfo
) -> None:
    """Open a case for which somebody can be asked, and count some searches of the last days."""
    _open_case(session, coordinator, now, zone)
    today = local_date(now, zone)
    for days, (words, times) in enumerate(SEARCHES, start=1):
        day = today - timedelta(days=days)
        for _one in range(times):
            demand.count_miss(session, words=words, field_code="", region_code=region_code, day=day)
            session.flush()


def _open_case(session: Session, coordinator: str, now: datetime, zone: ZoneInfo) -> None:
    """Of the fields and regions that one for which most can be asked; none if nobody can."""
    best, most = None, 0
    for group in unmet_needs(session, None, year_until(local_date(now, zone), zone)):
        if group.field_id is None:
            continue
        looked_at = RecruitingCase(field_id=group.field_id, region_code=group.region_code)
        asked = sum(one.has_account for one in suggestions(session, looked_at))
        if asked > most:
            best, most = looked_at, asked
    if best is None:
        return
    user = session.scalars(select(User).where(User.email == coordinator)).unique().one()
    service.open_case(
        session,
        field_id=best.field_id,
        region_code=best.region_code,
        recruiter=Recruiter(user.id, user.name, now - timedelta(days=3)),
    )
