"""Contacts of accounts, consents of persons, and the record of every contact that was shown.

A person is an entry of the register (who may have no account) or an account: one of
`instructor_id` and `user_id`. The contacts of an entry are in `instructors.models.Contact`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.contacts.engine.reveals import Through as Through
from booking.contacts.errors import ContactTaken
from booking.db import Base, refuse
from booking.instructors.engine.vocabulary import Channel
from booking.visibility.engine.readers import Purpose

ONE_PERSON = "(instructor_id IS NULL) <> (user_id IS NULL)"


class UserContact(Base):
    """A telephone number or mail address by which an account wants to be reached."""

    __tablename__ = "user_contact"
    __table_args__ = (UniqueConstraint("user_id", "channel", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    channel: Mapped[Channel]
    value: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]


refuse("uq_user_contact_user_id_channel_value", ContactTaken)
refuse("uq_contact_instructor_id_channel_value", ContactTaken)


class Consent(Base):
    """A consent of a person to one purpose for one channel (PIPL article 14).

    Rows are never changed but for the withdrawal, and a new consent is a new row.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(ONE_PERSON, name="one_person"),
        Index(
            "ix_consent_in_force",
            "instructor_id",
            "user_id",
            "withdrawn_at",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int | None] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE")
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[Purpose]
    channel: Mapped[Channel | None]
    """None: of the entry as a whole (`Purpose.ENTRY`)."""
    text_version: Mapped[str] = mapped_column(String(20))
    """Which version of the sentence the person agreed to."""
    given_at: Mapped[datetime]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    withdrawn_at: Mapped[datetime | None]


class ConsentAnswer(Base):
    """That an account has answered or skipped the question after signing in: it is asked once."""

    __tablename__ = "consent_answer"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    text_version: Mapped[str] = mapped_column(String(20), primary_key=True)
    answered_at: Mapped[datetime]


class Reveal(Base):
    """That somebody saw a contact: who, whose, what, when, why, through what (PIPL art. 54-56).

    Append-only; names are copied, because the rows outlive those whom they name.
    """

    __tablename__ = "reveal"
    __table_args__ = (
        Index("ix_reveal_reader", "reader_id", "shown_at"),
        Index("ix_reveal_shown", "shown_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int | None] = mapped_column(
        ForeignKey("instructor.id", ondelete="SET NULL"), index=True
    )
    """Whose contact of the register it was; None: of an account, or of an entry that is gone."""
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    """Whose contact of an account it was."""
    channel: Mapped[Channel]
    hint: Mapped[str] = mapped_column(String(40))
    """The masked value: which number it was, without telling it."""
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    reader_name: Mapped[str] = mapped_column(String(60))
    reader_unit: Mapped[str] = mapped_column(String(120))
    """The organisation or region for which the reader acted."""
    through: Mapped[Through]
    reference: Mapped[str] = mapped_column(String(40), default="")
    """The number of the lecture or of the request by which it was allowed; empty: none."""
    reason: Mapped[str] = mapped_column(String(200))
    shown_at: Mapped[datetime]
