"""The availability editor: the week, days unlike the week, and how bookings are taken."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.availability import outside_service, outside_views, queries, service
from booking.availability.forms import OverrideForm, RulesForm, WeekForm, with_error
from booking.availability.guards import editable_instructor
from booking.availability.hours import OverrideKind, openings
from booking.availability.intervals import subtract
from booking.availability.typed_hours import write_blocks
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.instructors.models import Instructor

blueprint = Blueprint("availability", __name__)
outside_views.register(blueprint)

PREVIEW_DAYS = 14


@blueprint.get("/availability")
@requires("availability.edit")
def own() -> ResponseReturnValue:
    """To the editor of the person who is signed in."""
    for instructor_id in sorted(actor().instructor_ids):
        return redirect(url_for("availability.edit", instructor_id=instructor_id))
    return redirect(url_for("directory.search"))


@blueprint.get("/instructors/<int:instructor_id>/availability")
@requires("availability.edit")
def edit(instructor_id: int) -> ResponseReturnValue:
    """Everything on one page, one form for each thing."""
    return _page(editable_instructor(instructor_id))


@blueprint.post("/instructors/<int:instructor_id>/availability/week")
@requires("availability.edit")
def save_week(instructor_id: int) -> ResponseReturnValue:
    """Replace the weekly hours."""
    instructor = editable_instructor(instructor_id)
    form = WeekForm()
    if not form.validate():
        return _page(instructor, week=form, status=422)
    try:
        week = form.week()
    except Invalid as error:
        return _page(instructor, week=with_error(form, error), status=error.status)
    with unit_of_work() as session:
        service.set_week(session, instructor_id=instructor_id, week=week)
    flash(_("Your weekly hours are saved."), "success")
    return redirect(url_for("availability.edit", instructor_id=instructor_id), 303)


@blueprint.post("/instructors/<int:instructor_id>/availability/overrides")
@requires("availability.edit")
def add_override(instructor_id: int) -> ResponseReturnValue:
    """Add a day, or days, unlike the week."""
    instructor = editable_instructor(instructor_id)
    form = OverrideForm()
    if not form.validate():
        return _page(instructor, override=form, status=422)
    try:
        with unit_of_work() as session:
            for start, end in form.blocks():
                service.add_override(
                    session,
                    instructor_id=instructor_id,
                    kind=OverrideKind(form.kind.data),
                    first=form.first.data,
                    last=form.last_day(),
                    start_minute=start,
                    end_minute=end,
                    note=form.note.data or "",
                )
    except Invalid as error:
        instructor = editable_instructor(instructor_id)
        return _page(instructor, override=with_error(form, error), status=error.status)
    flash(_("Saved. Lectures that are already booked stay as they are."), "success")
    return redirect(url_for("availability.edit", instructor_id=instructor_id), 303)


@blueprint.post("/instructors/<int:instructor_id>/availability/overrides/<int:override_id>/remove")
@requires("availability.edit")
def remove_override(instructor_id: int, override_id: int) -> ResponseReturnValue:
    """Forget a day unlike the week."""
    editable_instructor(instructor_id)
    with unit_of_work() as session:
        service.remove_override(session, instructor_id=instructor_id, override_id=override_id)
    return redirect(url_for("availability.edit", instructor_id=instructor_id), 303)


@blueprint.post("/instructors/<int:instructor_id>/availability/rules")
@requires("availability.edit")
def save_rules(instructor_id: int) -> ResponseReturnValue:
    """Set how bookings are taken."""
    instructor = editable_instructor(instructor_id)
    form = RulesForm()
    if not form.validate():
        return _page(instructor, rules=form, status=422)
    with unit_of_work() as session:
        rules = form.rules(queries.rules_of(session, instructor_id))
        service.set_rules(session, instructor_id=instructor_id, rules=rules, now=clock.now())
    flash(_("Saved."), "success")
    return redirect(url_for("availability.edit", instructor_id=instructor_id), 303)


def _page(
    instructor: Instructor,
    *,
    week: FlaskForm | None = None,
    override: FlaskForm | None = None,
    rules: FlaskForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The editor; a form that was sent and refused keeps what was typed."""
    session = db.session()
    today = i18n.today()
    last = today + timedelta(days=PREVIEW_DAYS - 1)
    known = queries.availabilities(session, [instructor.id], today, last)[instructor.id]
    preview = subtract(openings(known.hours, today, last, i18n.zone()), known.elsewhere)
    now = clock.now()
    page = render_template(
        "availability/edit.html",
        instructor=instructor,
        week=week or _stored_week(instructor.id),
        override=override or OverrideForm(formdata=None),
        rules=rules or RulesForm.showing(queries.rules_of(session, instructor.id)),
        overrides=queries.overrides_of(session, instructor.id, today),
        days=[today + timedelta(days=offset) for offset in range(PREVIEW_DAYS)],
        preview=[(i18n.local(start), i18n.local(end)) for start, end in preview],
        special=queries.special_days(session, today, last),
        unofficial=queries.unofficial_years(session, today, last),
        outside=outside_service.overview(session, instructor.id, now),
        whole=now + outside_views.FURTHEST,
        own=instructor.id in actor().instructor_ids,
        posted=request.method == "POST",
    )
    return page, status


def _stored_week(instructor_id: int) -> WeekForm:
    form = WeekForm(formdata=None)
    blocks = queries.blocks_of(db.session(), instructor_id)
    for weekday, field in enumerate(form.days()):
        field.data = write_blocks(
            [(one.start_minute, one.end_minute) for one in blocks if one.weekday == weekday]
        )
    return form
