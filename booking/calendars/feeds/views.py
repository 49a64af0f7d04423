"""What calendar programs get at the secret addresses of a feed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from booking import clock, i18n
from booking.accounts.guards import requires
from booking.calendars.engine.headers import disposition
from booking.calendars.feeds import bodies, documents, queries, service, stored_bodies
from booking.calendars.feeds.engine import etags
from booking.calendars.feeds.engine.body_cache import Kept, LastGood
from booking.calendars.feeds.engine.kinds import FeedDocument
from booking.calendars.feeds.models import token_hash
from booking.calendars.feeds.page import views as page_views
from booking.calendars.feeds.queries import FoundFeed
from booking.db import db, outages, unit_of_work
from booking.errors import TooManyRequests
from booking.web.error_pages import unavailable
from booking.web.request_limits import limited

blueprint = Blueprint("feeds", __name__)
page_views.register(blueprint)
logger = logging.getLogger(__name__)

last_good = LastGood(most=500)
PACKED = "-gzip"

PATIENCE = 0.5
"""Seconds to wait for a lock before the time of use is not kept."""


def _rate_limit_key() -> str:
    """Rate limit by token, not by IP address: a whole office polls from one network."""
    return token_hash((request.view_args or {}).get("token", ""))


def _polled_too_often(
    refusal: TooManyRequests, token: str, part: str = FeedDocument.EVENTS
) -> ResponseReturnValue:
    """The response over the rate limit: 304 or the cached body, at the cost of one query.

    Clients disable a calendar on errors, so 429 is returned only if no body is cached.
    """

    def cached_response(token: str, key: str, part: FeedDocument) -> ResponseReturnValue:
        today = _today()
        with db.engine.connect() as connection:
            found = queries.find_feed(connection, token, today=today)
        if found is not None and found.revoked:
            return _answer(token, key, part)
        if found is None:
            return _too_many(refusal)
        tag = _etag(found, part, today)
        if tag is not None and _client_has(tag):
            return _calendar(None, tag)
        kept = _last_copy(key)
        return _too_many(refusal) if kept is None else _calendar(kept, kept.etag)

    return _with_fallback(token, FeedDocument(part), cached_response)


def _too_many(refusal: TooManyRequests) -> Response:
    response = Response(f"{refusal.sentence}\n", 429, refusal.headers, mimetype="text/plain")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/feed/<token>.ics")
@limited("feed", key=_rate_limit_key, over=_polled_too_often)
@requires("feed.read")
def feed(token: str) -> ResponseReturnValue:
    """A subscribed calendar: 304 if unchanged, 404 if unknown, 410 if revoked.

    On an error the last good body is served: after one 5xx Thunderbird disables the calendar.
    """
    return _with_fallback(token, FeedDocument.EVENTS, _answer)


@blueprint.get("/feed/<token>/<any(freebusy, availability):part>.ics")
@limited("feed", key=_rate_limit_key, over=_polled_too_often)
@requires("feed.read")
def document(token: str, part: str) -> ResponseReturnValue:
    """VFREEBUSY or VAVAILABILITY of the same feed, for programs (calendar rule 13)."""
    return _with_fallback(token, FeedDocument(part), _answer)


def _with_fallback(
    token: str, part: FeedDocument, build: Callable[[str, str, FeedDocument], ResponseReturnValue]
) -> ResponseReturnValue:
    key = _key(token, part)
    try:
        return build(token, key, part)
    except HTTPException:
        raise
    except Exception as error:
        # Not re-raised: the URL is a secret, and the error log would contain it.
        outage = outages.outage(error)
        if outage is None:
            logger.exception("a feed cannot be built")
        else:
            outages.log_outage(outage)
        db.session.rollback()
        kept = _last_copy(key)
        if kept is None:
            return unavailable()
        return _calendar(None if _client_has(kept.etag) else kept, kept.etag)


def _last_copy(key: str) -> Kept | None:
    """The copy on disk, which is the newest of all processes; what this one remembers without it.

    A copy that was written and has gone belonged to an address that was revoked.
    """
    kept = stored_bodies.get(key)
    remembered = last_good.get(key)
    if kept is None and remembered is not None and not remembered.copied:
        return remembered
    return kept


def _key(token: str, part: FeedDocument) -> str:
    """Under which a body is kept: it does not reveal the token."""
    return token_hash(token) + ("" if part is FeedDocument.EVENTS else f"-{part}")


def _answer(token: str, key: str, part: FeedDocument) -> ResponseReturnValue:
    today = _today()
    # Without a session, which a program that finds nothing new would pay for, too.
    with db.engine.connect() as connection:
        found = queries.find_feed(connection, token, today=today)
        _check(found, token, part)
        assert found is not None
        answer = _current(connection, found, part, key, today)
    _note_use(found, clock.now())
    return answer


def _check(found: FoundFeed | None, token: str, part: FeedDocument) -> None:
    """Abort with 404 or 410 unless there is such a document."""
    if found is None:
        abort(404)
    if found.revoked:
        _forget(token)
        abort(410)
    if part is FeedDocument.AVAILABILITY and not documents.has_hours(found):
        abort(404)


def _current(
    connection: Connection, found: FoundFeed, part: FeedDocument, key: str, today: date
) -> Response:
    tag = _etag(found, part, today)
    if tag is not None and _client_has(tag):
        return _calendar(None, tag)
    kept = None if tag is None else last_good.get(key)
    if kept is None or kept.etag != tag:
        kept = _built(connection, found, part, key, tag, today)
    return _calendar(None if _client_has(kept.etag) else kept, kept.etag)


def _built(
    connection: Connection,
    found: FoundFeed,
    part: FeedDocument,
    key: str,
    tag: str | None,
    today: date,
) -> Kept:
    """The body of the state that was found, kept for the time when it cannot be built."""
    build = {
        FeedDocument.EVENTS: bodies.events,
        FeedDocument.FREE_BUSY: documents.busy_times,
        FeedDocument.AVAILABILITY: documents.weekly_hours,
    }[part]
    with Session(connection) as session:
        body = build(session, found, today=today)
    tag = tag or f"{found.id}-{etags.digest(body)}"
    copied = stored_bodies.keep(key, tag, body)
    return last_good.keep(key, tag, body, copied=copied)


def _etag(found: FoundFeed, part: FeedDocument, today: date) -> str | None:
    """The ETag before anything is built; None: only the body tells."""
    if part is FeedDocument.AVAILABILITY:
        return None
    return found.etag(today) + ("" if part is FeedDocument.EVENTS else f"-{part}")


def _forget(token: str) -> None:
    for part in FeedDocument:
        last_good.forget(_key(token, part))
    stored_bodies.forget(token_hash(token))


def _note_use(found: FoundFeed, now: datetime) -> None:
    """Once a day; a database that cannot be written must not fail the feed."""
    if found.last_used_at is not None and found.last_used_at > now - service.USED_EVERY:
        return
    try:
        with unit_of_work(patience=PATIENCE) as session:
            service.note_use(session, found.id, now=now)
    except Exception as error:
        logger.warning("the use of a feed is not kept: %s", type(error).__name__)
        db.session.rollback()


def _today() -> date:
    return clock.now().astimezone(i18n.zone()).date()


def _client_has(etag: str) -> bool:
    """Whether If-None-Match has this ETag, of the gzip body or not."""
    # Weak comparison (RFC 9110, section 13.1.2): proxies that recompress mark the ETag as weak.
    return any(request.if_none_match.contains_weak(tag) for tag in (etag, etag + PACKED))


def _calendar(kept: Kept | None, etag: str) -> Response:
    """The response with the headers of calendar rule 7; 304 if `kept` is None.

    A gzip body is another representation and has its own ETag (RFC 9110, section 8.8.3). A 304
    has no headers that describe a body: the client keeps those it has (section 15.4.5).
    """
    use_gzip = request.accept_encodings.quality("gzip") > 0 and _supports_gzip()
    response = Response(status=304 if kept is None else 200)
    response.set_etag(etag + PACKED if use_gzip else etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Vary"] = "Accept-Encoding"
    if kept is None:
        return response
    response.set_data(kept.packed if use_gzip else kept.body)
    response.content_type = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = disposition("inline", "lectures", _("lectures"))
    if use_gzip:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _supports_gzip() -> bool:
    """Whether the user agent is not listed in the setting FEED_PLAIN_AGENTS."""
    agent = request.user_agent.string.lower()
    return not any(name in agent for name in current_app.config["FEED_PLAIN_AGENTS"])
