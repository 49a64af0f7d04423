"""Tables of weekly hours, timetables, exceptions, rules, terms, days off and half-days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.availability.engine.errors import TermsOverlap
from booking.availability.engine.hours import DayKind, MakeupRule, OverrideKind
from booking.availability.engine.rules import Part
from booking.db import Base, refuse


class WeeklyBlock(Base):
    """A block of the everyday week: open between two minutes of local time on one weekday."""

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


class DateOverride(Base):
    """An exception to the weekly hours on the days from `first` to `last`."""

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
    """Not shown to branches."""


class BookingRule(Base):
    """How an instructor takes bookings. Without a row the defaults apply."""

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
    shortest_minutes: Mapped[int] = mapped_column(default=5)
    longest_minutes: Mapped[int] = mapped_column(default=480)
    closed_on_holidays: Mapped[bool] = mapped_column(default=True)
    makeup: Mapped[MakeupRule] = mapped_column(default=MakeupRule.OWN)
    """Which weekday's hours a make-up workday follows."""
    makeup_weekday: Mapped[int | None]
    cap_day: Mapped[int | None]
    cap_week: Mapped[int | None]
    cap_month: Mapped[int | None]
    cap_year: Mapped[int | None]
    cap_branch_quarter: Mapped[int | None]
    changed_at: Mapped[datetime]


class Term(Base):
    """A term of appointment (聘期), both days inclusive. An instructor without any needs none."""

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
    """Whether the year's own schedule contains it; one such day makes its year official."""
    source: Mapped[str] = mapped_column(String(120))


class Timetable(Base):
    """Other hours for a period, or for every second week; see `engine.timetables`."""

    __tablename__ = "timetable"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_to", name="days_in_order"),
        CheckConstraint(
            "every_weeks IN (1, 2) AND (every_weeks = 2) = (week_of IS NOT NULL)",
            name="weeks_that_count",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    """The last day on which it applies, inclusive."""
    every_weeks: Mapped[int]
    """1 for every week, 2 for every other."""
    week_of: Mapped[date | None]
    """A day in an active week of an alternating timetable."""
    replaces: Mapped[bool]
    """Whether it replaces the everyday week; otherwise it adds to it."""

    blocks: Mapped[list[TimetableBlock]] = relationship(
        cascade="all, delete-orphan",
        passive_deletes=True,
        lazy="selectin",
        order_by="(TimetableBlock.weekday, TimetableBlock.start_minute)",
    )


class TimetableBlock(Base):
    """Open between two minutes of local time on one weekday, while its timetable applies."""

    __tablename__ = "timetable_block"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440",
            name="minutes_in_order",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    timetable_id: Mapped[int] = mapped_column(
        ForeignKey("timetable.id", ondelete="CASCADE"), index=True
    )
    weekday: Mapped[int]
    """0 is Monday."""
    start_minute: Mapped[int]
    end_minute: Mapped[int]


class ScheduleChange(Base):
    """A part of a schedule before and after a change, so that the change can be undone."""

    __tablename__ = "schedule_change"
    __table_args__ = (Index("ix_schedule_change_instructor_id", "instructor_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    part: Mapped[Part]
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime]


class HalfDayTemplate(Base):
    """The half-days of a region and of those below it; see `engine.day_parts`."""

    __tablename__ = "slot_template"
    __table_args__ = (
        CheckConstraint(
            "0 <= morning_start AND morning_start < morning_end "
            "AND morning_end <= afternoon_start AND afternoon_start < afternoon_end "
            "AND afternoon_end <= evening_start AND evening_start < evening_end "
            "AND evening_end <= 1440",
            name="minutes_in_order",
        ),
    )

    region_code: Mapped[str] = mapped_column(
        ForeignKey("region.code", ondelete="CASCADE"), primary_key=True
    )
    morning_start: Mapped[int]
    """Minutes from local midnight, like all of these."""
    morning_end: Mapped[int]
    afternoon_start: Mapped[int]
    afternoon_end: Mapped[int]
    evening_start: Mapped[int]
    evening_end: Mapped[int]
    changed_at: Mapped[datetime]


refuse("ex_term_no_overlap", TermsOverlap)
