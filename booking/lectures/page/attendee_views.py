"""Names further people of the branch on a lecture's page; takes them off, also by their link."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, authorise, requires, signed_in_id
from booking.db import db, unit_of_work
from booking.errors import DomainError, NotFound
from booking.lectures.attendees import queries, service
from booking.lectures.attendees.engine import leave_links
from booking.lectures.attendees.engine.leave_links import Leaving
from booking.lectures.attendees.forms import AttendeeForm
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.models import Lecture
from booking.lectures.page.lecture_page import Sent, lecture_page, readable
from booking.settings.engine.declarations import ATTENDEES_MOST
from booking.settings.queries import in_force
from booking.web.problems import on_page
from booking.web.request_limits import client_key, limited
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    one, rule = "/lectures/<number>/attendees", blueprint.add_url_rule
    rule(one, "name_attendee", name_attendee, methods=["POST"])
    rule(f"{one}/<int:attendee_id>/remove", "remove_attendee", remove_attendee, methods=["POST"])
    rule("/leave/<token>", "leave", leave, methods=["GET", "POST"])


def _of_branch(number: str) -> None:
    """Raise `NotFound` unless the reader is on the branch's side and may read the page."""
    lecture, _who = readable(number)
    authorise("attendee.edit", queries.subject(lecture))


def _limit_key() -> str:
    """The account; whoever has none counts by address, and is refused afterwards."""
    user_id = actor().user_id
    return client_key() if user_id is None else f"attendees {user_id}"


@requires("attendee.edit")
@limited("attendees", key=_limit_key, methods=("POST",))
@keeps_typed
def name_attendee(number: str) -> ResponseReturnValue:
    """Name one person; leads back to the list."""
    _of_branch(number)
    form = AttendeeForm()

    def accept() -> ResponseReturnValue:
        naming = service.Naming(
            signed_in_id(), str(get_locale()), clock.now(), in_force(ATTENDEES_MOST)
        )
        with unit_of_work() as session:
            service.name_attendee(
                session,
                number=number,
                name=form.name.data or "",
                email=form.email.data or "",
                naming=naming,
            )
        flash(_("Named. The person is told by mail once the lecture is confirmed."), "success")
        return _back(number)

    def again(status: int) -> ResponseReturnValue:
        return lecture_page(number, Sent(attendee=form), status)

    try:
        return submitted(form, accept, again)
    except on_page(DomainError) as error:
        return lecture_page(number, Sent(attendee=form, refusal=error), error.status)


@requires("attendee.edit")
def remove_attendee(number: str, attendee_id: int) -> ResponseReturnValue:
    """Take one person off."""
    _of_branch(number)
    try:
        with unit_of_work() as session:
            service.remove(session, number=number, attendee_id=attendee_id, now=clock.now())
    except on_page(DomainError) as error:
        if isinstance(error, NotFound):
            raise
        return lecture_page(number, Sent(refusal=error), error.status)
    flash(_("Removed. Who had an invitation gets a mail that takes it back."), "success")
    return _back(number)


@requires("attendee.link")
def leave(token: str) -> ResponseReturnValue:
    """Ask a named person whether they want to be taken off; a POST does it."""
    link = leave_links.read(token, _secrets())
    attendee = None if link is None else _attendee(link)
    if attendee is None:
        raise NotFound(_("This link is not valid any more: nothing about you is kept here."))
    lecture = db.session().get_one(Lecture, attendee.lecture_id)
    if request.method == "POST" and attendee.left_at is None:
        with unit_of_work() as session:
            service.leave(session, attendee_id=attendee.id, now=clock.now())
        return redirect(url_for("lectures.leave", token=token), 303)
    return render_template(
        "lectures/leave.html", lecture=lecture, done=attendee.left_at is not None, token=token
    )


def _attendee(link: Leaving) -> NamedAttendee | None:
    found = db.session().get(NamedAttendee, link.attendee_id)
    return found if found is not None and found.named_at == link.named_at else None


def _back(number: str) -> ResponseReturnValue:
    return redirect(f"{url_for('lectures.show', number=number)}#attendees", 303)


def _secrets() -> list[str]:
    """The keys with which links may have been signed, newest last (as itsdangerous expects)."""
    return [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
