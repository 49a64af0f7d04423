"""Weekly hours, overrides, rules, the calendar of days off, and calendars kept elsewhere."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from booking.availability.hours import DayKind, MakeupRule, OverrideKind
from booking.availability.outside import Kind, Trouble
from booking.db import Base


class WeeklyBlock(Base):
    """Open from one minute to another of local time on one day of each week."""

    __tablename__ = "weekly_block"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440",
            name="minutes_in_order",
        ),
        Index("ix_weekly_block_instructor_id", "instructor_id", "weekday", "start_minute"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    weekday: Mapped[int]
    """0 is Monday."""
    start_minute: Mapped[int]
    """Minutes from local midnight."""
    end_minute: Mapped[int]
    """Minutes from local midnight, 1440 for the end of the day."""
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    """The last day on which it holds, inclusive."""
    every_weeks: Mapped[int] = mapped_column(default=1)
    """1 for every week, 2 for every other."""
    week_of: Mapped[date | None]
    """A day in a week in which an alternating block holds."""


class DateOverride(Base):
    """Open or closed, unlike the week says, on the days from `first` to `last`."""

    __tablename__ = "date_override"
    __table_args__ = (
        CheckConstraint("first <= last", name="days_in_order"),
        CheckConstraint(
            "0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440",
            name="minutes_in_order",
        ),
        Index("ix_date_override_instructor_id", "instructor_id", "first"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    kind: Mapped[OverrideKind]
    first: Mapped[date]
    last: Mapped[date]
    """The last day, inclusive."""
    start_minute: Mapped[int] = mapped_column(default=0)
    end_minute: Mapped[int] = mapped_column(default=1440)
    note: Mapped[str] = mapped_column(String(120), default="")
    """For the instructor's own eyes."""


class BookingRule(Base):
    """How an instructor takes bookings. An instructor without a row has the defaults."""

    __tablename__ = "booking_rule"

    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True
    )
    step_minutes: Mapped[int]
    notice_days: Mapped[int]
    """Working days between the request and the lecture."""
    horizon_days: Mapped[int]
    """Calendar days ahead that can be booked."""
    buffer_minutes: Mapped[int]
    """Free minutes kept on both sides of a lecture."""
    shortest_minutes: Mapped[int] = mapped_column(default=15)
    longest_minutes: Mapped[int] = mapped_column(default=480)
    closed_on_holidays: Mapped[bool] = mapped_column(default=True)
    makeup: Mapped[MakeupRule] = mapped_column(default=MakeupRule.OWN)
    """Whose hours a make-up workday follows."""
    makeup_weekday: Mapped[int | None]
    cap_day: Mapped[int | None]
    cap_week: Mapped[int | None]
    cap_month: Mapped[int | None]
    cap_year: Mapped[int | None]
    cap_branch_quarter: Mapped[int | None]
    changed_at: Mapped[datetime]


class Term(Base):
    """A term of appointment (聘期), both days inclusive. Without any, none is needed."""

    __tablename__ = "term"
    __table_args__ = (CheckConstraint("first <= last", name="days_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    first: Mapped[date]
    last: Mapped[date]
    certificate: Mapped[str] = mapped_column(String(60), default="")


class Suspension(Base):
    """Days on which an instructor takes no lectures at all, both inclusive."""

    __tablename__ = "suspension"
    __table_args__ = (CheckConstraint("first <= last", name="days_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    first: Mapped[date]
    last: Mapped[date | None]
    """None: until further notice."""
    reason: Mapped[str] = mapped_column(String(200), default="")


class CalendarDay(Base):
    """A statutory day off or a make-up workday (调休). Ordinary days have no row."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind]
    name: Mapped[str] = mapped_column(String(60))
    official: Mapped[bool]
    source: Mapped[str] = mapped_column(String(120))


class OutsideCalendar(Base):
    """A calendar kept elsewhere, of which only busy times are read."""

    __tablename__ = "outside_calendar"
    __table_args__ = (
        CheckConstraint("(kind = 'address') = (address IS NOT NULL)", name="address_of_its_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[Kind]
    label: Mapped[str] = mapped_column(String(60))
    address: Mapped[str | None] = mapped_column(Text)
    """Sealed (`booking.sealing`): whoever knows an address reads the calendar."""
    host: Mapped[str] = mapped_column(String(255), default="")
    """What pages show of the address."""
    all_day_busy: Mapped[bool]
    created_at: Mapped[datetime]
    last_tried_at: Mapped[datetime | None]
    last_good_at: Mapped[datetime | None]
    """When the list that counts was last known to be right."""
    read_at: Mapped[datetime | None]
    """When that list was made; a calendar that has not changed is not read again."""
    known_until: Mapped[datetime | None]
    """The end of the window that the list covers."""
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    """None for an upload. A worker that takes it moves this on, which is its lease."""
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    trouble: Mapped[Trouble | None]
    etag: Mapped[str | None] = mapped_column(String(255))
    last_modified: Mapped[str | None] = mapped_column(String(64))


class BusySpan(Base):
    """A time, [starts_at, ends_at), at which an outside calendar says busy. Nothing more."""

    __tablename__ = "busy_span"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        Index("ix_busy_span_calendar", "calendar_id", "starts_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("outside_calendar.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
