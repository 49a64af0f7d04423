"""Tables of certificates of service, and of their numbers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base
from booking.instructors.models import Instructor


class ServiceCertificate(Base):
    """What was certified of one instructor and one year, as issued.

    The name is that of the entry: where it is gone, nothing is left to check.
    """

    __tablename__ = "service_certificate"
    __table_args__ = (
        CheckConstraint("lectures > 0", name="some_lectures"),
        Index("ix_service_certificate_instructor", "instructor_id", "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """What is typed to check the paper: random, and on the paper only."""
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    year: Mapped[int]
    lectures: Mapped[int]
    credit_hours: Mapped[Decimal] = mapped_column(Numeric(7, 1))
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    replaced_at: Mapped[datetime | None]
    """When one with other figures took its place."""

    instructor: Mapped[Instructor] = relationship()


class ServiceCertificateCounter(Base):
    """The last number of a certificate of service in each year of issue."""

    __tablename__ = "service_certificate_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
