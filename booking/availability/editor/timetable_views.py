"""The pages that add, edit, preview and delete a timetable beside the everyday week."""

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
from booking.availability.editor.preview_page import Change, is_wanted, preview
from booking.availability.editor.week_forms import TimetableForm
from booking.availability.engine.rules import Part
from booking.availability.engine.timetables import Timetable, flatten
from booking.availability.guards import instructor_of
from booking.availability.models import Timetable as Row
from booking.availability.promises.queries import promised
from booking.db import db, unit_of_work
from booking.instructors.models import Instructor
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    path = "/instructors/<int:instructor_id>/availability/timetables"
    get_and_post = ["GET", "POST"]
    blueprint.add_url_rule(f"{path}/new", "new_timetable", new_timetable, methods=get_and_post)
    item = f"{path}/<int:timetable_id>"
    blueprint.add_url_rule(item, "timetable", timetable, methods=get_and_post)
    blueprint.add_url_rule(f"{item}/remove", "remove_timetable", remove_timetable, methods=["POST"])


@requires("availability.edit")
@keeps_typed
def new_timetable(instructor_id: int) -> ResponseReturnValue:
    """Add a timetable; the form starts with the hours of the everyday week."""
    instructor = instructor_of(instructor_id, "availability.edit")
    if request.method == "POST":
        return _submitted(instructor, None)
    form = TimetableForm(formdata=None)
    form.show(queries.week_of(db.session(), instructor_id))
    return _page(instructor, form, None)


@requires("availability.edit")
@keeps_typed
def timetable(instructor_id: int, timetable_id: int) -> ResponseReturnValue:
    """Show and edit one timetable."""
    instructor = instructor_of(instructor_id, "availability.edit")
    row = queries.timetable_of(db.session(), instructor_id, timetable_id)
    if request.method == "POST":
        return _submitted(instructor, timetable_id)
    return _page(instructor, TimetableForm.showing(queries.read_timetable(row)), row)


@requires("availability.edit")
def remove_timetable(instructor_id: int, timetable_id: int) -> ResponseReturnValue:
    """Delete a timetable; the everyday week applies again on its days."""
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


def _submitted(instructor: Instructor, timetable_id: int | None) -> ResponseReturnValue:
    form, instructor_id = TimetableForm(), instructor.id

    def show_again(status: int) -> ResponseReturnValue:
        reloaded = instructor_of(instructor_id, "availability.edit")
        return _page(reloaded, form, timetable_id, status=status)

    return submitted(form, lambda: _accepted(instructor, form, timetable_id), show_again)


def _accepted(
    instructor: Instructor, form: TimetableForm, timetable_id: int | None
) -> ResponseReturnValue:
    if request.form.get("action") == "fill":
        form.fill(queries.slot_template(db.session(), instructor.region_code))
        return _page(instructor, form, timetable_id, unsaved=True)
    hours = form.timetable()
    service.check_timetable(hours)
    if is_wanted():
        change = _with_timetable(instructor, hours, timetable_id)
        return _page(instructor, form, timetable_id, unsaved=True, change=change)
    _save(instructor.id, hours, timetable_id)
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
            session, instructor_id=instructor_id, timetable=hours, timetable_id=timetable_id
        )


def _with_timetable(instructor: Instructor, hours: Timetable, timetable_id: int | None) -> Change:
    """A change that puts this timetable in place of the stored one."""
    rows: Sequence[Row] = queries.timetables_of(db.session(), instructor.id)
    others = [queries.read_timetable(row) for row in rows if row.id != timetable_id]
    weekly = flatten(queries.week_of(db.session(), instructor.id), [*others, hours])
    return lambda availability: replace(
        availability, hours=replace(availability.hours, weekly=weekly)
    )


def _back(instructor_id: int) -> ResponseReturnValue:
    url = url_for("availability.edit", instructor_id=instructor_id, _anchor="timetables")
    return redirect(url, 303)


def _page(
    instructor: Instructor,
    form: TimetableForm,
    row_or_id: Row | int | None,
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
        timetable_id=row_or_id.id if isinstance(row_or_id, Row) else row_or_id,
        preview=preview(instructor, promised(instructor.id), change),
        own=instructor.id in actor().instructor_ids,
        unsaved=unsaved,
    )
    return page, status
