"""The pages of a timetable beside the everyday week: make, change, look ahead, remove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, requires
from booking.availability import queries, service
from booking.availability.editor import undo
from booking.availability.editor.preview_page import Change, strip
from booking.availability.editor.week_forms import TimetableForm
from booking.availability.engine.rules import Part
from booking.availability.engine.timetables import Timetable, flatten
from booking.availability.guards import instructor_of
from booking.availability.models import Timetable as Row
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.instructors.models import Instructor
from booking.web.pages import with_error
from booking.web.request_safety import keeps_typed


def register(blueprint: Blueprint) -> None:
    """Add the pages to the feature's blueprint."""
    path = "/instructors/<int:instructor_id>/availability/timetables"
    both = ["GET", "POST"]
    blueprint.add_url_rule(f"{path}/new", "new_timetable", new_timetable, methods=both)
    one = f"{path}/<int:timetable_id>"
    blueprint.add_url_rule(one, "timetable", timetable, methods=both)
    blueprint.add_url_rule(f"{one}/remove", "remove_timetable", remove_timetable, methods=["POST"])


@requires("availability.edit")
@keeps_typed
def new_timetable(instructor_id: int) -> ResponseReturnValue:
    """Begin with the hours of the everyday week."""
    instructor = instructor_of(instructor_id, "availability.edit")
    if request.method == "POST":
        return _sent(instructor, None)
    form = TimetableForm(formdata=None)
    form.show(queries.week_of(db.session(), instructor_id))
    return _page(instructor, form, None)


@requires("availability.edit")
@keeps_typed
def timetable(instructor_id: int, timetable_id: int) -> ResponseReturnValue:
    """Look at one timetable and change it."""
    instructor = instructor_of(instructor_id, "availability.edit")
    row = queries.timetable_of(db.session(), instructor_id, timetable_id)
    if request.method == "POST":
        return _sent(instructor, timetable_id)
    return _page(instructor, TimetableForm.showing(queries.read_timetable(row)), row)


@requires("availability.edit")
def remove_timetable(instructor_id: int, timetable_id: int) -> ResponseReturnValue:
    """Forget a timetable; the everyday week holds again on its days."""
    instructor_of(instructor_id, "availability.edit")
    with (
        unit_of_work() as session,
        undo.recorded(
            session,
            instructor_id=instructor_id,
            part=Part.TIMETABLES,
            user_id=actor().user_id,
            now=clock.now(),
        ),
    ):
        service.remove_timetable(session, instructor_id=instructor_id, timetable_id=timetable_id)
    flash(_("Removed."), "success")
    return _back(instructor_id)


def _sent(instructor: Instructor, timetable_id: int | None) -> ResponseReturnValue:
    form = TimetableForm()
    if not form.validate():
        return _page(instructor, form, timetable_id, status=422)
    action = request.form.get("action")
    try:
        if action == "fill":
            form.fill(queries.slot_template(db.session(), instructor.region_code))
            return _page(instructor, form, timetable_id, unsaved=True)
        hours = form.timetable()
        service.check_timetable(hours)
        if action == "preview":
            change = _with_timetable(instructor, hours, timetable_id)
            return _page(instructor, form, timetable_id, unsaved=True, change=change)
        _save(instructor.id, hours, timetable_id)
    except Invalid as error:
        instructor = instructor_of(instructor.id, "availability.edit")
        return _page(instructor, with_error(form, error), timetable_id, status=error.status)
    flash(_("Saved. Lectures that are already booked stay as they are."), "success")
    return _back(instructor.id)


def _save(instructor_id: int, hours: Timetable, timetable_id: int | None) -> None:
    with (
        unit_of_work() as session,
        undo.recorded(
            session,
            instructor_id=instructor_id,
            part=Part.TIMETABLES,
            user_id=actor().user_id,
            now=clock.now(),
        ),
    ):
        service.save_timetable(
            session, instructor_id=instructor_id, hours=hours, timetable_id=timetable_id
        )


def _with_timetable(instructor: Instructor, hours: Timetable, timetable_id: int | None) -> Change:
    """The same instructor with this timetable in place of the stored one."""
    rows: Sequence[Row] = queries.timetables_of(db.session(), instructor.id)
    others = [queries.read_timetable(row) for row in rows if row.id != timetable_id]
    weekly = flatten(queries.week_of(db.session(), instructor.id), [*others, hours])
    return lambda known: replace(known, hours=replace(known.hours, weekly=weekly))


def _back(instructor_id: int) -> ResponseReturnValue:
    there = url_for("availability.edit", instructor_id=instructor_id, _anchor="timetables")
    return redirect(there, 303)


def _page(
    instructor: Instructor,
    form: TimetableForm,
    which: Row | int | None,
    *,
    change: Change | None = None,
    unsaved: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    template = queries.slot_template(db.session(), instructor.region_code)
    form.offer(template)
    page = render_template(
        "availability/timetable.html",
        instructor=instructor,
        week=form,
        template=template,
        timetable_id=which.id if isinstance(which, Row) else which,
        strip=strip(instructor, change),
        own=instructor.id in actor().instructor_ids,
        unsaved=unsaved,
    )
    return page, status
