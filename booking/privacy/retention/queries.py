"""What was deleted by schedule."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.members.engine.pages import AT_ONCE, Page
from booking.privacy.retention.models import RetentionRun


def latest(session: Session) -> Mapping[str, RetentionRun]:
    """The last run that deleted something, by the name of its rule."""
    newest = select(func.max(RetentionRun.id)).group_by(RetentionRun.rule)
    query = select(RetentionRun).where(RetentionRun.id.in_(newest))
    return {run.rule: run for run in session.scalars(query)}


def runs(session: Session, number: int) -> Page[RetentionRun]:
    """One page of the runs that deleted something, the newest first."""
    total = session.scalar(select(func.count(RetentionRun.id))) or 0
    query = select(RetentionRun).order_by(RetentionRun.id.desc())
    rows = session.scalars(query.offset((number - 1) * AT_ONCE).limit(AT_ONCE)).all()
    return Page(rows, total, number)
