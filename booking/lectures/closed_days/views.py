"""The page of promised lectures on closed days, with the button that tells their branches."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.audit import Action
from booking.availability.guards import instructor_of, record_on_behalf
from booking.db import db, unit_of_work
from booking.lectures.closed_days import queries, service


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    path = "/instructors/<int:instructor_id>/closed-days"
    blueprint.add_url_rule(path, "closed_days", closed_days, methods=["GET", "POST"])


@requires("availability.edit")
def closed_days(instructor_id: int) -> ResponseReturnValue:
    """List the lectures that lie in closed time; on POST, tell their branches."""
    instructor = instructor_of(instructor_id, "availability.edit")
    if request.method == "POST":
        return _told(instructor_id)
    lectures = queries.promised(db.session(), instructor_id, now=clock.now(), zone=i18n.zone())
    closed = [one for one in lectures if one.closed]
    return render_template(
        "lectures/closed_days.html",
        instructor=instructor,
        lectures=closed,
        waiting=[one for one in closed if one.told_at is None],
        own=instructor_id in actor().instructor_ids,
    )


def _told(instructor_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        count = service.tell_branches(
            session, instructor_id=instructor_id, now=clock.now(), zone=i18n.zone()
        )
        if count:
            record_on_behalf(
                session, instructor_id, Action.SCHEDULE_CHANGED, change="branches_told"
            )
    told = ngettext(
        "The branch of %(num)s lecture gets a mail.",
        "The branches of %(num)s lectures get a mail.",
        count,
    )
    flash(told if count else _("These branches have been written to already."), "success")
    return redirect(url_for("lectures.closed_days", instructor_id=instructor_id), 303)
