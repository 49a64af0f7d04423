"""The page on which an instructor leaves the register, or comes back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import Length

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.availability.guards import instructor_of
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.nominations.departures import service
from booking.web.request_safety import Form, keeps_typed


class DepartureForm(Form):
    """Why somebody leaves."""

    reason = StringField(lazy_gettext("Reason"), validators=[Length(max=service.LONGEST_REASON)])


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add, path = blueprint.add_url_rule, "/instructors/<int:instructor_id>/departure"
    add(path, "departure", departure)
    add(f"{path}/leave", "leave", leave, methods=["POST"])
    add(f"{path}/return", "come_back", come_back, methods=["POST"])


@requires("departure.edit")
def departure(instructor_id: int) -> ResponseReturnValue:
    """Whether somebody has left, and the lectures that prevent it."""
    return _page(instructor_id)


def _page(
    instructor_id: int,
    form: Form | None = None,
    status: int = 200,
    refusal: DomainError | None = None,
) -> ResponseReturnValue:
    session = db.session()
    page = render_template(
        "nominations/departure.html",
        instructor=instructor_of(instructor_id, service.PERMISSION),
        departures=service.departures_of(session, instructor_id),
        to_come=service.lectures_to_come(session, instructor_id, clock.now()),
        form=form or DepartureForm(formdata=None),
        refusal=refusal,
    )
    return page, status


@requires("departure.edit")
@keeps_typed
def leave(instructor_id: int) -> ResponseReturnValue:
    """Leave the register."""
    instructor_of(instructor_id, service.PERMISSION)
    form = DepartureForm()
    if not form.validate():
        return _page(instructor_id, form, 422)
    try:
        with unit_of_work() as session:
            service.leave(
                session,
                instructor_id=instructor_id,
                reason=form.reason.data or "",
                actor=actor(),
                today=i18n.today(),
                now=clock.now(),
            )
    except DomainError as error:
        if getattr(error, "field", None) == "reason":
            form.reason.errors = [error.sentence]
            return _page(instructor_id, form, error.status)
        return _page(instructor_id, form, error.status, error)
    flash(_("The person has left the register. Nothing was deleted."), "success")
    return redirect(url_for("nominations.departure", instructor_id=instructor_id), 303)


@requires("departure.edit")
def come_back(instructor_id: int) -> ResponseReturnValue:
    """Come back into the register."""
    instructor_of(instructor_id, service.PERMISSION)
    with unit_of_work() as session:
        service.come_back(session, instructor_id=instructor_id, actor=actor(), now=clock.now())
    flash(_("The person is in the register again. Set a term if one is needed."), "success")
    return redirect(url_for("availability.terms", instructor_id=instructor_id), 303)
