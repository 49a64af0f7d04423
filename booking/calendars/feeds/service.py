"""Open, replace and revoke feeds. The caller owns the transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from flask import Flask
from sqlalchemy import ColumnElement, false, func, or_, select, update
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.access import access_ended
from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.accounts.queries import lies_under
from booking.accounts.service import known_region
from booking.accounts.successors.queries import locked_id
from booking.calendars.feeds import stored_bodies
from booking.calendars.feeds.engine.kinds import FeedKind, Whose
from booking.calendars.feeds.models import LONGEST_NAME, Feed, token_hash
from booking.db import after_commit
from booking.errors import Invalid, NotFound
from booking.sentences import N_
from booking.text import plain

MOST_FEEDS = 20
"""Addresses that one person can have in use."""

USED_EVERY = timedelta(days=1)
"""How exactly it is kept when an address was last used."""


def subscribe(_app: Flask) -> None:
    """Connect the signal: whoever loses access loses the feeds in the same transaction."""
    access_ended.connect(_on_access_ended)


def _on_access_ended(
    session: Session, *, user: User, membership: Membership | None, now: datetime
) -> None:
    """Revoke the user's feeds for good, even if the account or membership is restored later."""
    revoke_where(session, Feed.user_id == user.id, _of_membership(membership), now=now)


def _of_membership(membership: Membership | None) -> ColumnElement[bool]:
    """The feeds that depend on a membership; all if it is None."""
    if membership is None:
        return Feed.id.is_not(None)
    if membership.role is Role.ADMIN:
        return Feed.region_code.is_not(None)
    # Comparing with None would give IS NULL, which matches all feeds of other kinds.
    owners = (
        (Feed.organisation_id, membership.organisation_id),
        (Feed.instructor_id, membership.instructor_id),
    )
    of_owner = [column == owner for column, owner in owners if owner is not None]
    if membership.region_code is not None:
        of_owner.append(lies_under(Feed.region_code, membership.region_code))
    return or_(false(), *of_owner)


def revoke_where(session: Session, *which: ColumnElement[bool], now: datetime) -> None:
    """Revoke the feeds that fit all conditions: their responses are 410 from now on."""
    query = update(Feed).where(Feed.revoked_at.is_(None), *which).values(revoked_at=now)
    query = query.execution_options(synchronize_session="fetch")
    for user_id, key in session.execute(query.returning(Feed.user_id, Feed.token_hash)).all():
        # The copies go when it is sure that the address has gone.
        after_commit(session, f"feed {key}", partial(stored_bodies.forget, key))
        _invite_again(session, user_id)


def _invite_again(session: Session, user_id: int) -> None:
    """Who has no feed with lectures left gets invitations again: otherwise nothing tells them."""
    shows = Feed.user_id == user_id, Feed.revoked_at.is_(None), Feed.busy_only.is_(False)
    left = session.scalar(select(func.count()).select_from(Feed).where(*shows))
    if not left:
        query = update(User).where(User.id == user_id, User.calendar_invitations.is_(False))
        session.execute(query.values(calendar_invitations=True))


def open_feed(
    session: Session,
    whose: Whose,
    *,
    user_id: int,
    now: datetime,
    name: str = "",
    busy_only: bool = False,
    tentative: bool = False,
) -> str:
    """Create a feed; returns the token, which is not stored and cannot be shown again.

    Raises `Invalid` for a name that is too long, and if the user has `MOST_FEEDS` already.
    """
    name = plain(name)
    if len(name) > LONGEST_NAME:
        sentence = N_("A name has at most %(most)s characters.", most=LONGEST_NAME)
        raise Invalid(sentence, field="name")
    in_use = select(func.count()).select_from(Feed)
    if session.scalars(in_use.where(*_open(user_id))).one() >= MOST_FEEDS:
        raise Invalid(
            N_(
                "You have %(most)s addresses in use, and more are not possible. "
                "Stop one that no calendar uses any more.",
                most=MOST_FEEDS,
            )
        )
    token = secrets.token_urlsafe(32)
    feed = Feed(
        token_hash=token_hash(token),
        kind=whose.kind,
        instructor_id=whose.instructor_id,
        organisation_id=_present_organisation(session, whose),
        region_code=whose.region_code and known_region(session, whose.region_code).code,
        field_id=whose.field_id,
        user_id=user_id,
        name=name,
        busy_only=busy_only,
        tentative=tentative,
        created_at=now,
    )
    session.add(feed)
    session.flush()
    _record(session, audit.Action.FEED_OPENED, feed)
    return token


def _present_organisation(session: Session, whose: Whose) -> int | None:
    return None if whose.organisation_id is None else locked_id(session, whose.organisation_id)


def renew(session: Session, feed_id: int, *, user_id: int, now: datetime) -> tuple[Feed, str]:
    """Give a user's feed another address; the earlier one is revoked.

    Returns the feed that was replaced, and the token. Raises `NotFound` for feeds of others.
    """
    feed = revoke(session, feed_id, user_id=user_id, now=now)
    whose = Whose(
        feed.kind, feed.instructor_id, feed.organisation_id, feed.region_code, feed.field_id
    )
    token = open_feed(
        session,
        whose,
        user_id=user_id,
        now=now,
        name=feed.name,
        busy_only=feed.busy_only,
        tentative=feed.tentative,
    )
    return feed, token


def revoke(session: Session, feed_id: int, *, user_id: int, now: datetime) -> Feed:
    """Revoke one feed of a user; raises `NotFound` unless it is theirs and open."""
    feed = session.scalars(select(Feed).where(Feed.id == feed_id, *_open(user_id))).one_or_none()
    if feed is None:
        raise NotFound()
    revoke_where(session, Feed.id == feed.id, now=now)
    _record(session, audit.Action.FEED_REVOKED, feed)
    return feed


def _record(session: Session, action: audit.Action, feed: Feed) -> None:
    kinds = audit.SubjectKind
    if feed.kind is FeedKind.INSTRUCTOR:
        about = audit.About(kinds.INSTRUCTOR, feed.instructor_id)
    elif feed.kind is FeedKind.BRANCH:
        about = audit.About(kinds.ORGANISATION, feed.organisation_id)
    else:
        about = audit.About(kinds.USER, feed.user_id)
    audit.record(session, action, about=about, region_code=feed.region_code)


def _open(user_id: int) -> tuple[ColumnElement[bool], ...]:
    return Feed.user_id == user_id, Feed.revoked_at.is_(None)


def open_feeds(session: Session, user_id: int) -> Sequence[Feed]:
    """The feeds of a user that are not revoked, the newest last."""
    return session.scalars(select(Feed).where(*_open(user_id)).order_by(Feed.id)).all()


def choose_invitations(session: Session, user: User, *, wanted: bool) -> None:
    """Whether mails to the user carry invitations; raises `Invalid` without a feed instead."""
    shows = any(not feed.busy_only for feed in open_feeds(session, user.id))
    if not wanted and not shows:
        raise Invalid(
            N_(
                "You have no address that shows lectures, so invitations are the only way they "
                "reach your calendar. Create an address first."
            ),
            field="invitations",
        )
    user.calendar_invitations = wanted
    session.flush()


def note_use(session: Session, feed_id: int, *, now: datetime) -> None:
    """Remember that a program asked; at most once in `USED_EVERY`."""
    before = or_(Feed.last_used_at.is_(None), Feed.last_used_at <= now - USED_EVERY)
    query = update(Feed).where(Feed.id == feed_id, before).values(last_used_at=now)
    session.execute(query.execution_options(synchronize_session=False))
