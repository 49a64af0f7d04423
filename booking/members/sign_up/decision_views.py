"""Pages on which coordinators see requests to join, approve, merge and decline them."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.accounts.guards import actor, may, requires
from booking.accounts.models import Organisation
from booking.audit import About, SubjectKind
from booking.db import db, unit_of_work
from booking.errors import DomainError, Invalid, NotFound
from booking.members.engine.pages import page_number
from booking.members.engine.states import JoinState
from booking.members.errors import AlreadyDecided
from booking.members.refusals import out_of_scope
from booking.members.sign_up import queries, service
from booking.members.sign_up.forms import NEW, ApproveForm, DeclineForm
from booking.members.words import JOIN_STATES
from booking.web.request_safety import keeps_typed
from booking.web.submissions import with_error


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    one = "/join-requests/<int:request_id>"
    blueprint.add_url_rule("/join-requests", "join_requests", overview)
    blueprint.add_url_rule(one, "join_request", show)
    blueprint.add_url_rule(f"{one}/approve", "approve", approve, methods=["POST"])
    blueprint.add_url_rule(f"{one}/decline", "decline", decline, methods=["POST"])
    blueprint.add_app_template_global(waiting_join_requests)


def waiting_join_requests() -> int:
    """For templates: how many requests wait for the reader's decision."""
    return queries.waiting(db.session(), actor()) if may("join.decide") else 0


@requires("join.decide")
def overview() -> ResponseReturnValue:
    """The requests in the own regions, by default those that wait."""
    state = JoinState.WAITING
    with suppress(ValueError):
        state = JoinState(request.args.get("state", ""))
    number = page_number(request.args.get("page", type=int))
    page = queries.requests(db.session(), actor(), state=state, number=number)
    return render_template("members/join_requests.html", page=page, state=state, STATES=JOIN_STATES)


@requires("join.decide")
def show(request_id: int) -> ResponseReturnValue:
    """One request, with the known organisations that it may mean."""
    return _page(request_id, None, None, None, 200)


@requires("join.decide")
@keeps_typed
def approve(request_id: int) -> ResponseReturnValue:
    """Approve a request for a known organisation or a new one."""
    form = _approve_form(request_id, _similar(request_id))
    if not form.validate():
        return _page(request_id, form, None, None, 422)
    try:
        with unit_of_work() as session:
            name = service.approve(
                session,
                actor=actor(),
                request_id=request_id,
                organisation_id=form.organisation_id(),
                new_name=form.new_name.data or "",
                now=clock.now(),
            ).name
    except NotFound:
        _log("approve", request_id)
        raise
    except Invalid as error:
        if error.field == "name":
            error.field = "new_name"
        if error.field in form:
            return _page(request_id, form, None, None, with_error(form, error).status)
        return _page(request_id, form, None, error, error.status)
    flash(_("Approved. %(name)s is invited.", name=name), "success")
    return redirect(url_for("members.join_requests"), 303)


@requires("join.decide")
@keeps_typed
def decline(request_id: int) -> ResponseReturnValue:
    """Decline a request with a reason."""
    _similar(request_id)
    form = DeclineForm()
    if not form.validate():
        return _page(request_id, None, form, None, 422)
    try:
        with unit_of_work() as session:
            service.decline(
                session,
                actor=actor(),
                request_id=request_id,
                answer=form.answer.data or "",
                now=clock.now(),
            )
    except Invalid as error:
        return _page(request_id, None, form, None, with_error(form, error).status)
    flash(_("Declined. The asker reads the reason."), "success")
    return redirect(url_for("members.join_requests"), 303)


def _similar(request_id: int) -> list[Organisation]:
    """Similar organisations of a request in scope; an attempt at another one is recorded."""
    session, who = db.session(), actor()
    try:
        found = queries.request_in_scope(session, who, request_id)
    except NotFound:
        if request.method == "POST":
            _log("decide", request_id)
        raise
    if request.method == "POST" and found.state is not JoinState.WAITING:
        raise AlreadyDecided()
    return queries.similar_organisations(session, who, found)


def _approve_form(request_id: int, similar: list[Organisation]) -> ApproveForm:
    form = ApproveForm()
    form.organisation.choices = [
        *(SelectChoice(str(one.id), one.name) for one in similar),
        SelectChoice(NEW, _("A new branch")),
    ]
    if request.method == "GET":
        asked = queries.request_in_scope(db.session(), actor(), request_id)
        same = [one for one in similar if one.name == asked.organisation_name]
        form.organisation.data = str(same[0].id) if same else (None if similar else NEW)
        form.new_name.data = asked.organisation_name
    return form


def _page(
    request_id: int,
    form: ApproveForm | None,
    decline_form: DeclineForm | None,
    refusal: DomainError | None,
    status: int,
) -> ResponseReturnValue:
    similar = _similar(request_id)
    asked = queries.request_in_scope(db.session(), actor(), request_id)
    page = render_template(
        "members/join_request.html",
        asked=asked,
        similar=similar,
        form=form or _approve_form(request_id, similar),
        decline_form=decline_form or DeclineForm(formdata=None),
        declining=decline_form is not None,
        refusal=refusal,
        STATES=JOIN_STATES,
    )
    return page, status


def _log(attempt: str, request_id: int) -> None:
    out_of_scope(attempt, About(SubjectKind.JOIN_REQUEST, request_id))
