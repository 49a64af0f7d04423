"""The pages on which somebody leaves: the person, or a coordinator who was asked to note it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.audit import KEPT_AT_LEAST
from booking.availability.guards import instructor_of
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.nominations.departures.service import PERMISSION
from booking.privacy.exits import queries, service
from booking.privacy.exits.forms import LeaveForm, LeaveForOtherForm
from booking.settings.engine.declarations import LEAVING_DAYS
from booking.settings.queries import in_force
from booking.web.request_safety import Form, keeps_typed


def register(blueprint: Blueprint) -> None:
    """Add the routes to the blueprint of the own page."""
    add, path = blueprint.add_url_rule, "/instructors/<int:instructor_id>/leaving"
    add("/me/leave", "leave", leave, methods=["GET", "POST"])
    add("/me/leave/take-back", "take_back", take_back, methods=["POST"])
    add(path, "leave_for", leave_for, methods=["GET", "POST"])
    add(f"{path}/take-back", "take_back_for", take_back_for, methods=["POST"])


@requires("account.use")
@keeps_typed
def leave() -> ResponseReturnValue:
    """What happens, what is still owed, and the confirmation."""
    form = LeaveForm()
    if not form.is_submitted():
        return _page(form)
    if not form.validate():
        return _page(form, 422)
    if (form.name.data or "").strip() != current_user.label:
        form.name.errors = [_("This is not your name as it stands above.")]
        return _page(form, 422)
    try:
        with unit_of_work() as session:
            service.ask(session, actor=actor(), today=i18n.today(), now=clock.now())
    except DomainError as error:
        return _page(form, error.status, error)
    flash(_("Noted. You can take it back until the day that is told below."), "success")
    return redirect(url_for("me.leave"), 303)


def _page(form: Form, status: int = 200, refusal: DomainError | None = None) -> ResponseReturnValue:
    session, person, now = db.session(), actor(), clock.now()
    assert person.user_id is not None
    page = render_template(
        "privacy/leave.html",
        user=current_user,
        form=form,
        refusal=refusal,
        leaving=queries.of_user(session, person.user_id),
        owed=queries.promised(session, sorted(person.instructor_ids), now),
        alone=queries.alone_in(session, person.user_id, now),
        teaches=bool(person.instructor_ids),
        days=in_force(LEAVING_DAYS),
        log_days=KEPT_AT_LEAST,
    )
    return page, status


@requires("account.use")
def take_back() -> ResponseReturnValue:
    """The person stays."""
    with unit_of_work() as session:
        service.take_back(session, actor=actor(), now=clock.now())
    flash(
        _("You stay. Everything is as before, but for your consents: give them again if you like."),
        "success",
    )
    return redirect(url_for("me.show"), 303)


@requires("departure.edit")
@keeps_typed
def leave_for(instructor_id: int) -> ResponseReturnValue:
    """A coordinator notes the wish of a person."""
    instructor_of(instructor_id, PERMISSION)
    form = LeaveForOtherForm()
    if not form.is_submitted():
        return _page_for(instructor_id, form)
    if not form.validate():
        return _page_for(instructor_id, form, 422)
    try:
        with unit_of_work() as session:
            service.ask_for(
                session,
                instructor_id=instructor_id,
                reason=form.reason.data or "",
                actor=actor(),
                today=i18n.today(),
                now=clock.now(),
            )
    except DomainError as error:
        return _page_for(instructor_id, form, error.status, error)
    flash(_("Noted. The entry is hidden, and is erased on the day that is told below."), "success")
    return redirect(url_for("me.leave_for", instructor_id=instructor_id), 303)


def _page_for(
    instructor_id: int, form: Form, status: int = 200, refusal: DomainError | None = None
) -> ResponseReturnValue:
    session = db.session()
    page = render_template(
        "privacy/leave_for.html",
        instructor=instructor_of(instructor_id, PERMISSION),
        form=form,
        refusal=refusal,
        leaving=queries.of_entry(session, instructor_id),
        ended=queries.is_involved(session, instructor_id),
        owed=queries.promised(session, [instructor_id], clock.now()),
        days=in_force(LEAVING_DAYS),
        log_days=KEPT_AT_LEAST,
    )
    return page, status


@requires("departure.edit")
def take_back_for(instructor_id: int) -> ResponseReturnValue:
    """The person stays, as a coordinator was told."""
    instructor_of(instructor_id, PERMISSION)
    with unit_of_work() as session:
        service.take_back_for(session, instructor_id=instructor_id, actor=actor(), now=clock.now())
    flash(_("The person stays: the entry is shown again, with its terms."), "success")
    return redirect(url_for("me.leave_for", instructor_id=instructor_id), 303)
