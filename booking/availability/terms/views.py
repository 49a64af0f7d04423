"""The pages of terms of appointment (聘期): what is set, add one, remove one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking.accounts.guards import actor, may, requires
from booking.audit import Action
from booking.availability import queries, service
from booking.availability.guards import instructor_of, record_change, subject
from booking.availability.terms import suspension_views, topic_views
from booking.availability.terms.forms import TermForm
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

PATH = "/instructors/<int:instructor_id>/terms"


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add = blueprint.add_url_rule
    add(PATH, "terms", terms)
    add(PATH, "add_term", add_term, methods=["POST"])
    add(f"{PATH}/<int:term_id>/remove", "remove_term", remove_term, methods=["GET", "POST"])
    suspension_views.register(blueprint)
    topic_views.register(blueprint)


@requires("availability.edit")
def terms(instructor_id: int) -> ResponseReturnValue:
    """List the terms; instructors see what a coordinator has set."""
    return _page(instructor_id)


@requires("term.edit")
@keeps_typed
def add_term(instructor_id: int) -> ResponseReturnValue:
    """Add a term of appointment."""
    instructor_of(instructor_id, "term.edit")
    form = TermForm()
    return submitted(
        form,
        lambda: _add(instructor_id, form),
        lambda status: _page(instructor_id, form, status),
    )


def _add(instructor_id: int, form: TermForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        service.add_term(
            session,
            instructor_id=instructor_id,
            first=form.first.data,
            last=form.last.data,
            certificate=(form.certificate.data or "").strip(),
        )
        record_change(session, instructor_id, Action.TERMS_CHANGED, change="term_added")
    flash(_("Saved. Lectures that are already booked stay as they are."), "success")
    return _back(instructor_id)


@requires("term.edit")
def remove_term(instructor_id: int, term_id: int) -> ResponseReturnValue:
    """Ask, then delete a term."""
    instructor = instructor_of(instructor_id, "term.edit")
    if request.method == "GET":
        found = [one for one in queries.terms_of(db.session(), instructor_id) if one.id == term_id]
        if not found:
            raise NotFound()
        return render_template(
            "availability/remove_days.html",
            instructor=instructor,
            kind="term",
            row=found[0],
            back=url_for("availability.terms", instructor_id=instructor_id),
        )
    with unit_of_work() as session:
        service.remove_term(session, instructor_id=instructor_id, term_id=term_id)
        record_change(session, instructor_id, Action.TERMS_CHANGED, change="term_removed")
    flash(_("Removed."), "success")
    return _back(instructor_id)


def _back(instructor_id: int) -> ResponseReturnValue:
    return redirect(url_for("availability.terms", instructor_id=instructor_id), 303)


def _page(
    instructor_id: int, form: TermForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """Render the page; a form that was refused keeps the submitted values."""
    instructor = instructor_of(instructor_id, "availability.edit")
    page = render_template(
        "availability/terms.html",
        instructor=instructor,
        terms=queries.terms_of(db.session(), instructor_id),
        form=form or TermForm(formdata=None),
        appoints=may("term.edit", subject(instructor)),
        own=instructor_id in actor().instructor_ids,
    )
    return page, status
