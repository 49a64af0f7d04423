"""Rows of calendars that name an organisation."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.calendars.feeds.models import Feed
from booking.calendars.models import FeedRevision, RenderedEvent
from booking.db.references import Key, Reference
from booking.lectures.engine.states import Side
from booking.sentences import N_


def _join_revisions(session: Session, gone: Key, stays: Key) -> int:
    """Give the calendar a revision that neither had: subscribers of both fetch it anew."""
    of_both = (FeedRevision.side == Side.BRANCH) & FeedRevision.owner_id.in_((gone, stays))
    query = select(FeedRevision).where(of_both).execution_options(populate_existing=True)
    rows = session.scalars(query).all()
    if not any(row.owner_id == gone for row in rows):
        return 0
    revision = sum(row.revision for row in rows) + 1
    requests = sum(row.requests for row in rows) + 1
    for row in rows:
        session.expunge(row)
    session.execute(delete(FeedRevision).where(of_both))
    session.add(
        FeedRevision(side=Side.BRANCH, owner_id=int(stays), revision=revision, requests=requests)
    )
    session.flush()
    return 1


REFERENCES = (
    Reference("organisation", Feed.organisation_id, N_("Calendar addresses")),
    Reference("region", Feed.region_code, N_("Calendar addresses")),
    Reference("field", Feed.field_id, N_("Calendar addresses")),
    Reference(
        "organisation",
        FeedRevision.owner_id,
        only=FeedRevision.side == Side.BRANCH,
        act=_join_revisions,
    ),
    Reference("organisation", RenderedEvent.owner_id, only=RenderedEvent.side == Side.BRANCH),
)
