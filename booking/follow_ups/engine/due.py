"""When a branch is asked what a lecture has changed, and when it is reminded once. Pure."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.zones import local_date, local_instant

ASKED_MINUTE = 9 * 60
"""The minute of the local day at which a question falls due: 09:00."""

ASKED_WITHIN = timedelta(days=7)
"""How late a question is still asked: after a longer pause of the worker, and for lectures from
before this existed, nobody is asked."""

REMINDED_AFTER = timedelta(days=7)
"""How long after the question the one reminder comes."""


class FollowUpStage(enum.StrEnum):
    """The two questions about a lecture; how many days after it is a setting."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """Days after the lecture by stage (0: not asked), and days for which a question is open."""

    days: Mapping[FollowUpStage, int]
    open_days: int

    def asked(self) -> list[tuple[FollowUpStage, int]]:
        """The stages that are asked, with their days; two on the same day are one."""
        first, second = (self.days.get(stage, 0) for stage in FollowUpStage)
        stages = [(FollowUpStage.FIRST, first)] if first > 0 else []
        return stages + ([(FollowUpStage.SECOND, second)] if second not in (0, first) else [])


@dataclass(frozen=True, slots=True)
class Question:
    """A question that falls due; instants are aware, and it is open in [due_at, closes_at)."""

    stage: FollowUpStage
    days: int
    due_at: datetime
    closes_at: datetime


def questions(ended_at: datetime, rules: FollowUpRules, zone: ZoneInfo) -> list[Question]:
    """All questions about a lecture that ended at an instant."""
    return [_question(ended_at, stage, days, rules, zone) for stage, days in rules.asked()]


def due(
    ended_at: datetime,
    rules: FollowUpRules,
    *,
    known: Collection[FollowUpStage],
    now: datetime,
    zone: ZoneInfo,
) -> list[Question]:
    """The questions to ask now: due, not `known` yet, and not later than `ASKED_WITHIN`."""
    return [
        one
        for one in questions(ended_at, rules, zone)
        if one.stage not in known and one.due_at <= now < min(one.closes_at, _latest(one))
    ]


def to_remind(*, asked_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Whether an unanswered question of which nobody was reminded is to be recalled now."""
    return asked_at + REMINDED_AFTER <= now < closes_at


def ended_between(
    rules: FollowUpRules, stage_days: int, now: datetime
) -> tuple[datetime, datetime]:
    """A span [first, last) of ends of lectures that has all for which `due` can find this stage."""
    day = timedelta(days=1)
    around = timedelta(days=stage_days)
    late = min(ASKED_WITHIN, timedelta(days=rules.open_days))
    return now - around - late - day, now - around + day


def _question(
    ended_at: datetime, stage: FollowUpStage, days: int, rules: FollowUpRules, zone: ZoneInfo
) -> Question:
    day = local_date(ended_at, zone) + timedelta(days=days)
    due_at = local_instant(day, ASKED_MINUTE, zone)
    closing = local_instant(day + timedelta(days=rules.open_days), ASKED_MINUTE, zone)
    return Question(stage, days, due_at, closing)


def _latest(question: Question) -> datetime:
    return question.due_at + ASKED_WITHIN
