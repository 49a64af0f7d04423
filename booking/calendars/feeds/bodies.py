"""The documents of a feed, joined from stored events (calendar rules 1 to 13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import force_locale
from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from booking import i18n
from booking.calendars.engine.ical import join_calendar
from booking.calendars.feeds import words
from booking.calendars.feeds.engine.busy import busy_event
from booking.calendars.feeds.engine.kinds import FeedKind
from booking.calendars.feeds.queries import FoundFeed, chosen
from booking.calendars.models import RenderedEvent, RenderedText
from booking.lectures.engine.states import Side


def events(session: Session, feed: FoundFeed, *, today: date) -> bytes:
    """The VCALENDAR of a feed, in the language of its user. One query."""
    doubled = feed.tentative or feed.whose.kind is FeedKind.MINE
    rows = _event_rows(session, feed, today, whole=doubled)
    if doubled:
        rows = _once_each(rows)
    texts = [row[0] for row in rows]
    if feed.busy_only:
        with force_locale(feed.language):
            busy = words.busy()
        texts = [busy_event(text, busy) for text in texts]
    return join_calendar(
        name=feed.name,
        zone=i18n.zone().key,
        zones={row[1] for row in rows} - {"UTC"},
        events=texts,
    )


def _event_rows(session: Session, feed: FoundFeed, today: date, *, whole: bool) -> Sequence[Any]:
    """Text and zone of each event; with `whole`, also what `_once_each` needs."""
    text: Any = RenderedEvent.text
    translated = feed.language != i18n.languages()[0]
    if translated:
        text = func.coalesce(RenderedText.text, RenderedEvent.text)
    query: Select[*tuple[Any, ...]] = select(text.label("text"), RenderedEvent.time_zone)
    if whole:
        query = query.add_columns(
            RenderedEvent.lecture_id, RenderedEvent.cancelled, RenderedEvent.side.label("side")
        )
    if translated:
        of_language = and_(
            RenderedText.event_id == RenderedEvent.id, RenderedText.language == feed.language
        )
        query = query.outerjoin(RenderedText, of_language)
    return session.connection().execute(chosen(query, feed, today)).all()


def _once_each(rows: Sequence[Any]) -> list[Any]:
    """Each lecture once: what stands before what is cancelled, then the instructor's event.

    A person can stand on both sides; a request can follow an answer that was taken back.
    """
    best: dict[int, Any] = {}
    for row in rows:
        other = best.get(row.lecture_id)
        if other is None or _rank(row) < _rank(other):
            best[row.lecture_id] = row
    if len(best) == len(rows):
        return list(rows)
    return [row for row in rows if best[row.lecture_id] is row]


def _rank(row: Any) -> tuple[bool, bool]:
    return row.cancelled, row.side != Side.INSTRUCTOR
