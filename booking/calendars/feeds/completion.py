"""Write the stored events that a release or a changed setting has left out.

Lectures that were requested before tentative events existed have none; a new language of the
installation, or another first one, has no texts yet. Feeds show the others meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from booking import i18n
from booking.calendars import service
from booking.calendars.feeds.engine.feed_window import PAST
from booking.calendars.models import RenderedEvent, RenderedText
from booking.lectures.changes import Change, snapshot
from booking.lectures.engine.states import EventKind, Party, State
from booking.lectures.models import Lecture

AT_ONCE = 200
"""Lectures of one transaction."""


def incomplete(session: Session, *, now: datetime, after: int = 0) -> Sequence[int]:
    """The ids of lectures whose events are not complete, the next `AT_ONCE` after an id."""
    first, *others = i18n.languages()
    of_lecture = RenderedEvent.lecture_id == Lecture.id
    lacking = [RenderedEvent.language != first]
    lacking += [
        ~exists().where(RenderedText.event_id == RenderedEvent.id, RenderedText.language == one)
        for one in others
    ]
    unasked = and_(
        Lecture.state == State.REQUESTED, ~exists().where(of_lecture, RenderedEvent.tentative)
    )
    query = (
        select(Lecture.id)
        .where(
            Lecture.id > after,
            Lecture.starts_at >= now - PAST,
            or_(exists().where(of_lecture, or_(*lacking)), unasked),
        )
        .order_by(Lecture.id)
        .limit(AT_ONCE)
    )
    return session.scalars(query).all()


def complete(session: Session, lecture_id: int, *, now: datetime) -> None:
    """Write all events of one lecture anew, as they stand."""
    lecture = session.get(Lecture, lecture_id, with_for_update=True)
    if lecture is None:
        return
    change = Change(EventKind.CONFIRMED, None, None, Party.SYSTEM, None, now)
    event = snapshot(lecture, change)
    columns = RenderedEvent.side, RenderedEvent.owner_id, RenderedEvent.cancelled
    published = select(*columns).where(
        RenderedEvent.lecture_id == lecture_id, ~RenderedEvent.tentative
    )
    owners = []
    for side, owner_id, cancelled in session.execute(published).all():
        service.render(session, event, (side, owner_id), cancelled=cancelled)
        owners.append((side, owner_id))
    service.increment(session, event, owners, revision=1)
    if lecture.state is State.REQUESTED:
        service.publish_request(session, event)
