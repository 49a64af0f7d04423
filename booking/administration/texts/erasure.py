"""Takes the name of somebody who has left out of the versions of text pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.administration.texts.models import TextVersion
from booking.privacy.erasure.service import person_erasing
from booking.privacy.erasure.subject import Subject


def subscribe() -> None:
    """Connect the signal."""
    person_erasing.connect(_on_erasing)


def _on_erasing(session: Session, *, subject: Subject, **_more: Any) -> None:
    if subject.user_id is not None:
        own = TextVersion.changed_by.in_(subject.names | subject.contacts)
        session.execute(update(TextVersion).where(own).values(changed_by=subject.label))
