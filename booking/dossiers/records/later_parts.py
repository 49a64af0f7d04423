"""The parts of a dossier that come after a lecture: who was there, and what changed in the work."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import i18n
from booking.attendance import queries as attendance
from booking.dossiers.records.parts import DossierPart, DossierReader, Part
from booking.follow_ups import queries as follow_ups
from booking.lectures.models import Lecture


def attendance_part(
    session: Session, lecture: Lecture, reader: DossierReader, _now: datetime
) -> Part | None:
    """How many signed the attendance list; their names for the branch's side only."""
    if not reader.parties:
        return None
    found = attendance.attendance_of(session, lecture.id)
    if not found.count:
        return None
    rows = [(_("Number of people"), str(found.count))]
    if reader.keeps_attendees and found.names:
        rows.append((_("Names"), i18n.listed(found.names)))
    return Part(_("Attendance list"), tuple(rows))


def follow_up_part(
    session: Session, lecture: Lecture, reader: DossierReader, _now: datetime
) -> Part | None:
    """What the branch said has changed, some time after the lecture."""
    if not reader.parties:
        return None
    rows = []
    for one in follow_ups.follow_ups_of(session, lecture.id):
        if one.answered_at is None:
            continue
        named = i18n.listed(i18n.data_name(each.name, each.name_en) for each in one.outcomes)
        told = i18n.colon().join(text for text in (named, one.text) if text)
        rows.append((_("After %(days)s days", days=one.days), told or "—"))
    return Part(_("Effect in the work"), tuple(rows)) if rows else None


PARTS: tuple[DossierPart, ...] = (attendance_part, follow_up_part)
"""After those of `built_in`."""
