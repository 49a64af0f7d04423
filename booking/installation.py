"""What tells this installation from every other one: a random name, made once and kept."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from booking.db import Base

FAMILY = "yueke"
"""Ends the UIDs of all installations; the earliest versions wrote nothing else after the @."""


class Installation(Base):
    """The one row that the migration writes; its name never changes."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32))


def uid_suffix(session: Session) -> str:
    """What ends the UIDs of this installation's lectures: @NAME.yueke; read once a process."""
    known = current_app.extensions.get("uid_suffix")
    if known is None:
        name = session.scalars(select(Installation.name)).one()
        known = current_app.extensions["uid_suffix"] = f"@{name}.{FAMILY}"
    return str(known)
