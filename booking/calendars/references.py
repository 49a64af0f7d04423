"""Rows of calendars that name an organisation."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from booking.calendars.models import Feed, FeedRevision, RenderedEvent
from booking.db.references import Key, Reference
from booking.lectures.engine.states import Side
from booking.sentences import N_


def _join_revisions(session: Session, gone: Key, stays: Key) -> int:
    """Give the calendar a revision that neither had: subscribers of both fetch it anew."""
    of_both = (FeedRevision.side == Side.BRANCH) & FeedRevision.owner_id.in_((gone, stays))
    total = session.scalar(select(func.sum(FeedRevision.revision)).where(of_both))
    has_gone = session.get(FeedRevision, (Side.BRANCH, gone), populate_existing=True)
    if total is None or has_gone is None:
        return 0
    session.execute(delete(FeedRevision).where(of_both))
    session.expunge(has_gone)
    session.add(FeedRevision(side=Side.BRANCH, owner_id=int(stays), revision=total + 1))
    session.flush()
    return 1


REFERENCES = (
    Reference("organisation", Feed.organisation_id, N_("Calendar addresses")),
    Reference("organisation", FeedRevision.owner_id, act=_join_revisions),
    Reference("organisation", RenderedEvent.owner_id, only=RenderedEvent.side == Side.BRANCH),
)
