"""Opens and closes links, and finds the link of a token. The caller owns the transaction."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.errors import NotFound
from booking.lectures.engine.transitions import PUBLISHED
from booking.lectures.models import Lecture
from booking.listener_links import queries
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.errors import Gone, NotOpen, Over
from booking.listener_links.models import ListenerLink

token_of = queries.token_of


def open_link(
    session: Session, lecture_id: int, purpose: LinkPurpose, *, closes_at: datetime, now: datetime
) -> ListenerLink:
    """Open the link, or set when the open one closes; after it was closed it has a new token.

    Raises `NotFound`, `NotOpen` for a lecture that does not stand, `Over` for an instant that has
    passed.
    """
    lecture = locked(session, lecture_id)
    if lecture.state not in PUBLISHED:
        raise NotOpen()
    if closes_at <= now:
        raise Over()
    link = queries.link_of(session, lecture_id, purpose)
    if link is None:
        link = ListenerLink(lecture_id=lecture_id, purpose=purpose)
        session.add(link)
        _begin(link, now)
    elif not queries.is_open(link, now):
        _begin(link, now)
    link.closes_at = closes_at
    session.flush()
    _record(session, audit.Action.LISTENERS_ASKED, lecture, purpose)
    return link


def close_link(session: Session, link: ListenerLink, now: datetime) -> None:
    """Close a link before its time; nothing happens if it is closed already."""
    if not queries.is_open(link, now):
        return
    link.closed_at = now
    session.flush()
    lecture = session.get_one(Lecture, link.lecture_id)
    _record(session, audit.Action.LISTENERS_CLOSED, lecture, link.purpose)


def link_by_token(
    session: Session, token: str, purpose: LinkPurpose, now: datetime
) -> ListenerLink:
    """The open link of a token.

    Raises `NotFound` for a text that is no token of this purpose, or one from before the link was
    opened again; `Gone` for a link that is closed or over, or whose lecture does not stand.
    """
    link = queries.genuine(session, token)
    if link is None or link.purpose is not purpose:
        raise NotFound()
    if not queries.is_open(link, now):
        raise Gone()
    if session.get_one(Lecture, link.lecture_id).state not in PUBLISHED:
        raise Gone()
    return link


def _begin(link: ListenerLink, now: datetime) -> None:
    link.nonce = secrets.token_hex(16)
    link.opened_at, link.closed_at = now, None


def locked(session: Session, lecture_id: int) -> Lecture:
    """The lecture, locked, so that its links are opened and closed one after the other.

    Whoever refuses to open one by what closed links show asks after this. Raises `NotFound`.
    """
    query = (
        select(Lecture)
        .where(Lecture.id == lecture_id)
        .with_for_update(of=Lecture)
        .execution_options(populate_existing=True)
    )
    lecture = session.scalars(query).one_or_none()
    if lecture is None:
        raise NotFound()
    return lecture


def _record(session: Session, action: audit.Action, lecture: Lecture, purpose: LinkPurpose) -> None:
    about = audit.About(audit.SubjectKind.LECTURE, lecture.id, lecture.number)
    audit.record(
        session,
        action,
        about=about,
        region_code=lecture.organisation.region_code,
        detail={"listeners": purpose.value},
    )
