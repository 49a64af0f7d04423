"""Keeping default hours in one click, and the note about them on other pages."""

from __future__ import annotations

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking.accounts.guards import actor, requires
from booking.availability.defaults import queries, service
from booking.availability.editor.page import back, editable
from booking.db import db, unit_of_work
from booking.errors import Forbidden


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule(
        "/instructors/<int:instructor_id>/availability/keep",
        "keep_hours",
        keep_hours,
        methods=["POST"],
    )


def hours_unconfirmed(instructor_id: int) -> bool:
    """Template helper: whether the person has not confirmed hours that were filled in."""
    return queries.is_unconfirmed(db.session(), instructor_id)


def own_unconfirmed_hours() -> int | None:
    """Template helper: the signed-in instructor, if hours were filled in and not confirmed."""
    return queries.first_unconfirmed(db.session(), actor().instructor_ids)


@requires("availability.edit")
def keep_hours(instructor_id: int) -> ResponseReturnValue:
    """The person keeps the hours that were filled in; nobody can do it for them."""
    instructor = editable(instructor_id)
    if instructor.id not in actor().instructor_ids:
        raise Forbidden()
    with unit_of_work() as session:
        service.confirm(session, instructor_id=instructor.id)
    flash(_("Thank you: these are your hours now. You can change them at any time."), "success")
    return back(instructor.id)
