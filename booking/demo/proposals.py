"""Open proposals of the demonstration, through the services: one move and one replacement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from booking.availability.engine.hours import local_date
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine.agreement import MOST_OPTIONS, ProposalKind
from booking.lectures.engine.states import Party, State
from booking.lectures.models import Lecture
from booking.lectures.proposals import service
from booking.lectures.proposals.candidates import candidates
from booking.lectures.proposals.options import Wanted
from booking.lectures.proposals.service import Acting
from booking.lectures.queries import bookable_slots

DAYS_LATER = 14
"""Within so many days after the present one lies the proposed time."""


def add(
    session: Session, *, instructor_id: int, organisation_id: int, now: datetime, zone: ZoneInfo
) -> None:
    """Propose to move a lecture of the instructor, and somebody else for one of the branch."""
    for lecture in _coming(session, Lecture.instructor_id == instructor_id, now):
        if _move(session, lecture, now, zone):
            break
    others = Lecture.instructor_id != instructor_id
    own, any_branch = others & (Lecture.organisation_id == organisation_id), others
    for condition in (own, any_branch):
        if any(_replace(session, one, now, zone) for one in _coming(session, condition, now)):
            break


def _coming(session: Session, condition: ColumnElement[bool], now: datetime) -> Iterable[Lecture]:
    """Confirmed lectures that begin in some days, the next first."""
    query = select(Lecture).where(
        condition, Lecture.state == State.CONFIRMED, Lecture.starts_at > now + timedelta(days=4)
    )
    return session.scalars(query.order_by(Lecture.starts_at, Lecture.id)).all()


def _move(session: Session, lecture: Lecture, now: datetime, zone: ZoneInfo) -> bool:
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
    _propose(
        session, lecture, ProposalKind.MOVE, wanted, Party.BRANCH, "会场临时停电检修。", now, zone
    )
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
