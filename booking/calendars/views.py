"""The .ics download of one lecture."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import audit, clock
from booking.accounts.guards import actor, authorise, requires
from booking.calendars.engine.headers import disposition
from booking.calendars.engine.ical import join_calendar, render_event, written_zone
from booking.calendars.facts import facts_of
from booking.db import db
from booking.errors import NotFound
from booking.lectures import queries as lecture_queries
from booking.lectures.changes import Change, snapshot
from booking.lectures.engine.states import EventKind, Party, Side, State

blueprint = Blueprint("calendars", __name__)

DOWNLOADABLE = {
    State.CONFIRMED: EventKind.CONFIRMED,
    State.CANCELLED: EventKind.CANCELLED,
    State.DELIVERED: EventKind.DELIVERED,
    State.NOT_HELD: EventKind.NOT_HELD,
}
"""States in which a lecture can be entered into a calendar, with the event that led there."""


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
    response.headers["Content-Disposition"] = disposition("attachment", number, number)
    about = audit.About(audit.SubjectKind.LECTURE, lecture.id, number)
    audit.record_apart(audit.Action.FILE_DOWNLOADED, about=about, address=request.remote_addr)
    return response
