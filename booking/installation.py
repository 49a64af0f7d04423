"""The identifier of this installation: a random name, generated once by a migration."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from booking.db import Base

FAMILY = "yueke"
"""Ends the UIDs of all installations; the earliest versions wrote only this after the @."""


class Installation(Base):
    """A table of one row, written by the migration; its name never changes."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32))


def uid_suffix(session: Session) -> str:
    """The suffix of this installation's iCalendar UIDs: @NAME.yueke; read once per process."""
    suffix = current_app.extensions.get("uid_suffix")
    if suffix is None:
        name = session.scalars(select(Installation.name)).one()
        suffix = current_app.extensions["uid_suffix"] = f"@{name}.{FAMILY}"
    return str(suffix)
