"""Shows a contact of the other side once, and sends a message to it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import clock
from booking.accounts.guards import actor, requires, signed_in_id
from booking.contacts import service
from booking.contacts.errors import NothingToShow
from booking.contacts.service import ContactReader
from booking.contacts.threads import service as threads
from booking.contacts.threads.engine.events import ThreadSide
from booking.db import unit_of_work
from booking.errors import DomainError, NotFound
from booking.lectures import queries as lecture_queries
from booking.lectures.counterparts import queries
from booking.lectures.counterparts.forms import LectureMessageForm
from booking.lectures.counterparts.section import Reaching, Shown
from booking.lectures.models import Lecture
from booking.lectures.page.lecture_page import Sent, lecture_page, readable
from booking.settings.engine.contact_declarations import (
    CONTACT_DAYS,
    MESSAGES_PER_DAY,
    REVEALS_PER_DAY,
)
from booking.settings.queries import in_force
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    one = "/lectures/<number>"
    blueprint.add_url_rule(f"{one}/contact", "contact", contact, methods=["POST"])
    blueprint.add_url_rule(f"{one}/message", "message", message, methods=["POST"])


def _own_side(number: str) -> None:
    """Raise `NotFound` unless the reader is on a side of the lecture and may read its page."""
    lecture, _who = readable(number)
    if queries.side_of(actor(), lecture) is None:
        raise NotFound()


@requires("account.use")
def contact(number: str) -> ResponseReturnValue:
    """The page of the lecture with the contacts of the other side, which is recorded."""
    _own_side(number)
    try:
        shown = _shown(number)
    except on_page(DomainError) as error:
        return lecture_page(number, Sent(refusal=error), error.status)
    return lecture_page(number, Sent(reaching=Reaching(shown=shown)))


def _standing(session: Session, number: str) -> tuple[Lecture, ThreadSide]:
    """The lecture as it is in this transaction, and the reader's side of it."""
    lecture = lecture_queries.by_number(session, number)
    side = queries.side_of(actor(), lecture)
    if side is None:
        raise NotFound()
    if not queries.stands(lecture, clock.now(), in_force(CONTACT_DAYS)):
        raise NothingToShow()
    return lecture, side


def _shown(number: str) -> list[Shown]:
    days, limit, now = in_force(CONTACT_DAYS), in_force(REVEALS_PER_DAY), clock.now()
    found = []
    with unit_of_work() as session:
        lecture, side = _standing(session, number)
        reader = ContactReader(signed_in_id(), actor().label, _unit(lecture, side))
        for one in queries.others(session, lecture, side, days):
            if one.channels:
                contacts = service.reveal(
                    session,
                    owner=one.owner,
                    reader=reader,
                    basis=queries.basis(lecture, days),
                    now=now,
                    limit=limit,
                )
                found.append(Shown(one.name, contacts))
        if not found:
            raise NothingToShow()
    return found


def _unit(lecture: Lecture, side: ThreadSide) -> str:
    if side is ThreadSide.BRANCH:
        return lecture.organisation.name
    return lecture.instructor.workplace


@requires("account.use")
@keeps_typed
def message(number: str) -> ResponseReturnValue:
    """Send a message to the other side of a lecture; leads to the thread."""
    _own_side(number)
    form = LectureMessageForm()

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            lecture, side = _standing(session, number)
            thread = threads.send(
                session,
                queries.parts(lecture),
                text=form.text.data or "",
                sender=threads.Sender(
                    signed_in_id(), actor().label, side, in_force(MESSAGES_PER_DAY)
                ),
                now=clock.now(),
            )
            thread_id = thread.id
        flash(_("Sent. The other side gets it without your address."), "success")
        return redirect(url_for("contacts.thread", thread_id=thread_id), 303)

    def again(status: int) -> ResponseReturnValue:
        return lecture_page(number, Sent(reaching=Reaching(message=form)), status)

    try:
        return submitted(form, accept, again)
    except on_page(DomainError) as error:
        refused = Sent(reaching=Reaching(message=form), refusal=error)
        return lecture_page(number, refused, error.status)
