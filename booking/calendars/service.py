"""Render lectures for calendars when they change. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, text
from sqlalchemy.orm import Session

from booking import i18n
from booking.calendars.engine.ical import EventFacts, render_event, written_zone
from booking.calendars.facts import facts_of
from booking.calendars.models import RenderedEvent, RenderedText
from booking.db import UTCDateTime
from booking.lectures.changes import lecture_changed
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import EventKind, Side, State
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

Owner = tuple[Side, int]

# The column `view` holds a side: an earlier name, which stays in the database.
_INCREMENT_REVISION = text(
    "INSERT INTO feed_revision (view, owner_id, revision, requests, changed_at) "
    "VALUES (:side, :owner_id, :revision, :requests, :now) "
    "ON CONFLICT (view, owner_id) DO UPDATE SET "
    "revision = feed_revision.revision + :revision, "
    "requests = feed_revision.requests + :requests, changed_at = :now"
).bindparams(bindparam("now", type_=UTCDateTime()))


def subscribe(_app: Flask) -> None:
    """Connect the signal: render changed lectures in the same transaction."""
    lecture_changed.connect(_on_change)


def _on_change(session: Session, *, lecture: Lecture, event: LectureEvent, **_more: Any) -> None:
    if changes_calendars(event):
        publish(session, event)
    if State.REQUESTED in (event.source, event.state) and event.kind not in UNCHANGING:
        publish_request(session, event)


def changes_calendars(event: LectureEvent) -> bool:
    """Whether calendars must change: the lecture stands, or stood, in them."""
    return event.kind not in UNCHANGING and bool({event.source, event.state} & PUBLISHED)


def publish(session: Session, event: LectureEvent) -> None:
    """Store the VEVENT texts of an event for both sides and increment the feed revisions.

    An instructor who was replaced keeps the lecture as cancelled (RFC 5546, 3.2.5).
    """
    owners = _owners(event)
    cancelled = event.state not in PUBLISHED
    for owner in owners:
        render(session, event, owner, cancelled=cancelled)
    earlier = replaced_instructor(event)
    if earlier is not None:
        owners.append((Side.INSTRUCTOR, earlier))
        render(session, event, owners[-1], cancelled=True)
    increment(session, event, owners, revision=1)


def publish_request(session: Session, event: LectureEvent) -> None:
    """Store a requested lecture as tentative for both sides; remove it when it is answered."""
    session.execute(
        delete(RenderedEvent).where(
            RenderedEvent.lecture_id == event.lecture_id, RenderedEvent.tentative
        )
    )
    if event.state is State.REQUESTED:
        for owner in _owners(event):
            render(session, event, owner, tentative=True)
    # Whoever was asked before another instructor took over has lost the request as well.
    before = {event.before.instructor_id} if event.before else set()
    owners = {*_owners(event), *((Side.INSTRUCTOR, one) for one in before)}
    increment(session, event, owners, requests=1)


def _owners(event: LectureEvent) -> list[Owner]:
    return [(Side.BRANCH, event.organisation_id), (Side.INSTRUCTOR, event.instructor_id)]


def increment(
    session: Session,
    event: LectureEvent,
    owners: Iterable[Owner],
    *,
    revision: int = 0,
    requests: int = 0,
) -> None:
    """Count a change of the calendars of these owners."""
    # In one order everywhere, so that two changes never wait for each other.
    for side, owner_id in sorted(owners):
        session.execute(
            _INCREMENT_REVISION,
            {
                "side": side.value,
                "owner_id": owner_id,
                "revision": revision,
                "requests": requests,
                "now": event.at,
            },
        )
    session.flush()


def replaced_instructor(event: LectureEvent) -> int | None:
    """The instructor in whose calendar the lecture stood before this event, if another."""
    if event.before is None or event.source not in PUBLISHED:
        return None
    earlier = event.before.instructor_id
    return earlier if earlier != event.instructor_id else None


def render(
    session: Session,
    event: LectureEvent,
    owner: Owner,
    *,
    cancelled: bool = False,
    tentative: bool = False,
) -> None:
    """Store the VEVENT of a lecture for one owner, in all languages of the installation."""
    side, owner_id = owner
    session.execute(
        delete(RenderedEvent).where(
            RenderedEvent.lecture_id == event.lecture_id,
            RenderedEvent.side == side,
            RenderedEvent.owner_id == owner_id,
            RenderedEvent.tentative.is_(tentative),
        )
    )
    first, *others = i18n.languages()
    facts = {one: _facts(event, side, one, cancelled, tentative) for one in (first, *others)}
    rendered = RenderedEvent(
        lecture_id=event.lecture_id,
        side=side,
        owner_id=owner_id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        cancelled=cancelled,
        tentative=tentative,
        time_zone=written_zone(facts[first]) or "UTC",
        language=first,
        text=render_event(facts[first]),
    )
    session.add(rendered)
    session.flush()
    session.add_all(
        RenderedText(event_id=rendered.id, language=one, text=render_event(facts[one]))
        for one in others
    )


def _facts(
    event: LectureEvent, side: Side, language: str, cancelled: bool, tentative: bool
) -> EventFacts:
    facts = facts_of(event, side, language=language, cancelled=cancelled)
    if not tentative:
        return facts
    with force_locale(language):
        # Google and Outlook show STATUS:TENTATIVE like any other.
        summary = _("[Requested] %(title)s", title=facts.summary)
    return replace(facts, summary=summary, status="TENTATIVE")
