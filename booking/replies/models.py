"""Tables of mail that comes back. No text of a mail is stored."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import User
from booking.db import Base
from booking.replies.engine.contents import Participation
from booking.replies.engine.outcomes import MailOutcome


class ReceivedMail(Base):
    """One mail that was handled, or failed; by its digest it is handled once."""

    __tablename__ = "received_mail"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(index=True)
    failures: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[MailOutcome | None]
    """None: an error was raised, and it is tried again."""


class AttendeeReply(Base):
    """The last calendar reply of one attendee about one lecture."""

    __tablename__ = "attendee_reply"
    __table_args__ = (UniqueConstraint("lecture_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    answer: Mapped[Participation]
    sequence: Mapped[int]
    stamped_at: Mapped[datetime]
    """DTSTAMP: an older reply of the same attendee is stale."""
    received_at: Mapped[datetime]


class ReturnedAddress(Base):
    """An address of a user from which mail is returned.

    It counts while the user still has this address, so that another one undoes it.
    """

    __tablename__ = "returned_address"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    address: Mapped[str] = mapped_column(String(255))
    since: Mapped[datetime]
    last_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(12))
    """The enhanced status code (RFC 3463)."""

    user: Mapped[User] = relationship()


class MailboxState(Base):
    """How far the mailbox was read, and how the last look went; one row."""

    __tablename__ = "mailbox_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(64))
    """A hash of server, user and folder: of another mailbox the position says nothing."""
    validity: Mapped[int] = mapped_column(BigInteger)
    """UIDVALIDITY (RFC 9051, 2.3.1.1)."""
    last_uid: Mapped[int] = mapped_column(BigInteger)
    looked_at: Mapped[datetime | None]
    """When it was last read without an error."""
    failed_at: Mapped[datetime | None]
    """When reading it failed; None after a success."""
    fault: Mapped[str] = mapped_column(String(20), default="")
