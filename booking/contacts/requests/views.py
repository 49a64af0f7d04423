"""The pages of requests for a contact: ask, and the lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.accounts.guards import actor, requires, signed_in_id
from booking.contacts.requests import queries, service
from booking.contacts.requests.answer_views import (
    decline,
    grant,
    relay,
    revoke,
    show,
    show_granted,
    withdraw,
)
from booking.contacts.requests.engine.lifecycle import (
    LONGEST_REASON,
    state_at,
)
from booking.contacts.requests.forms import AskForm
from booking.contacts.requests.models import ContactRequest
from booking.db import db, unit_of_work
from booking.errors import DomainError, NotFound
from booking.instructors.models import Instructor
from booking.settings.engine.contact_declarations import (
    MESSAGES_PER_DAY,
)
from booking.settings.queries import in_force
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

LONGEST_NUMBER = 20


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add, one = blueprint.add_url_rule, "/contact-requests/<int:request_id>"
    add("/contact-requests", "requests", requests)
    add("/contact-requests/region", "requests_in_region", requests_in_region)
    ask_url = "/contact-requests/ask/<int:instructor_id>"
    add(ask_url, "ask", ask, methods=["GET", "POST"])
    add(one, "request", show)
    add(f"{one}/show", "show_granted", show_granted, methods=["POST"])
    add(f"{one}/grant", "grant", grant, methods=["POST"])
    add(f"{one}/decline", "decline", decline, methods=["POST"])
    add(f"{one}/relay", "relay", relay, methods=["POST"])
    add(f"{one}/withdraw", "withdraw", withdraw, methods=["POST"])
    add(f"{one}/revoke", "revoke", revoke, methods=["POST"])


@requires("contact.request")
def requests() -> ResponseReturnValue:
    """What the reader's branches asked for, and what the reader is asked for."""
    session, who, now = db.session(), actor(), clock.now()
    return render_template(
        "contacts/requests.html",
        asked=queries.of_branches(session, who),
        received=queries.of_person(session, who),
        state_of=_state_at(now),
    )


@requires("contact.case")
def requests_in_region() -> ResponseReturnValue:
    """What is asked for in the coordinator's regions."""
    session, who, now = db.session(), actor(), clock.now()
    return render_template(
        "contacts/requests_in_region.html",
        waiting=queries.in_scope(session, who, waiting=True, now=now),
        others=queries.in_scope(session, who, waiting=False, now=now),
        state_of=_state_at(now),
    )


def _state_at(now: datetime) -> Callable[[ContactRequest], object]:
    return lambda one: state_at(one.state, one.expires_at, now)


@requires("contact.ask")
@keeps_typed
def ask(instructor_id: int) -> ResponseReturnValue:
    """Ask for the contact of an instructor, perhaps because of a lecture."""
    session, who = db.session(), actor()
    _listed(instructor_id)
    waiting = queries.open_request(session, who, instructor_id, clock.now())
    if waiting is not None and request.method == "GET":
        return redirect(url_for("contacts.request", request_id=waiting.id))
    form = AskForm(formdata=request.form if request.method == "POST" else None)
    form.organisation.choices = [SelectChoice(unit.id, unit.name) for unit in who.units]
    number = request.args.get("lecture", "")[:LONGEST_NUMBER]
    if not form.organisation.data and who.units:
        form.organisation.data = who.units[0].id

    def page(status: int = 200, refusal: DomainError | None = None) -> ResponseReturnValue:
        shown = render_template(
            "contacts/ask.html",
            instructor=_listed(instructor_id),
            form=form,
            lecture=number,
            refusal=refusal,
            longest=LONGEST_REASON,
        )
        return shown, status

    if request.method == "GET":
        return page()
    try:
        return submitted(form, lambda: _ask(form, instructor_id, number), page)
    except on_page(DomainError) as error:
        return page(error.status, error)


def _listed(instructor_id: int) -> Instructor:
    """An entry that people find; raises `NotFound` for others."""
    instructor = db.session().get(Instructor, instructor_id)
    if instructor is None or not instructor.listed:
        raise NotFound()
    return instructor


def _ask(form: AskForm, instructor_id: int, number: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        asking = service.Asking(
            instructor_id=instructor_id,
            organisation_id=form.organisation.data,
            reason=form.reason.data or "",
            lecture_number=number,
        )
        one = service.ask(
            session,
            asking,
            user_id=signed_in_id(),
            name=actor().label,
            now=clock.now(),
            limit=in_force(MESSAGES_PER_DAY),
        )
        request_id = one.id
    flash(_("Your request was sent. The answer stands here."), "success")
    return redirect(url_for("contacts.request", request_id=request_id), 303)
