"""The availability editor: the everyday week, exceptions and booking rules.

A form submitted with a button other than "save" is rendered again with the submitted values: with
more lines filled in, or with the preview of what branches would see. Nothing is written then.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.availability import queries, service
from booking.availability.day_parts import views as day_part_views
from booking.availability.editor import exceptions, timetable_views
from booking.availability.editor import undo as schedule_undo
from booking.availability.editor.forms import OverrideForm, RulesForm
from booking.availability.editor.preview_page import Change, strip
from booking.availability.editor.week_forms import WeekForm
from booking.availability.engine.errors import ChangedSince, UndoneAlready
from booking.availability.engine.hours import Override
from booking.availability.engine.offers import Availability
from booking.availability.engine.rules import Part, RuleSet
from booking.availability.engine.timetables import Week, flatten
from booking.availability.external import service as external
from booking.availability.external import views as external_views
from booking.availability.guards import instructor_of
from booking.availability.terms import views as term_views
from booking.availability.words import CLOSED, HALF_DAYS, PARTS, TOO_SHORT, WHY_CLOSED
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.instructors.models import Instructor
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

blueprint = Blueprint("availability", __name__)
external_views.register(blueprint)
timetable_views.register(blueprint)
term_views.register(blueprint)
day_part_views.register(blueprint)


@blueprint.record_once
def words(state: BlueprintSetupState) -> None:
    """Add the labels of schedule parts and closing rules to the template globals."""
    state.app.jinja_env.globals.update(
        SCHEDULE_PARTS=PARTS,
        HALF_DAYS=HALF_DAYS,
        WHY_CLOSED=WHY_CLOSED,
        CLOSED=CLOSED,
        TOO_SHORT=TOO_SHORT,
        half_day_limits=day_part_views.limits,
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
    return _page(_instructor(instructor_id))


@blueprint.post("/instructors/<int:instructor_id>/availability/week")
@requires("availability.edit")
@keeps_typed
def save_week(instructor_id: int) -> ResponseReturnValue:
    """Save the everyday week; or only fill in lines, or only preview it."""
    instructor = _instructor(instructor_id)
    form = WeekForm()
    return submitted(
        form,
        lambda: _set_week(instructor, form),
        lambda status: _page(_instructor(instructor_id), week=form, status=status),
    )


def _set_week(instructor: Instructor, form: WeekForm) -> ResponseReturnValue:
    action = request.form.get("action")
    if action == "fill":
        form.fill(queries.slot_template(db.session(), instructor.region_code))
        return _page(instructor, week=form, unsaved=True)
    week = form.week()
    if action == "preview":
        return _page(instructor, week=form, unsaved=True, change=_with_week(instructor, week))
    with unit_of_work() as session, _recorded(session, instructor.id, Part.WEEK):
        service.set_week(session, instructor_id=instructor.id, week=week)
    flash(_("Your weekly hours are saved."), "success")
    return _back(instructor.id)


@blueprint.post("/instructors/<int:instructor_id>/availability/overrides")
@requires("availability.edit")
@keeps_typed
def add_override(instructor_id: int) -> ResponseReturnValue:
    """Add an exception for a day or several days; or only preview it."""
    instructor = _instructor(instructor_id)
    form = OverrideForm()
    return submitted(
        form,
        lambda: _add_override(instructor, form),
        lambda status: _page(_instructor(instructor_id), override=form, status=status),
    )


def _add_override(instructor: Instructor, form: OverrideForm) -> ResponseReturnValue:
    if request.form.get("action") == "preview":
        change = _with_overrides(form.overrides())
        return _page(instructor, override=form, unsaved=True, change=change)
    with unit_of_work() as session, _recorded(session, instructor.id, Part.OVERRIDES):
        for added in form.overrides():
            exceptions.add(
                session, instructor_id=instructor.id, added=added, note=form.note.data or ""
            )
    flash(_("Saved. Lectures that are already booked stay as they are."), "success")
    return _back(instructor.id)


@blueprint.post("/instructors/<int:instructor_id>/availability/overrides/<int:override_id>/remove")
@requires("availability.edit")
def remove_override(instructor_id: int, override_id: int) -> ResponseReturnValue:
    """Delete an exception."""
    _instructor(instructor_id)
    with unit_of_work() as session, _recorded(session, instructor_id, Part.OVERRIDES):
        service.remove_override(session, instructor_id=instructor_id, override_id=override_id)
    flash(_("Removed."), "success")
    return _back(instructor_id)


@blueprint.post("/instructors/<int:instructor_id>/availability/rules")
@requires("availability.edit")
@keeps_typed
def save_rules(instructor_id: int) -> ResponseReturnValue:
    """Save the booking rules; or only preview them."""
    instructor = _instructor(instructor_id)
    form = RulesForm()
    return submitted(
        form,
        lambda: _set_rules(instructor, form),
        lambda status: _page(_instructor(instructor_id), rules=form, status=status),
    )


def _set_rules(instructor: Instructor, form: RulesForm) -> ResponseReturnValue:
    if request.form.get("action") == "preview":
        rules = form.rules(queries.rules_of(db.session(), instructor.id))
        return _page(instructor, rules=form, unsaved=True, change=_with_rules(rules))
    with unit_of_work() as session, _recorded(session, instructor.id, Part.RULES):
        rules = form.rules(queries.rules_of(session, instructor.id))
        service.set_rules(session, instructor_id=instructor.id, rules=rules, now=clock.now())
    flash(_("Saved."), "success")
    return _back(instructor.id)


@blueprint.post("/instructors/<int:instructor_id>/availability/undo/<int:change_id>")
@requires("availability.edit")
def undo(instructor_id: int, change_id: int) -> ResponseReturnValue:
    """Undo the last change, unless the part has changed since."""
    _instructor(instructor_id)
    try:
        with unit_of_work() as session:
            schedule_undo.undo(
                session, instructor_id=instructor_id, change_id=change_id, now=clock.now()
            )
    except (ChangedSince, UndoneAlready) as error:
        return _page(_instructor(instructor_id), refusal=error, status=error.status)
    flash(_("Undone: everything is as it was before that change."), "success")
    return _back(instructor_id)


def _instructor(instructor_id: int) -> Instructor:
    return instructor_of(instructor_id, "availability.edit")


def _recorded(session: Session, instructor_id: int, part: Part) -> AbstractContextManager[None]:
    return schedule_undo.recorded(
        session,
        instructor_id=instructor_id,
        part=part,
        user_id=actor().user_id,
        now=clock.now(),
    )


def _back(instructor_id: int) -> ResponseReturnValue:
    return redirect(url_for("availability.edit", instructor_id=instructor_id), 303)


def _with_week(instructor: Instructor, week: Week) -> Change:
    """A change that replaces the everyday week; the timetables beside it stay."""
    rows = queries.timetables_of(db.session(), instructor.id)
    weekly = flatten(week, [queries.read_timetable(row) for row in rows])
    return lambda availability: replace(
        availability, hours=replace(availability.hours, weekly=weekly)
    )


def _with_overrides(added: list[Override]) -> Change:
    def change(availability: Availability) -> Availability:
        overrides = (*availability.hours.overrides, *added)
        return replace(availability, hours=replace(availability.hours, overrides=overrides))

    return change


def _with_rules(rules: RuleSet) -> Change:
    return lambda availability: replace(
        availability,
        hours=replace(availability.hours, policy=rules.holidays),
        rules=rules.booking,
        limits=replace(availability.limits, caps=rules.caps),
    )


def _page(
    instructor: Instructor,
    *,
    week: WeekForm | None = None,
    override: FlaskForm | None = None,
    rules: FlaskForm | None = None,
    change: Change | None = None,
    unsaved: bool = False,
    refusal: DomainError | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Render the editor; a submitted form that was not saved keeps its values."""
    session, now = db.session(), clock.now()
    today = i18n.today()
    template = queries.slot_template(session, instructor.region_code)
    week_form = week or _stored_week(instructor.id)
    week_form.offer(template)
    page = render_template(
        "availability/edit.html",
        instructor=instructor,
        week=week_form,
        template=template,
        override=override or OverrideForm(formdata=None),
        rules=rules or RulesForm.showing(queries.rules_of(session, instructor.id)),
        overrides=queries.overrides_of(session, instructor.id, today),
        timetables=queries.timetables_of(session, instructor.id),
        strip=strip(instructor, change),
        external_calendars=external.overview(session, instructor.id, now),
        whole=now + external_views.FURTHEST,
        last_change=schedule_undo.last_change(session, instructor.id),
        own=instructor.id in actor().instructor_ids,
        unsaved=unsaved,
        refusal=refusal,
    )
    return page, status


def _stored_week(instructor_id: int) -> WeekForm:
    form = WeekForm(formdata=None)
    form.show(queries.week_of(db.session(), instructor_id))
    return form
