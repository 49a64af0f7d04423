"""Deliveries: one message to one recipient by one channel, with its sending status."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base
from booking.notifications.engine.kinds import MessageKind

MAIL = "mail"
"""The channel of mail."""


class Delivery(Base):
    """One message to one recipient. The message is rendered when the row is written.

    A worker claims a row with a lease, sends the message, then deletes the message. Its
    Message-ID is stable, so sending twice does no harm. The final state is sent (`sent_at`),
    superseded (`superseded_at`), or parked: given up after all attempts, until somebody has it
    tried again (`PARKED`).
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "recipient"),
        Index(
            "ix_delivery_waiting",
            "next_try_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
        Index("ix_delivery_lecture", "lecture_id"),
        Index("ix_delivery_message_id", "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_event.id", ondelete="SET NULL"))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    """The account that it is for; None for somebody without one, and for earlier rows."""
    recipient: Mapped[str] = mapped_column(String(255))
    """The address in the channel: of mail, a telephone number, or `robot:ID` of a group."""
    channel: Mapped[str] = mapped_column(String(10), default=MAIL, server_default=MAIL)
    kind: Mapped[MessageKind | None]
    """What it is about; None for rows that were written before kinds existed."""
    message_id: Mapped[str | None] = mapped_column(String(255))
    """The Message-ID, by which an answer or a report of failure refers to it (RFC 5322, 3.6.4)."""
    subject: Mapped[str] = mapped_column(String(255))
    message: Mapped[bytes | None] = mapped_column(LargeBinary)
    lecture_id: Mapped[int | None]
    """The lecture that the mail is about; None for other mail."""
    itip_method: Mapped[str | None] = mapped_column(String(10))
    """REQUEST or CANCEL (RFC 5546): what its calendar part did; None for a mail without one."""
    sequence: Mapped[int | None]
    """The lecture's SEQUENCE at the event; mail with an earlier one is not sent any more."""
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    """When the next attempt is due; a claim sets it to the end of its lease.

    None without `sent_at` and `superseded_at`: parked.
    """
    claimed_until: Mapped[datetime | None]
    """The end of the lease of the worker that is sending it, if any."""
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    """When it was withdrawn from sending because the lecture had changed."""
    returned_at: Mapped[datetime | None]
    """When a report came that it could not be delivered after all (RFC 3464)."""
    last_error: Mapped[str | None] = mapped_column(Text)
    """The type of the last failure and the codes of the answer, never its text: see
    `engine.results`."""


PARKED: ColumnElement[bool] = and_(
    Delivery.sent_at.is_(None), Delivery.superseded_at.is_(None), Delivery.next_try_at.is_(None)
)
"""SQL condition: a delivery was given up, and waits for somebody to have it tried again."""
