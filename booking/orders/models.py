"""Tables of orders: the need, its windows, offers, claims, history, and the number counter."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import Organisation, Region
from booking.db import Base, refuse
from booking.instructors.engine.vocabulary import Audience, Format
from booking.instructors.models import Field, Instructor, Topic
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.orders.engine.errors import OrderMovedOn
from booking.orders.engine.lifecycle import OrderCommand, OrderState
from booking.orders.engine.needs import UnmetReason
from booking.orders.engine.windows import Window


class OfferState(enum.StrEnum):
    """What became of one instructor of an order's queue."""

    WAITING = "waiting"
    """In turn: will be asked if those before decline."""
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    """No answer in time."""
    RECALLED = "recalled"
    IMPOSSIBLE = "impossible"
    """Without a free time when the turn came."""
    DROPPED = "dropped"
    """Not asked any more: the order was met or ended before."""
    HELD = "held"
    """Waiting list: the time is held for the branch, which decides whether to ask."""
    LET_GO = "let_go"
    """The branch did not want the held time."""
    LAPSED = "lapsed"
    """The branch did not say in time whether it wants the held time."""


UNASKED = frozenset({OfferState.DROPPED, OfferState.HELD, OfferState.LET_GO, OfferState.LAPSED})
"""Ends of an offer of which the instructor never heard."""


class ClaimState(enum.StrEnum):
    """What became of a claim."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"


class Order(Base):
    """An order (点单): what a branch needs, without an instructor or waiting for one.

    `lecture_id` is its live lecture; the unique constraint makes that one at most, and one order at
    most for a lecture.
    """

    __tablename__ = "branch_order"
    __table_args__ = (
        CheckConstraint(
            "lecture_id IS NULL OR state IN ('offered', 'fulfilled')", name="lecture_while_live"
        ),
        CheckConstraint("merged_into_id <> id", name="not_into_itself"),
        Index("ix_branch_order_organisation", "organisation_id", "created_at"),
        Index("ix_branch_order_state", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[OrderState]

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    wish: Mapped[str] = mapped_column(String(100), default="")
    """What it should be about, in the branch's words."""
    topic_id: Mapped[int | None] = mapped_column(
        ForeignKey("topic.id", ondelete="SET NULL"), index=True
    )
    """A topic like which it should be."""
    field_id: Mapped[int | None] = mapped_column(ForeignKey("field.id", ondelete="SET NULL"))
    audience: Mapped[Audience | None]
    format: Mapped[Format | None]
    attendees: Mapped[int | None]
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    place: Mapped[str] = mapped_column(String(200))
    equipment: Mapped[str] = mapped_column(String(200), default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    accepts_another_time: Mapped[bool] = mapped_column(default=False)
    instructor_id: Mapped[int | None] = mapped_column(
        ForeignKey("instructor.id", ondelete="SET NULL"), index=True
    )
    """The only instructor whom it waits for (waiting list)."""

    lecture_id: Mapped[int | None] = mapped_column(ForeignKey("lecture.id"), unique=True)
    cancelled_lecture_id: Mapped[int | None] = mapped_column(
        ForeignKey("lecture.id", ondelete="SET NULL"), unique=True
    )
    """The lecture booked directly whose cancellation by the instructor opened this order."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("branch_order.id"), index=True)
    """The order in whose lecture this branch takes part."""
    published_at: Mapped[datetime | None]
    """Since when instructors may claim it."""
    unmet: Mapped[UnmetReason | None]
    """Why it was not met, where it was rejected or has expired."""

    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """The end of the last window."""

    organisation: Mapped[Organisation] = relationship()
    topic: Mapped[Topic | None] = relationship()
    field: Mapped[Field | None] = relationship()
    region: Mapped[Region] = relationship()
    instructor: Mapped[Instructor | None] = relationship()
    lecture: Mapped[Lecture | None] = relationship(foreign_keys=[lecture_id])
    merged_into: Mapped[Order | None] = relationship(remote_side=[id], back_populates="guests")
    guests: Mapped[list[Order]] = relationship(back_populates="merged_into", order_by="Order.id")
    windows: Mapped[list[OrderWindow]] = relationship(
        back_populates="order", order_by="OrderWindow.starts_at", cascade="all, delete-orphan"
    )
    offers: Mapped[list[OrderOffer]] = relationship(
        back_populates="order", order_by="OrderOffer.id"
    )
    claims: Mapped[list[OrderClaim]] = relationship(
        back_populates="order", order_by="OrderClaim.at, OrderClaim.id"
    )
    history: Mapped[list[OrderHistory]] = relationship(
        back_populates="order", order_by="OrderHistory.id"
    )

    @property
    def subject(self) -> str:
        """What the lecture should be about, in one line."""
        if self.wish:
            return self.wish
        if self.topic is not None:
            return self.topic.title
        return self.field.name if self.field is not None else ""

    @property
    def shared_lecture(self) -> Lecture | None:
        """The live lecture, of this order or of the one that it takes part in."""
        return self.merged_into.lecture if self.merged_into is not None else self.lecture


class OrderWindow(Base):
    """A stretch of time in which the lecture of an order may lie."""

    __tablename__ = "order_window"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="times_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("branch_order.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    part: Mapped[str] = mapped_column(String(10), default="")

    order: Mapped[Order] = relationship(back_populates="windows")

    def value(self) -> Window:
        """This window as a plain value."""
        return Window(self.starts_at, self.ends_at, self.part)


class OrderOffer(Base):
    """One instructor of the queue of an order, in the order of ids: asked, or to be asked."""

    __tablename__ = "order_offer"
    __table_args__ = (
        # No more than one held time for each order.
        Index(
            "uq_order_offer_held",
            "order_id",
            unique=True,
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        Index(
            "ix_order_offer_held_until",
            "held_until",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("branch_order.id", ondelete="CASCADE"), index=True
    )
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id", ondelete="SET NULL"))
    starts_at: Mapped[datetime]
    """The time that was chosen; where it is taken when the turn comes, the nearest one is asked."""
    state: Mapped[OfferState]
    lecture_id: Mapped[int | None] = mapped_column(
        ForeignKey("lecture.id", ondelete="SET NULL"), unique=True
    )
    dispatched_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    """When it was put into the queue, or asked."""
    hold_id: Mapped[int | None] = mapped_column(
        ForeignKey("hold.id", ondelete="SET NULL"), unique=True
    )
    """What keeps the time while the branch decides."""
    ends_at: Mapped[datetime | None]
    """The end of a time that is or was held for the branch."""
    held_until: Mapped[datetime | None]
    """Until when the branch can decide on it."""

    order: Mapped[Order] = relationship(back_populates="offers")
    instructor: Mapped[Instructor] = relationship()


class OrderClaim(Base):
    """An instructor would give the lecture of a published order at a time (抢单)."""

    __tablename__ = "order_claim"
    __table_args__ = (UniqueConstraint("order_id", "instructor_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("branch_order.id", ondelete="CASCADE"))
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id", ondelete="SET NULL"))
    starts_at: Mapped[datetime]
    at: Mapped[datetime]
    state: Mapped[ClaimState]

    order: Mapped[Order] = relationship(back_populates="claims")
    instructor: Mapped[Instructor] = relationship()
    topic: Mapped[Topic | None] = relationship()


class OrderHistory(Base):
    """One transition of an order: user, instant, old and new state, reason."""

    __tablename__ = "order_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("branch_order.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(String(60), default="")
    """The user's name at that time: history outlives accounts. Never a mail address."""
    party: Mapped[Party]
    command: Mapped[OrderCommand | None]
    """None for placing it."""
    source: Mapped[OrderState | None]
    target: Mapped[OrderState]
    reason: Mapped[str] = mapped_column(Text, default="")

    order: Mapped[Order] = relationship(back_populates="history")


class OrderCounter(Base):
    """The last order number issued in each year."""

    __tablename__ = "order_counter"

    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


refuse("branch_order_lecture_id", OrderMovedOn)
