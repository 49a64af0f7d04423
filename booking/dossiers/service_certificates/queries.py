"""What an instructor gave in each year, and the certificates that were issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.availability.engine.zones import local_date
from booking.dossiers.service_certificates.errors import NoSuchCertificate
from booking.dossiers.service_certificates.models import ServiceCertificate
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.lectures.records.models import LectureOutcome, LectureRecord

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of codes: without those that are taken for others on paper (0 O, 1 I L)."""


@dataclass(frozen=True, slots=True)
class ServiceYear:
    """Lectures recorded as held in a year, and the sum of their credit hours."""

    year: int
    lectures: int
    credit_hours: Decimal


def years(session: Session, instructor_id: int, zone: ZoneInfo) -> list[ServiceYear]:
    """The years with lectures that are recorded as held, the newest first. One query."""
    query = (
        select(Lecture.starts_at, LectureRecord.credit_hours)
        .join(LectureRecord, LectureRecord.lecture_id == Lecture.id)
        .where(
            Lecture.instructor_id == instructor_id,
            Lecture.state == State.DELIVERED,
            LectureRecord.outcome == LectureOutcome.HELD,
        )
        .order_by(Lecture.starts_at, Lecture.id)
    )
    found: dict[int, ServiceYear] = {}
    for starts_at, hours in session.execute(query):
        year = local_date(starts_at, zone).year
        so_far = found.get(year, ServiceYear(year, 0, Decimal(0)))
        found[year] = ServiceYear(
            year, so_far.lectures + 1, so_far.credit_hours + (hours or Decimal(0))
        )
    return [found[year] for year in sorted(found, reverse=True)]


def issued(session: Session, instructor_id: int) -> Sequence[ServiceCertificate]:
    """The certificates of an instructor, the newest first."""
    query = select(ServiceCertificate).where(ServiceCertificate.instructor_id == instructor_id)
    return session.scalars(query.order_by(ServiceCertificate.id.desc())).all()


def by_code(session: Session, typed: str) -> ServiceCertificate:
    """The certificate of a code, in any case and grouping. Raises `NoSuchCertificate` (404)."""
    code = "".join(one for one in typed.upper() if one in LETTERS)
    query = select(ServiceCertificate).where(ServiceCertificate.code == code)
    found = session.scalars(query.options(joinedload(ServiceCertificate.instructor))).one_or_none()
    if found is None:
        raise NoSuchCertificate()
    return found
