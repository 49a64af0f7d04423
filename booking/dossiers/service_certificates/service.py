"""Issues certificates of service. The caller owns the transaction."""

from __future__ import annotations

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from booking import audit
from booking.audit import About, Action, SubjectKind
from booking.availability.engine.zones import local_date
from booking.dossiers.service_certificates import queries
from booking.dossiers.service_certificates.errors import NothingToCertify
from booking.dossiers.service_certificates.models import ServiceCertificate
from booking.dossiers.service_certificates.queries import LETTERS
from booking.instructors.models import Instructor

CODE_LENGTH = 10
"""31 letters: 49 bits, with requests limited by address."""

_INCREMENT = text(
    "INSERT INTO service_certificate_counter (year, last) VALUES (:year, 1) ON CONFLICT (year) "
    "DO UPDATE SET last = service_certificate_counter.last + 1 RETURNING last"
)


def issue(
    session: Session,
    instructor: Instructor,
    year: int,
    *,
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
) -> ServiceCertificate:
    """The certificate of a year: the one there is if its figures still hold, or a new one.

    Raises `NothingToCertify`.
    """
    # Two requests at a time would otherwise issue two.
    session.execute(select(Instructor.id).where(Instructor.id == instructor.id).with_for_update())
    figures = {one.year: one for one in queries.years(session, instructor.id, zone)}.get(year)
    if figures is None:
        raise NothingToCertify()
    for earlier in queries.issued(session, instructor.id):
        if earlier.year == year and earlier.replaced_at is None:
            if (earlier.lectures, earlier.credit_hours) == (
                figures.lectures,
                figures.credit_hours,
            ):
                return earlier
            earlier.replaced_at = now
    issued_in = local_date(now, zone).year
    last = session.scalar(_INCREMENT, {"year": issued_in})
    assert last is not None
    made = ServiceCertificate(
        number=f"SK-{issued_in}-{last:04d}",
        code="".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)),
        instructor_id=instructor.id,
        year=year,
        lectures=figures.lectures,
        credit_hours=figures.credit_hours,
        issued_at=now,
        issued_by=user_id,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        Action.SERVICE_CERTIFIED,
        about=About(SubjectKind.INSTRUCTOR, instructor.id, instructor.name),
        region_code=instructor.region_code,
        detail={"number": made.number, "year": year},
    )
    return made
