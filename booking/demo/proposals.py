"""Open proposals of the demonstration, through the services: two moves and a replacement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_date
from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine.agreement import MOST_OPTIONS, ProposalKind
from booking.lectures.engine.states import Party, State
from booking.lectures.models import Lecture
from booking.lectures.proposals import service
from booking.lectures.proposals.acts import Acting
from booking.lectures.proposals.candidates import candidates
from booking.lectures.proposals.options import Wanted
from booking.lectures.schedules.queries import bookable_slots

DAYS_LATER = 14
"""Within so many days after the present one lies the proposed time."""


def add(
    session: Session, *, instructor_id: int, organisation_id: int, now: datetime, zone: ZoneInfo
) -> None:
    """What both sign-ins can answer, a move each, and one replacement of others."""
    taught = Lecture.instructor_id == instructor_id
    booked = Lecture.organisation_id == organisation_id
    for condition, party, reason in (
        (taught & ~booked, Party.BRANCH, "会场临时停电检修。"),
        (booked & ~taught, Party.INSTRUCTOR, "当天另有会议。"),
    ):
        coming = _coming(session, condition, now)
        any(_move(session, one, party, reason, now, zone) for one in coming)
    any(_replace(session, one, now, zone) for one in _coming(session, ~taught & ~booked, now))


def _coming(session: Session, condition: ColumnElement[bool], now: datetime) -> Iterable[Lecture]:
    """Confirmed lectures that begin in some days, the next first."""
    query = select(Lecture).where(
        condition, Lecture.state == State.CONFIRMED, Lecture.starts_at > now + timedelta(days=2)
    )
    return session.scalars(query.order_by(Lecture.starts_at, Lecture.id)).all()


def _move(
    session: Session, lecture: Lecture, party: Party, reason: str, now: datetime, zone: ZoneInfo
) -> bool:
    day = local_date(lecture.starts_at, zone)
    online = lecture.format is Format.ONLINE
    slots = bookable_slots(
        session,
        [lecture.instructor_id],
        slot_request=SlotRequest(
            int((lecture.ends_at - lecture.starts_at).total_seconds()) // 60,
            None if online else Place(lecture.region_code, lecture.place),
            lecture.organisation_id,
            lecture_id=lecture.id,
        ),
        first=day + timedelta(days=1),
        last=day + timedelta(days=DAYS_LATER),
        now=now,
        zone=zone,
    )[lecture.instructor_id]
    days = {local_date(start, zone): start for start, _end in reversed(slots)}
    starts = sorted(days.values())[: MOST_OPTIONS - 1]
    if not starts:
        return False
    wanted = [Wanted(start, lecture.region_code, lecture.place, lecture.format) for start in starts]
    _propose(session, lecture, ProposalKind.MOVE, wanted, party, reason, now, zone)
    return True


def _replace(session: Session, lecture: Lecture, now: datetime, zone: ZoneInfo) -> bool:
    found = candidates(session, lecture, urgent=True, now=now, zone=zone)
    if not found:
        return False
    wanted = Wanted(
        lecture.starts_at,
        lecture.region_code,
        lecture.place,
        lecture.format,
        instructor_id=found[0].instructor.id,
        topic_id=found[0].topics[0].id,
    )
    party, reason = Party.INSTRUCTOR, "本人住院，请这位老师代讲。"
    _propose(session, lecture, ProposalKind.REPLACEMENT, [wanted], party, reason, now, zone)
    return True


def _propose(
    session: Session,
    lecture: Lecture,
    kind: ProposalKind,
    wanted: list[Wanted],
    party: Party,
    reason: str,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    acting = Acting(frozenset({party}), None, now - timedelta(hours=2), reason)
    service.propose(
        session, number=lecture.number, kind=kind, wanted=wanted, acting=acting, zone=zone
    )
