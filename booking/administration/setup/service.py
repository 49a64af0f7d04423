"""The first start: administrator, settings, regions and days off, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking import audit, i18n
from booking.accounts import service as accounts
from booking.accounts.engine.csv_lists import RegionLine
from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.administration.setup import links
from booking.availability.holidays import service as holidays
from booking.settings import service as settings


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What was typed, as plain values."""

    name: str
    email: str
    password: str
    settings: Mapping[str, object]
    regions: Sequence[RegionLine]


def set_up(session: Session, token: str, start: FirstStart, *, now: datetime) -> User:
    """Make the administrator and all that was chosen; the link is used up.

    Raises `NotFound` for another token, and `Invalid` with the name of a field.
    """
    link = links.check(session, token, now=now, lock=True)
    by = audit.By(None, start.name)
    user = accounts.create_user(
        session, email=start.email, name=start.name, password=start.password, now=now
    )
    settings.change_several(session, start.settings, now=now, first=True, by=by)
    accounts.add_membership(session, user=user, role=Role.ADMIN, now=now)
    if start.regions:
        accounts.add_regions(session, start.regions, by=by)
    holidays.seed_days(session, this_year=i18n.local(now).year)
    session.delete(link)
    audit.record(session, audit.Action.FIRST_START, by=audit.By(user.id, start.name))
    return user
