"""The availability editor: the everyday week, booking rules, and undo.

A form submitted with a button other than "save" is rendered again with the submitted values: with
more lines filled in, or with the preview of what branches would see. Nothing is written then.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, requires
from booking.availability import queries, service
from booking.availability.day_parts import views as day_part_views
from booking.availability.defaults import service as default_hours
from booking.availability.editor import default_views, override_views, timetable_views
from booking.availability.editor import undo as schedule_undo
from booking.availability.editor.forms import RulesForm
from booking.availability.editor.page import (
    Typed,
    back,
    editable,
    page,
    recorded,
    with_rules,
    with_week,
)
from booking.availability.editor.preview_page import is_wanted
from booking.availability.editor.week_forms import WeekForm
from booking.availability.engine.errors import ChangedSince, UndoneAlready
from booking.availability.engine.rules import Part
from booking.availability.external import views as external_views
from booking.availability.holidays import views as holiday_views
from booking.availability.terms import views as term_views
from booking.availability.words import HALF_DAYS, PARTS, TOO_SHORT, WHY_CLOSED
from booking.db import db, unit_of_work
from booking.instructors.models import Instructor
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

blueprint = Blueprint("availability", __name__)
external_views.register(blueprint)
override_views.register(blueprint)
timetable_views.register(blueprint)
term_views.register(blueprint)
holiday_views.register(blueprint)
day_part_views.register(blueprint)
default_views.register(blueprint)


@blueprint.record_once
def words(state: BlueprintSetupState) -> None:
    """Add the labels of schedule parts and closing rules to the templates."""
    state.app.jinja_env.globals.update(
        SCHEDULE_PARTS=PARTS,
        HALF_DAYS=HALF_DAYS,
        WHY_CLOSED=WHY_CLOSED,
        TOO_SHORT=TOO_SHORT,
        half_day_limits=day_part_views.limits,
        hours_unconfirmed=default_views.hours_unconfirmed,
        own_unconfirmed_hours=default_views.own_unconfirmed_hours,
    )


@blueprint.get("/availability")
@requires("availability.edit")
def own() -> ResponseReturnValue:
    """Redirect to the editor of the signed-in instructor."""
    for instructor_id in sorted(actor().instructor_ids):
        return redirect(url_for("availability.edit", instructor_id=instructor_id))
    return redirect(url_for("directory.search"))


@blueprint.get("/instructors/<int:instructor_id>/availability")
@requires("availability.edit")
def edit(instructor_id: int) -> ResponseReturnValue:
    """The editor page, with one form for each part of the schedule."""
    return page(editable(instructor_id))


@blueprint.post("/instructors/<int:instructor_id>/availability/week")
@requires("availability.edit")
@keeps_typed
def save_week(instructor_id: int) -> ResponseReturnValue:
    """Save the everyday week; or only fill in lines, or only preview it."""
    instructor = editable(instructor_id)
    form = WeekForm()
    return submitted(
        form,
        lambda: _set_week(instructor, form),
        lambda status: page(editable(instructor_id), Typed(week=form), status=status),
    )


def _set_week(instructor: Instructor, form: WeekForm) -> ResponseReturnValue:
    if request.form.get("action") == "fill":
        form.fill(queries.slot_template(db.session(), instructor.region_code))
        return page(instructor, Typed(week=form), unsaved=True)
    week = form.week()
    if is_wanted():
        typed = Typed(week=form, change=with_week(instructor, week))
        return page(instructor, typed, unsaved=True)
    with unit_of_work() as session, recorded(session, instructor.id, Part.WEEK):
        service.set_week(session, instructor_id=instructor.id, week=week)
        if instructor.id in actor().instructor_ids:
            # The person's own hours; what a coordinator corrects stays unconfirmed.
            default_hours.confirm(session, instructor_id=instructor.id)
    flash(_("Your weekly hours are saved."), "success")
    return back(instructor.id)


@blueprint.post("/instructors/<int:instructor_id>/availability/rules")
@requires("availability.edit")
@keeps_typed
def save_rules(instructor_id: int) -> ResponseReturnValue:
    """Save the booking rules; or only preview them."""
    instructor = editable(instructor_id)
    form = RulesForm()
    return submitted(
        form,
        lambda: _set_rules(instructor, form),
        lambda status: page(editable(instructor_id), Typed(rules=form), status=status),
    )


def _set_rules(instructor: Instructor, form: RulesForm) -> ResponseReturnValue:
    if is_wanted():
        rules = form.rules(queries.rules_of(db.session(), instructor.id))
        return page(instructor, Typed(rules=form, change=with_rules(rules)), unsaved=True)
    with unit_of_work() as session, recorded(session, instructor.id, Part.RULES):
        rules = form.rules(queries.rules_of(session, instructor.id))
        service.set_rules(session, instructor_id=instructor.id, rules=rules, now=clock.now())
    flash(_("Saved."), "success")
    return back(instructor.id)


@blueprint.post("/instructors/<int:instructor_id>/availability/undo/<int:change_id>")
@requires("availability.edit")
def undo(instructor_id: int, change_id: int) -> ResponseReturnValue:
    """Undo the last change, unless the part has changed since."""
    editable(instructor_id)
    try:
        with unit_of_work() as session:
            schedule_undo.undo(
                session, instructor_id=instructor_id, change_id=change_id, now=clock.now()
            )
    except (ChangedSince, UndoneAlready) as error:
        return page(editable(instructor_id), refusal=error, status=error.status)
    flash(_("Undone: everything is as it was before that change."), "success")
    return back(instructor_id)
