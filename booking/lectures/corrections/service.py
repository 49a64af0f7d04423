"""A branch corrects a returned request and submits it again. The caller owns the transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.availability.engine.offers import Availability
from booking.errors import NotFound
from booking.lectures import booking_requests, changes, service
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.changes import Change
from booking.lectures.engine import lifecycle
from booking.lectures.engine.guards import Times
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Hold, Lecture
from booking.text import plain


def resubmit(
    session: Session,
    *,
    number: str,
    corrected: BookingRequest,
    parties: frozenset[Party],
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
    known: dict[int, Availability] | None = None,
) -> Lecture:
    """Submit a returned request again, with everything that was corrected.

    The instructor and the branch stay. The hold stays with the lecture and moves with its time.
    Raises `NotBookable` with the nearest times, `Invalid` for a value out of range, and what
    `lifecycle.take` raises.
    """
    booking_requests.check_values(corrected)
    known = known or booking_requests.hours_around(session, corrected, now=now, zone=zone)
    lecture = changes.locked(session, number)
    times = Times(now, lecture.starts_at, lecture.ends_at, lecture.reply_due_at)
    row = lifecycle.take(lecture.state, Command.RESUBMIT, parties, times, "")
    same = (corrected.instructor_id, corrected.organisation_id) == (
        lecture.instructor_id,
        lecture.organisation_id,
    )
    if not same:
        raise NotFound(_("This request is for another instructor. Withdraw it and ask anew."))
    _instructor, topic, _organisation, region = booking_requests.locked(session, corrected)
    asked = replace(booking_requests.asked(corrected, topic), lecture_id=lecture.id)
    booking_requests.check_slot(session, corrected, asked, known, now=now, zone=zone)
    lecture.topic_id, lecture.title = topic.id, topic.title
    lecture.starts_at = corrected.starts_at
    lecture.ends_at = corrected.starts_at + timedelta(minutes=topic.minutes)
    lecture.region, lecture.region_code = region, region.code
    lecture.place = plain(corrected.place).strip()
    lecture.format, lecture.audience = corrected.format, corrected.audience
    lecture.attendees = corrected.attendees
    lecture.note = plain(corrected.note).strip()
    session.execute(delete(Hold).where(Hold.lecture_id == lecture.id, Hold.option_id.is_(None)))
    session.add(changes.own_hold(lecture))
    party = next(party for party in Party if party in row.who & parties)
    change = Change(row.event, lecture.state, row.command, party, user_id, now, sets_facts=True)
    service.change_state(session, lecture, row, change)
    return lecture
