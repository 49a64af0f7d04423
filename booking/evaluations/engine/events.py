"""The event that a branch is to be reminded of its evaluation. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class EvaluationDue:
    """Which lecture waits for the evaluation of its branch."""

    at: datetime
    lecture_id: int


EVALUATION_DUE = OutboxKind("evaluation.due", EvaluationDue)
