"""Deletes by the schedule what is due, and says what would be deleted."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, func, inspect, select, update
from sqlalchemy.orm import Session

from booking.privacy.retention.models import RetentionRun
from booking.privacy.retention.rules import RULES, Due, Rule
from booking.settings.queries import in_force

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 5000
"""Most rows of one table deleted in one run: a clock that jumps ahead cannot empty it unnoticed."""


def before_of(rule: Rule, now: datetime) -> datetime:
    """What is older than this instant is due."""
    return now - timedelta(days=in_force(rule.setting))


def counts(session: Session, now: datetime) -> Mapping[str, int]:
    """How many rows each rule would delete now, by the rule's name: the dry run."""
    return {rule.name: sum(_count(session, due) for due in _due(rule, now)) for rule in RULES}


def apply_rule(session: Session, rule: Rule, *, now: datetime) -> int:
    """Delete what is due by one rule, and record it; returns how many rows went."""
    deleted = sum(_delete(session, due) for due in _due(rule, now))
    if deleted:
        before = before_of(rule, now)
        session.add(RetentionRun(rule=rule.name, ran_at=now, before=before, deleted=deleted))
        logger.info("retention: %d rows by the rule %s, before %s", deleted, rule.name, before)
    return deleted


def _due(rule: Rule, now: datetime) -> tuple[Due, ...]:
    return rule.due(before_of(rule, now), now)


def _count(session: Session, due: Due) -> int:
    return session.scalar(select(func.count()).select_from(due.table).where(due.condition)) or 0


def _delete(session: Session, due: Due) -> int:
    key = inspect(due.table).primary_key[0]
    some = select(key).where(due.condition).order_by(key).limit(MOST_AT_ONCE)
    if due.blank is None:
        return _rows(session.execute(delete(due.table).where(key.in_(some))))
    return _rows(session.execute(update(due.table).where(key.in_(some)).values(due.blank)))


def _rows(result: Any) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
