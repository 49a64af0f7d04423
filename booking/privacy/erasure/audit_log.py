"""The audit log of a person who has left.

For 180 days the law keeps each entry as it was written (Cybersecurity Law, article 21); triggers
forbid changing it. Of what is older the act stays, without the name and without details.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, update
from sqlalchemy.orm import Session

from booking.audit import KEPT_AT_LEAST, AuditEntry, SubjectKind

MARGIN = timedelta(days=1)
"""The database compares with its own clock."""


def erase(
    session: Session,
    *,
    user_id: int | None,
    instructor_ids: tuple[int, ...],
    label: str,
    now: datetime,
) -> None:
    """Replace the labels of entries that need no longer be kept unchanged; drop their details."""
    old = AuditEntry.recorded_at < now - timedelta(days=KEPT_AT_LEAST) - MARGIN
    about_user = and_(AuditEntry.subject_kind == SubjectKind.USER, AuditEntry.subject_id == user_id)
    about_entry = and_(
        AuditEntry.subject_kind == SubjectKind.INSTRUCTOR,
        AuditEntry.subject_id.in_(instructor_ids),
    )
    about = about_entry if user_id is None else or_(about_user, about_entry)
    _change(session, and_(old, about), {"subject_label": label, "detail": {}})
    if user_id is not None:
        _change(session, and_(old, AuditEntry.actor_id == user_id), {"actor_label": label})


def _change(session: Session, condition: object, values: dict[str, object]) -> None:
    statement = update(AuditEntry).where(condition).values(values)  # type: ignore[arg-type]
    session.execute(statement.execution_options(synchronize_session=False))
