"""Feeds and stored events of two entries that become one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.calendars.feeds.models import Feed
from booking.calendars.models import FeedRevision, RenderedEvent
from booking.instructors.merger import Merge, instructor_merging, move
from booking.lectures.engine.states import Side


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    """Feeds stay at their addresses and show the lectures of both from now on."""
    move(session, merge, Feed.instructor_id)
    _move_events(session, merge)
    _move_revision(session, merge)


def _move_events(session: Session, merge: Merge) -> None:
    """Of a lecture that passed from one to the other, the event of who has it now is kept."""
    # A request has one instructor, so that its tentative event is never doubled.
    mine = (RenderedEvent.side == Side.INSTRUCTOR) & RenderedEvent.tentative.is_(False)
    both = select(RenderedEvent.lecture_id).where(mine, RenderedEvent.owner_id == merge.kept_id)
    doubled = session.execute(
        select(RenderedEvent.lecture_id, RenderedEvent.cancelled).where(
            mine,
            RenderedEvent.owner_id == merge.dropped_id,
            RenderedEvent.lecture_id.in_(both.scalar_subquery()),
        )
    ).all()
    for lecture_id, cancelled in doubled:
        gone = merge.dropped_id if cancelled else merge.kept_id
        session.execute(
            delete(RenderedEvent).where(
                mine, RenderedEvent.owner_id == gone, RenderedEvent.lecture_id == lecture_id
            )
        )
    session.execute(
        update(RenderedEvent)
        .where(RenderedEvent.side == Side.INSTRUCTOR, RenderedEvent.owner_id == merge.dropped_id)
        .values(owner_id=merge.kept_id)
    )


def _move_revision(session: Session, merge: Merge) -> None:
    """One revision for both, greater than either: no client may take its copy for the present."""
    rows = session.scalars(
        select(FeedRevision).where(
            FeedRevision.side == Side.INSTRUCTOR,
            FeedRevision.owner_id.in_((merge.kept_id, merge.dropped_id)),
        )
    ).all()
    if not rows:
        return
    revision = max(row.revision for row in rows) + 1
    requests = max(row.requests for row in rows) + 1
    for row in rows:
        if row.owner_id == merge.dropped_id:
            session.delete(row)
    session.flush()
    session.merge(
        FeedRevision(
            side=Side.INSTRUCTOR, owner_id=merge.kept_id, revision=revision, requests=requests
        )
    )
    session.flush()
