"""Codes for sign-in: asked for by a page, made by the worker, used once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class SignInCode(Base):
    """One request for a code. The page stores one for every number, known or not.

    The worker looks up the account and stores the keyed hash of a code: of a random one that is
    sent to nobody, where no code may be sent. So pages and their timing tell nothing.
    """

    __tablename__ = "sign_in_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str | None] = mapped_column(String(16))
    """The number that was typed, until the worker has looked it up."""
    language: Mapped[str | None] = mapped_column(String(12))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    code_hash: Mapped[str | None] = mapped_column(String(64))
    """`crypto.fingerprint` of id and code; None until the worker has made one."""
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    """None: the number has no account that may sign in by a code."""
    uniquifier: Mapped[str | None] = mapped_column(String(64))
    """The account's `fs_uniquifier` when the code was made: a new password ends it."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often a code was typed, a right one included."""
    used_at: Mapped[datetime | None]
