"""Add and remove exceptions, single days that are open or closed unlike the week."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking.accounts.guards import requires
from booking.availability import service
from booking.availability.editor import exceptions
from booking.availability.editor.forms import OverrideForm
from booking.availability.editor.page import (
    Typed,
    back,
    editable,
    page,
    recorded,
    with_overrides,
)
from booking.availability.editor.preview_page import is_wanted
from booking.availability.engine.rules import Part
from booking.availability.promises.queries import lying_in, promised, untold
from booking.db import unit_of_work
from booking.instructors.models import Instructor
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    path, post_only = "/instructors/<int:instructor_id>/availability/overrides", ["POST"]
    blueprint.add_url_rule(path, "add_override", add_override, methods=post_only)
    blueprint.add_url_rule(
        f"{path}/<int:override_id>/remove", "remove_override", remove_override, methods=post_only
    )


@requires("availability.edit")
@keeps_typed
def add_override(instructor_id: int) -> ResponseReturnValue:
    """Add an exception for a day or several days; or only preview it."""
    instructor = editable(instructor_id)
    form = OverrideForm()
    return submitted(
        form,
        lambda: _add(instructor, form),
        lambda status: page(editable(instructor_id), Typed(override=form), status=status),
    )


def _add(instructor: Instructor, form: OverrideForm) -> ResponseReturnValue:
    added = tuple(form.overrides())
    if is_wanted():
        typed = Typed(override=form, change=with_overrides(added), closing=added)
        return page(instructor, typed, unsaved=True)
    with unit_of_work() as session, recorded(session, instructor.id, Part.OVERRIDES):
        for one in added:
            exceptions.add(
                session, instructor_id=instructor.id, added=one, note=form.note.data or ""
            )
    flash(_("Saved. Lectures that are already booked stay as they are."), "success")
    if untold(lying_in(promised(instructor.id), added)):
        return redirect(url_for("lectures.closed_days", instructor_id=instructor.id), 303)
    return back(instructor.id)


@requires("availability.edit")
def remove_override(instructor_id: int, override_id: int) -> ResponseReturnValue:
    """Delete an exception."""
    editable(instructor_id)
    with unit_of_work() as session, recorded(session, instructor_id, Part.OVERRIDES):
        service.remove_override(session, instructor_id=instructor_id, override_id=override_id)
    flash(_("Removed."), "success")
    return back(instructor_id)
