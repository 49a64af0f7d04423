"""Read a feed, the state of its lectures (for the ETag) and its body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy import Connection, Row, Select, and_, bindparam, case, exists, or_, select

from booking import i18n
from booking.accounts.engine.roles import ANONYMOUS, Actor, Standing
from booking.accounts.models import Membership, Organisation, Region, User
from booking.calendars.feeds import contents, words
from booking.calendars.feeds.engine import etags
from booking.calendars.feeds.engine.feed_window import window
from booking.calendars.feeds.engine.kinds import FeedKind, Whose
from booking.calendars.feeds.models import Feed, token_hash
from booking.calendars.models import FeedRevision, RenderedEvent
from booking.instructors.models import Field, Instructor

_OF_ONE = (FeedKind.INSTRUCTOR, FeedKind.BRANCH)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed and the state of its lectures; the response to a `revoked` one is 410.

    A feed also counts as revoked when its user's account or membership has ended.
    """

    id: int
    whose: Whose
    revoked: bool
    language: str
    name: str
    """The name of the calendar, in the language of its user."""
    busy_only: bool
    tentative: bool
    state: str
    """Changes whenever a lecture in it changes."""
    changed_at: datetime | None
    last_used_at: datetime | None
    who: Actor = ANONYMOUS
    """Whose memberships decide what is in it; only of feeds of regions, fields and persons."""

    def etag(self, today: date) -> str:
        """The ETag of the body."""
        shape = (self.name, self.language, self.busy_only, self.tentative, i18n.zone().key)
        return etags.etag(self.id, self.state, today, *shape)


def _statement() -> Select[*tuple[Any, ...]]:
    """The feed with a token: whether it is valid, names for its title, and its revision."""
    owner = case((Feed.kind == FeedKind.INSTRUCTOR, Feed.instructor_id), else_=Feed.organisation_id)
    belongs = exists().where(
        Membership.user_id == User.id,
        or_(
            Membership.organisation_id == Feed.organisation_id,
            Membership.instructor_id == Feed.instructor_id,
        ),
    )
    apart = Feed.kind.not_in(_OF_ONE)  # Checked by `_of_many`.
    valid = and_(Feed.revoked_at.is_(None), User.active, or_(apart, belongs))
    return (
        select(
            Feed.id,
            Feed.kind.label("kind"),
            Feed.instructor_id,
            Feed.organisation_id,
            Feed.region_code,
            Feed.field_id,
            Feed.user_id,
            Feed.busy_only,
            Feed.tentative,
            Feed.last_used_at,
            valid.label("valid"),
            User.language,
            Instructor.name.label("instructor"),
            Organisation.name.label("organisation"),
            Region.name.label("region"),
            Region.name_en.label("region_en"),
            Field.name.label("field"),
            Field.name_en.label("field_en"),
            FeedRevision.revision,
            FeedRevision.requests,
            FeedRevision.changed_at,
        )
        .join(User, User.id == Feed.user_id)
        .outerjoin(Instructor, Instructor.id == Feed.instructor_id)
        .outerjoin(Organisation, Organisation.id == Feed.organisation_id)
        .outerjoin(Region, Region.code == Feed.region_code)
        .outerjoin(Field, Field.id == Feed.field_id)
        .outerjoin(
            FeedRevision, and_(FeedRevision.side == Feed.kind, FeedRevision.owner_id == owner)
        )
        .where(Feed.token_hash == bindparam("hash"))
    )


# Built once at import: calendars ask for nothing else most of the time.
_FIND = _statement()


def find_feed(connection: Connection, token: str, *, today: date) -> FoundFeed | None:
    """The feed with a token and the state of its lectures, or None.

    One query; three for feeds of a region, a field or a person.
    """
    row = connection.execute(_FIND, {"hash": token_hash(token)}).one_or_none()
    if row is None:
        return None
    language = row.language if row.language in i18n.languages() else i18n.languages()[0]
    found = FoundFeed(
        id=row.id,
        whose=Whose(
            row.kind, row.instructor_id, row.organisation_id, row.region_code, row.field_id
        ),
        revoked=not row.valid,
        language=language,
        name=_name(row, language),
        busy_only=row.busy_only,
        tentative=row.tentative,
        state=_revision(row),
        changed_at=row.changed_at,
        last_used_at=row.last_used_at,
    )
    if found.revoked or found.whose.kind in _OF_ONE:
        return found
    return _of_many(connection, found, row.user_id, today)


def chosen(
    query: Select[*tuple[Any, ...]], feed: FoundFeed, today: date
) -> Select[*tuple[Any, ...]]:
    """The query limited to the events of a feed on a day, in their order."""
    return contents.chosen(
        query,
        feed.whose,
        feed.who,
        window(today, i18n.zone()),
        busy_only=feed.busy_only,
        tentative=feed.tentative,
    )


def _of_many(connection: Connection, feed: FoundFeed, user_id: int, today: date) -> FoundFeed:
    """The same feed with the memberships that decide about it, and the state of its lectures."""
    who = _actor(connection, user_id)
    if feed.whose.region_code is not None and not who.coordinates(feed.whose.region_code):
        return replace(feed, revoked=True)
    feed = replace(feed, who=who)
    rows = contents.revisions(connection, chosen(select(RenderedEvent.id), feed, today))
    state = etags.digest_of_rows(
        (row.id, (row.revision or 0) + (row.requests or 0) * feed.tentative) for row in rows
    )
    return replace(feed, state=state, changed_at=_latest(rows))


def _latest(rows: Sequence[Row[*tuple[Any, ...]]]) -> datetime | None:
    return max((row.changed_at for row in rows if row.changed_at is not None), default=None)


def _actor(connection: Connection, user_id: int) -> Actor:
    columns = (
        Membership.role,
        Membership.organisation_id,
        Membership.instructor_id,
        Membership.region_code,
    )
    query = select(*columns).where(Membership.user_id == user_id)
    standings = tuple(Standing(*row) for row in connection.execute(query).all())
    return Actor(user_id, standings)


def _revision(row: Row[*tuple[Any, ...]]) -> str:
    revision = row.revision or 0
    return f"{revision}.{row.requests or 0}" if row.tentative else str(revision)


def _name(row: Row[*tuple[Any, ...]], language: str) -> str:
    with force_locale(language):
        name = words.name_of_row(row.kind, row)
        return words.busy_name(name) if row.busy_only else name
