"""The pages of suspensions: what is set, suspend, set the last day, remove one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking.accounts.guards import actor, may, requires
from booking.audit import Action
from booking.availability import queries, service
from booking.availability.engine.limits import DaySpan
from booking.availability.guards import instructor_of, record_change, subject
from booking.availability.models import Suspension
from booking.availability.promises.queries import lying_in, promised, untold
from booking.availability.terms.forms import LastDayForm, SuspensionForm
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

PATH = "/instructors/<int:instructor_id>/suspensions"


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add, item, both = blueprint.add_url_rule, f"{PATH}/<int:suspension_id>", ["GET", "POST"]
    add(PATH, "suspensions", suspensions)
    add(PATH, "suspend", suspend, methods=["POST"])
    add(f"{item}/end", "end_suspension", end_suspension, methods=both)
    add(f"{item}/remove", "remove_suspension", remove_suspension, methods=both)


@requires("availability.edit")
def suspensions(instructor_id: int) -> ResponseReturnValue:
    """List the suspensions; instructors see what a coordinator has set."""
    return _page(instructor_id)


@requires("term.edit")
@keeps_typed
def suspend(instructor_id: int) -> ResponseReturnValue:
    """Add a suspension."""
    instructor_of(instructor_id, "term.edit")
    form = SuspensionForm()
    return submitted(
        form,
        lambda: _suspend(instructor_id, form),
        lambda status: _page(instructor_id, form, status),
    )


def _suspend(instructor_id: int, form: SuspensionForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        service.suspend(
            session,
            instructor_id=instructor_id,
            first=form.first.data,
            last=form.last.data,
            reason=(form.reason.data or "").strip(),
        )
        record_change(session, instructor_id, Action.TERMS_CHANGED, change="suspended")
    flash(_("Saved. Lectures that are already booked stay as they are."), "success")
    days = DaySpan(form.first.data, form.last.data)
    if untold(lying_in(promised(instructor_id), suspensions=[days])):
        return redirect(url_for("lectures.closed_days", instructor_id=instructor_id), 303)
    return _back(instructor_id)


@requires("term.edit")
@keeps_typed
def end_suspension(instructor_id: int, suspension_id: int) -> ResponseReturnValue:
    """Set the last day of a suspension."""
    instructor_of(instructor_id, "term.edit")
    if request.method == "GET":
        row = _suspension(instructor_id, suspension_id)
        return _ending(instructor_id, suspension_id, LastDayForm(formdata=None, last=row.last))
    form = LastDayForm()
    return submitted(
        form,
        lambda: _end(instructor_id, suspension_id, form),
        lambda status: (_ending(instructor_id, suspension_id, form), status),
    )


def _ending(instructor_id: int, suspension_id: int, form: LastDayForm) -> str:
    return render_template(
        "availability/suspension_end.html",
        instructor=instructor_of(instructor_id, "term.edit"),
        row=_suspension(instructor_id, suspension_id),
        form=form,
    )


def _end(instructor_id: int, suspension_id: int, form: LastDayForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        service.end_suspension(
            session,
            instructor_id=instructor_id,
            suspension_id=suspension_id,
            last=form.last.data,
        )
        record_change(session, instructor_id, Action.TERMS_CHANGED, change="suspension_ended")
    flash(_("Saved. Lectures that are already booked stay as they are."), "success")
    return _back(instructor_id)


@requires("term.edit")
def remove_suspension(instructor_id: int, suspension_id: int) -> ResponseReturnValue:
    """Ask, then delete a suspension."""
    instructor = instructor_of(instructor_id, "term.edit")
    if request.method == "GET":
        return render_template(
            "availability/remove_days.html",
            instructor=instructor,
            kind="suspension",
            row=_suspension(instructor_id, suspension_id),
            back=url_for("availability.suspensions", instructor_id=instructor_id),
        )
    with unit_of_work() as session:
        service.remove_suspension(session, instructor_id=instructor_id, suspension_id=suspension_id)
        record_change(session, instructor_id, Action.TERMS_CHANGED, change="suspension_removed")
    flash(_("Removed."), "success")
    return _back(instructor_id)


def _suspension(instructor_id: int, suspension_id: int) -> Suspension:
    row = db.session().get(Suspension, suspension_id)
    if row is None or row.instructor_id != instructor_id:
        raise NotFound()
    return row


def _back(instructor_id: int) -> ResponseReturnValue:
    return redirect(url_for("availability.suspensions", instructor_id=instructor_id), 303)


def _page(
    instructor_id: int, form: SuspensionForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """Render the page; a form that was refused keeps the submitted values."""
    instructor = instructor_of(instructor_id, "availability.edit")
    page = render_template(
        "availability/suspensions.html",
        instructor=instructor,
        suspensions=queries.suspensions_of(db.session(), instructor_id),
        form=form or SuspensionForm(formdata=None),
        appoints=may("term.edit", subject(instructor)),
        own=instructor_id in actor().instructor_ids,
    )
    return page, status
