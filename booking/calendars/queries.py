"""Read a feed, its revision (for the ETag) and its body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.models import Membership, Organisation, User
from booking.availability.engine.zones import day_bounds
from booking.calendars.engine.ical import join_calendar
from booking.calendars.models import Feed, FeedRevision, RenderedEvent, token_hash
from booking.i18n import person
from booking.instructors.models import Instructor
from booking.lectures.engine.states import Side

PAST = timedelta(days=90)
FUTURE = timedelta(days=365)
CANCELLED_STAYS = timedelta(days=7)
MOST_EVENTS = 5000
FORMAT_VERSION = 1
"""Part of the ETag; increment it when the same lectures give another body. The texts of VEVENTs are
stored: where these change, a migration also writes them again."""


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed and its revision; the response to a `revoked` one is 410.

    A feed also counts as revoked when its user's account or membership has ended.
    """

    id: int
    side: Side
    owner_id: int
    revoked: bool
    revision: int

    def etag(self, today: date) -> str:
        """The ETag of the body: changes with each revision, and daily, as the window moves."""
        return f"{self.id}-{self.revision}-{today:%Y%m%d}-{FORMAT_VERSION}"


def find_feed(session: Session, token: str) -> FoundFeed | None:
    """The feed with a token and its revision, or None. One query."""
    owner = case((Feed.side == Side.INSTRUCTOR, Feed.instructor_id), else_=Feed.organisation_id)
    belongs = exists().where(
        Membership.user_id == User.id,
        or_(
            Membership.organisation_id == Feed.organisation_id,
            Membership.instructor_id == Feed.instructor_id,
        ),
    )
    valid = and_(Feed.revoked_at.is_(None), User.active, belongs)
    query = (
        select(Feed.id, Feed.side, owner, valid, FeedRevision.revision)
        .join(User, User.id == Feed.user_id)
        .outerjoin(
            FeedRevision, and_(FeedRevision.side == Feed.side, FeedRevision.owner_id == owner)
        )
        .where(Feed.token_hash == token_hash(token))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    feed_id, side, owner_id, is_valid, revision = row
    return FoundFeed(feed_id, side, owner_id, not is_valid, revision or 0)


def feed_body(session: Session, feed: FoundFeed, *, today: date, zone: ZoneInfo) -> bytes:
    """The VCALENDAR of a feed, joined from stored VEVENT texts. Two queries."""
    query = (
        select(RenderedEvent.text, RenderedEvent.time_zone)
        .where(_in_window(feed, today, zone))
        .order_by(RenderedEvent.starts_at, RenderedEvent.lecture_id)
        .limit(MOST_EVENTS)
    )
    rows = session.execute(query).all()
    return join_calendar(
        name=_name(session, feed),
        zone=zone.key,
        zones={time_zone for _text, time_zone in rows} - {"UTC"},
        events=[text for text, _zone in rows],
    )


def _in_window(feed: FoundFeed, today: date, zone: ZoneInfo) -> ColumnElement[bool]:
    midnight: datetime = day_bounds(today, zone)[0]
    return and_(
        RenderedEvent.side == feed.side,
        RenderedEvent.owner_id == feed.owner_id,
        RenderedEvent.starts_at >= midnight - PAST,
        RenderedEvent.starts_at < midnight + FUTURE,
        or_(~RenderedEvent.cancelled, RenderedEvent.starts_at >= midnight - CANCELLED_STAYS),
    )


def _name(session: Session, feed: FoundFeed) -> str:
    with force_locale(i18n.languages()[0]):
        if feed.side is Side.INSTRUCTOR:
            query = select(Instructor.name).where(Instructor.id == feed.owner_id)
            return str(_("Lectures by %(name)s", name=person(session.scalars(query).one())))
        organisation = select(Organisation.name).where(Organisation.id == feed.owner_id)
        return str(_("Lectures at %(name)s", name=session.scalars(organisation).one()))
