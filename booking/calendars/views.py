"""Feeds at secret URLs, the .ics download of one lecture, and the page to manage feeds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from booking import audit, clock, i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires, signed_in_id
from booking.accounts.models import Organisation
from booking.calendars import queries, service
from booking.calendars.engine.feed_cache import Kept, LastGood
from booking.calendars.engine.ical import join_calendar, render_event, written_zone
from booking.calendars.engine.qr import qr_data_uri
from booking.calendars.facts import facts_of
from booking.calendars.models import Feed, token_hash
from booking.db import db, outages, unit_of_work
from booking.errors import NotFound, TooManyRequests
from booking.instructors.models import Instructor
from booking.lectures import queries as lecture_queries
from booking.lectures.changes import Change, snapshot
from booking.lectures.engine.states import EventKind, Party, Side, State
from booking.web.error_pages import unavailable
from booking.web.request_limits import limited

blueprint = Blueprint("calendars", __name__)
logger = logging.getLogger(__name__)

last_good = LastGood(most=500)
PACKED = "-gzip"

DOWNLOADABLE = {
    State.CONFIRMED: EventKind.CONFIRMED,
    State.CANCELLED: EventKind.CANCELLED,
    State.DELIVERED: EventKind.DELIVERED,
    State.NOT_HELD: EventKind.NOT_HELD,
}
"""States in which a lecture can be entered into a calendar, with the event that led there."""


def _rate_limit_key() -> str:
    """Rate limit by token, not by IP address: a whole office polls from one network."""
    return token_hash((request.view_args or {}).get("token", ""))


def _polled_too_often(refusal: TooManyRequests, token: str) -> ResponseReturnValue:
    """The response over the rate limit: 304 or the cached body, at the cost of one query.

    Clients disable a calendar on errors, so 429 is returned only if no body is cached.
    """

    def cached_response(token: str, key: str) -> ResponseReturnValue:
        found_feed = queries.find_feed(db.session(), token)
        kept = last_good.get(key)
        if found_feed is not None and found_feed.revoked:
            return _feed(token, key)
        if found_feed is None:
            return _too_many(refusal)
        etag = found_feed.etag(clock.now().astimezone(i18n.zone()).date())
        if _client_has(etag):
            return _calendar(None, etag)
        if kept is not None:
            return _calendar(kept, kept.etag)
        return _too_many(refusal)

    return _with_fallback(token, cached_response)


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
    return _with_fallback(token, _feed)


def _with_fallback(
    token: str, build: Callable[[str, str], ResponseReturnValue]
) -> ResponseReturnValue:
    key = token_hash(token)
    try:
        return build(token, key)
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
        kept = last_good.get(key)
        if kept is None:
            return unavailable()
        return _calendar(kept, kept.etag)


def _feed(token: str, key: str) -> ResponseReturnValue:
    session = db.session()
    found_feed = queries.find_feed(session, token)
    if found_feed is None:
        abort(404)
    if found_feed.revoked:
        last_good.forget(key)
        abort(410)
    today: date = clock.now().astimezone(i18n.zone()).date()
    etag = found_feed.etag(today)
    if _client_has(etag):
        return _calendar(None, etag)
    kept = last_good.get(key)
    if kept is None or kept.etag != etag:
        body = queries.feed_body(session, found_feed, today=today, zone=i18n.zone())
        kept = last_good.keep(key, etag, body)
    return _calendar(kept, etag)


def _client_has(etag: str) -> bool:
    """Whether If-None-Match has this ETag, of the gzip body or not."""
    # Weak comparison (RFC 9110, section 13.1.2): proxies that recompress mark the ETag as weak.
    return any(request.if_none_match.contains_weak(tag) for tag in (etag, etag + PACKED))


def _calendar(kept: Kept | None, etag: str) -> Response:
    """The response with the headers of calendar rule 7; 304 if `kept` is None.

    A gzip body is another representation and has its own ETag (RFC 9110, section 8.8.3).
    """
    use_gzip = request.accept_encodings.quality("gzip") > 0 and _supports_gzip()
    response = Response(status=304 if kept is None else 200)
    if kept is not None:
        response.set_data(kept.packed if use_gzip else kept.body)
    response.content_type = "text/calendar; charset=utf-8"
    response.set_etag(etag + PACKED if use_gzip else etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Disposition"] = _disposition("inline", "lectures", _("lectures"))
    response.vary.add("Accept-Encoding")
    if use_gzip and kept is not None:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _supports_gzip() -> bool:
    """Whether the user agent is not listed in the setting FEED_PLAIN_AGENTS."""
    agent = request.user_agent.string.lower()
    return not any(name in agent for name in current_app.config["FEED_PLAIN_AGENTS"])


def _disposition(kind: str, plain: str, name: str) -> str:
    return f"{kind}; filename={plain}.ics; filename*=UTF-8''{quote(name)}.ics"


@blueprint.get("/lectures/<number>.ics")
@requires("account.use")
def download(number: str) -> ResponseReturnValue:
    """One lecture as an .ics file, as the side of the signed-in user sees it."""
    lecture = lecture_queries.by_number(db.session(), number, whole=True)
    subject = lecture_queries.subject(lecture)
    authorise("lecture.read", subject)
    kind = DOWNLOADABLE.get(lecture.state)
    if kind is None:
        raise NotFound(_("This lecture is not confirmed, so there is nothing to enter yet."))
    teaches = subject.instructor_id in actor().instructor_ids
    side = Side.INSTRUCTOR if teaches else Side.BRANCH
    # Nobody causes this event: it only carries the lecture's present values.
    change = Change(kind, None, None, Party.SYSTEM, None, clock.now())
    facts = facts_of(snapshot(lecture, change), side)
    zone = written_zone(facts)
    body = join_calendar(
        name=facts.summary,
        zone=facts.zone,
        zones=() if zone is None else (zone,),
        events=[render_event(facts)],
    )
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = _disposition("attachment", number, number)
    about = audit.About(audit.SubjectKind.LECTURE, lecture.id, number)
    audit.record_apart(audit.Action.FILE_DOWNLOADED, about=about, address=request.remote_addr)
    return response


@blueprint.get("/feeds")
@requires("feed.manage")
def manage() -> ResponseReturnValue:
    """The page with the user's calendars and feeds; a new feed URL is shown once."""
    return _manage_page(None)


def _manage_page(shown: dict[str, str] | None) -> ResponseReturnValue:
    session, who = db.session(), actor()
    open_ones = {_owner(feed): feed for feed in service.open_feeds(session, signed_in_id())}
    calendars = [
        (Side.INSTRUCTOR, instructor.id, i18n.person(instructor.name))
        for instructor in session.scalars(
            select(Instructor).where(Instructor.id.in_(who.instructor_ids)).order_by(Instructor.id)
        )
    ]
    calendars += [
        (Side.BRANCH, organisation.id, organisation.name)
        for organisation in session.scalars(
            select(Organisation)
            .where(Organisation.id.in_(who.organisation_ids))
            .order_by(Organisation.id)
        )
    ]
    address = _addresses(shown["token"]) if shown else None
    return render_template(
        "calendars/manage.html",
        calendars=calendars,
        open_ones=open_ones,
        shown=shown,
        address=address,
        qr=qr_data_uri(address["webcal"]) if address else None,
    )


def _owner(feed: Feed) -> tuple[Side, int]:
    return feed.side, feed.instructor_id or feed.organisation_id or 0


def _addresses(token: str) -> dict[str, str]:
    """The feed URL by scheme; iOS needs webcal, not webcals."""
    web = f"{current_app.config['BASE_URL']}/feed/{token}.ics"
    return {"https": web, "webcal": "webcal" + web.removeprefix("https").removeprefix("http")}


@blueprint.post("/feeds/<any(instructor,branch):side>/<int:owner_id>/<any(open,close):verb>")
@requires("feed.manage")
def change(side: str, owner_id: int, verb: str) -> ResponseReturnValue:
    """Open a new feed (which revokes the earlier one), or revoke it."""
    kind = Side(side)
    authorise(
        "feed.manage",
        Subject(instructor_id=owner_id, organisation_id=-1)
        if kind is Side.INSTRUCTOR
        else Subject(organisation_id=owner_id, instructor_id=-1),
    )
    user_id, now = signed_in_id(), clock.now()
    with unit_of_work() as session:
        if verb == "close":
            service.close_feeds(session, side=kind, owner_id=owner_id, user_id=user_id, now=now)
            return redirect(url_for("calendars.manage"), 303)
        token = service.open_feed(session, side=kind, owner_id=owner_id, user_id=user_id, now=now)
    return _manage_page({"side": side, "owner": str(owner_id), "token": token})
