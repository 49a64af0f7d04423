"""The page for the hall: a large QR code, its address, and how many answers came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, authorise, requires
from booking.calendars.engine.qr import qr_data_uri
from booking.db import db, unit_of_work
from booking.errors import Conflict, DomainError, NotFound
from booking.lectures import queries as lecture_queries
from booking.lectures.models import Lecture
from booking.lectures.parties import parties
from booking.listener_links import ports, queries, service
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.errors import Over
from booking.listener_links.models import ListenerLink
from booking.listener_links.ports import LinkPort
from booking.listener_links.words import PURPOSES
from booking.web.problems import on_page

blueprint = Blueprint("listener_links", __name__)

STEP = timedelta(days=1)
"""By how much a link is prolonged at a time."""


@dataclass(frozen=True, slots=True)
class HallCode:
    """What an open link shows."""

    url: str
    closes_at: datetime
    longer: bool
    """Whether it can be prolonged."""

    @property
    def qr(self) -> str:
        """The QR code as an image in a URL."""
        return qr_data_uri(self.url)


@blueprint.get("/lectures/<number>/links/<purpose>")
@requires("link.edit")
def show(number: str, purpose: str) -> ResponseReturnValue:
    """The code for the hall, or the button that opens it."""
    lecture, kind, port = _readable(number, purpose)
    return _page(lecture, kind, port)


@blueprint.post("/lectures/<number>/links/<purpose>/<any(open,close,extend):command>")
@requires("link.edit")
def change(number: str, purpose: str, command: str) -> ResponseReturnValue:
    """Open the link, close it, or let it stay open longer."""
    lecture, kind, port = _readable(number, purpose)
    now = clock.now()
    try:
        with unit_of_work() as session:
            lecture = service.locked(session, lecture.id)
            if command == "open":
                _refuse(port, lecture, now)
                service.open_link(
                    session, lecture.id, kind, closes_at=port.closes_at(lecture), now=now
                )
            else:
                link = _open(queries.link_of(session, lecture.id, kind), now)
                if command == "close":
                    service.close_link(session, link, now)
                else:
                    until = min(link.closes_at + STEP, port.latest(lecture))
                    if until <= link.closes_at:
                        raise Over()
                    service.open_link(session, lecture.id, kind, closes_at=until, now=now)
    except on_page(Conflict) as error:
        return _page(lecture, kind, port, error)
    told = {
        "open": _("Open. Whoever scans the code can answer."),
        "close": _("Closed. The code is no longer valid."),
        "extend": _("The code stays open longer."),
    }
    flash(told[command], "success")
    return redirect(url_for("listener_links.show", number=number, purpose=purpose), 303)


def _readable(number: str, purpose: str) -> tuple[Lecture, LinkPurpose, LinkPort]:
    """Lecture, purpose and port; raises `NotFound` for what is not there or not of the reader."""
    lecture = lecture_queries.by_number(db.session(), number, whole=True)
    authorise("link.edit", lecture_queries.subject(lecture))
    kind = LinkPurpose(purpose) if purpose in list(LinkPurpose) else None
    port = None if kind is None else ports.port_of(kind)
    if kind is None or port is None or not parties(actor(), lecture) & port.openers:
        raise NotFound()
    return lecture, kind, port


def _refuse(port: LinkPort, lecture: Lecture, now: datetime) -> None:
    sentence = port.refusal(lecture, now) if port.refusal else None
    if sentence is not None:
        raise Conflict(sentence)


def _open(link: ListenerLink | None, now: datetime) -> ListenerLink:
    if link is None or not queries.is_open(link, now):
        raise Conflict(_("The code is closed already. Open it again to take more answers."))
    return link


def _page(
    lecture: Lecture, kind: LinkPurpose, port: LinkPort, refusal: DomainError | None = None
) -> ResponseReturnValue:
    session, now = db.session(), clock.now()
    link = queries.link_of(session, lecture.id, kind)
    page = render_template(
        "listener_links/hall.html",
        lecture=lecture,
        purpose=kind,
        words=PURPOSES[kind],
        code=_code(link, lecture, port) if link and queries.is_open(link, now) else None,
        was_open=link is not None,
        count=port.count(session, link.id) if link and port.count else None,
        why_not=port.refusal(lecture, now) if port.refusal else None,
        refusal=refusal,
    )
    return page, 200 if refusal is None else refusal.status


def _code(link: ListenerLink, lecture: Lecture, port: LinkPort) -> HallCode:
    token = queries.token_of(link)
    return HallCode(
        url=url_for(port.endpoint, token=token, _external=True),
        closes_at=link.closes_at,
        longer=link.closes_at < port.latest(lecture),
    )
