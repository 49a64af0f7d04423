"""Render lectures for calendars, and open and revoke feeds. The caller owns the transaction."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import delete, false, or_, select, text, update
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.access import access_ended
from booking.accounts.models import Membership, User
from booking.accounts.successors.queries import locked_id
from booking.calendars.engine.ical import render_event, written_zone
from booking.calendars.facts import facts_of
from booking.calendars.models import Feed, RenderedEvent, token_hash
from booking.lectures.changes import lecture_changed
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import EventKind, Side
from booking.lectures.engine.transitions import PUBLISHED
from booking.lectures.models import Lecture

UNCHANGING = frozenset(
    {
        EventKind.DELIVERED,
        EventKind.RECORDED,
        EventKind.PROPOSED,
        EventKind.AGREED,
        EventKind.PROPOSAL_REFUSED,
        EventKind.PROPOSAL_RETRACTED,
        EventKind.PROPOSAL_LAPSED,
    }
)
"""The events that leave the VEVENT of a lecture as it is."""

# The column `view` holds a side: an earlier name, which stays in the database.
_INCREMENT_REVISION = text(
    "INSERT INTO feed_revision (view, owner_id, revision) VALUES (:side, :owner_id, 1) "
    "ON CONFLICT (view, owner_id) DO UPDATE SET revision = feed_revision.revision + 1"
)


def subscribe(_app: Flask) -> None:
    """Connect the signals: render changed lectures and revoke feeds in the same transaction."""
    lecture_changed.connect(_on_change)
    access_ended.connect(_on_access_ended)


def _on_access_ended(
    session: Session, *, user: User, membership: Membership | None, now: datetime
) -> None:
    """Revoke the user's feeds for good, even if the account or membership is restored later."""
    query = update(Feed).where(Feed.user_id == user.id, Feed.revoked_at.is_(None))
    if membership is not None:
        # Comparing with None would give IS NULL, which matches all feeds of the other side.
        owners = (
            (Feed.organisation_id, membership.organisation_id),
            (Feed.instructor_id, membership.instructor_id),
        )
        of_owner = [column == owner for column, owner in owners if owner is not None]
        query = query.where(or_(false(), *of_owner))
    session.execute(query.values(revoked_at=now))


def _on_change(session: Session, *, lecture: Lecture, event: LectureEvent, **_more: Any) -> None:
    if changes_calendars(event):
        publish(session, event)


def changes_calendars(event: LectureEvent) -> bool:
    """Whether calendars must change: the lecture stands, or stood, in them."""
    return event.kind not in UNCHANGING and bool({event.source, event.state} & PUBLISHED)


def publish(session: Session, event: LectureEvent) -> None:
    """Store the VEVENT texts of an event for both sides and increment the feed revisions.

    An instructor who was replaced keeps the lecture as cancelled (RFC 5546, 3.2.5).
    """
    owners = [(Side.BRANCH, event.organisation_id), (Side.INSTRUCTOR, event.instructor_id)]
    _render(session, event, owners, cancelled=event.state not in PUBLISHED)
    earlier = replaced_instructor(event)
    if earlier is not None:
        _render(session, event, [(Side.INSTRUCTOR, earlier)], cancelled=True)
        owners.append((Side.INSTRUCTOR, earlier))
    # In one order everywhere, so that two changes never wait for each other.
    for side, owner_id in sorted(owners):
        session.execute(_INCREMENT_REVISION, {"side": side.value, "owner_id": owner_id})
    session.flush()


def replaced_instructor(event: LectureEvent) -> int | None:
    """The instructor in whose calendar the lecture stood before this event, if another."""
    if event.before is None or event.source not in PUBLISHED:
        return None
    earlier = event.before.instructor_id
    return earlier if earlier != event.instructor_id else None


def _render(
    session: Session, event: LectureEvent, owners: list[tuple[Side, int]], *, cancelled: bool
) -> None:
    for side, owner_id in owners:
        session.execute(
            delete(RenderedEvent).where(
                RenderedEvent.lecture_id == event.lecture_id,
                RenderedEvent.side == side,
                RenderedEvent.owner_id == owner_id,
            )
        )
        facts = facts_of(event, side, cancelled=cancelled)
        session.add(
            RenderedEvent(
                lecture_id=event.lecture_id,
                side=side,
                owner_id=owner_id,
                starts_at=event.starts_at,
                cancelled=cancelled,
                time_zone=written_zone(facts) or "UTC",
                text=render_event(facts),
            )
        )


def open_feed(session: Session, *, side: Side, owner_id: int, user_id: int, now: datetime) -> str:
    """Create a feed and revoke the user's earlier ones of this calendar; returns the token.

    The token itself is not stored and cannot be shown again.
    """
    if side is Side.BRANCH:
        owner_id = locked_id(session, owner_id)
    close_feeds(session, side=side, owner_id=owner_id, user_id=user_id, now=now)
    token = secrets.token_urlsafe(32)
    session.add(
        Feed(
            token_hash=token_hash(token),
            side=side,
            instructor_id=owner_id if side is Side.INSTRUCTOR else None,
            organisation_id=owner_id if side is Side.BRANCH else None,
            user_id=user_id,
            created_at=now,
        )
    )
    session.flush()
    _record(session, audit.Action.FEED_OPENED, side, owner_id)
    return token


def close_feeds(
    session: Session, *, side: Side, owner_id: int, user_id: int, now: datetime
) -> None:
    """Revoke a user's feeds of one calendar: their responses are 410 from now on."""
    revoked = session.scalars(
        update(Feed)
        .where(
            Feed.side == side,
            (Feed.instructor_id if side is Side.INSTRUCTOR else Feed.organisation_id) == owner_id,
            Feed.user_id == user_id,
            Feed.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(Feed.id)
    ).all()
    if revoked:
        _record(session, audit.Action.FEED_REVOKED, side, owner_id)


def _record(session: Session, action: audit.Action, side: Side, owner_id: int) -> None:
    kind = (
        audit.SubjectKind.INSTRUCTOR if side is Side.INSTRUCTOR else audit.SubjectKind.ORGANISATION
    )
    audit.record(session, action, about=audit.About(kind, owner_id))


def open_feeds(session: Session, user_id: int) -> list[Feed]:
    """The feeds of a user that are not revoked."""
    query = select(Feed).where(Feed.user_id == user_id, Feed.revoked_at.is_(None))
    return list(session.scalars(query))
