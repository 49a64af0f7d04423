"""Branches of the demonstration to look at: a double to be merged, and a closed one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts import service as accounts
from booking.accounts.engine.roles import SYSTEM, Role
from booking.accounts.models import Organisation
from booking.organisations import service

DOUBLE = "（重复录入）"
CLOSED = "旧址党支部"
REASON = "单位已撤销，人员并入其他支部。"


def add(session: Session, *, organisation_id: int, now: datetime) -> None:
    """Add a double of a branch, and a closed branch, in its region."""
    known = session.get_one(Organisation, organisation_id)
    double = service.add(
        session, name=f"{known.name}{DOUBLE}", region_code=known.region_code, actor=SYSTEM
    )
    for contact in accounts.users_of_organisation(session, known.id):
        accounts.add_membership(
            session, user=contact, role=Role.BRANCH, organisation_id=double.id, now=now
        )
    closed = service.add(session, name=CLOSED, region_code=known.region_code, actor=SYSTEM)
    service.close(session, organisation_id=closed.id, reason=REASON, actor=SYSTEM, now=now)
