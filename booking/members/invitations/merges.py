"""Invitations follow an organisation or an entry that is merged into another one.

Whoever merges calls these in the same transaction, before the row that goes is deleted: with it
its invitations would be deleted as well.
"""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.members.models import Invitation


def organisation_merged(session: Session, *, old: int, kept: int) -> None:
    """Invitations to an organisation become invitations to the one that is kept."""
    moved = update(Invitation).where(Invitation.organisation_id == old)
    session.execute(moved.values(organisation_id=kept))


def instructor_merged(session: Session, *, old: int, kept: int) -> None:
    """Invitations of an instructor become those of the entry that is kept."""
    moved = update(Invitation).where(Invitation.instructor_id == old)
    session.execute(moved.values(instructor_id=kept))
