"""The page of terms (聘期), suspensions and the days on which topics are offered."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select

from booking.accounts.guards import actor, may, requires
from booking.audit import Action
from booking.availability import queries, service
from booking.availability.guards import (
    instructor_of,
    record_change,
    record_on_behalf,
    subject,
)
from booking.availability.terms.forms import LastDayForm, SuspensionForm, TermForm, TopicDaysForm
from booking.db import db, unit_of_work
from booking.instructors import editable_entry
from booking.instructors import service as instructors
from booking.instructors.models import Instructor, Topic
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    path = "/instructors/<int:instructor_id>/terms"
    post_only = ["POST"]
    blueprint.add_url_rule(path, "terms", terms)
    blueprint.add_url_rule(path, "add_term", add_term, methods=post_only)
    blueprint.add_url_rule(
        f"{path}/<int:term_id>/remove", "remove_term", remove_term, methods=post_only
    )
    suspensions = "/instructors/<int:instructor_id>/suspensions"
    blueprint.add_url_rule(suspensions, "suspend", suspend, methods=post_only)
    item = f"{suspensions}/<int:suspension_id>"
    blueprint.add_url_rule(f"{item}/end", "end_suspension", end_suspension, methods=post_only)
    blueprint.add_url_rule(
        f"{item}/remove", "remove_suspension", remove_suspension, methods=post_only
    )
    blueprint.add_url_rule(
        "/instructors/<int:instructor_id>/topics/<int:topic_id>/days",
        "topic_days",
        topic_days,
        methods=post_only,
    )


@requires("availability.edit")
def terms(instructor_id: int) -> ResponseReturnValue:
    """Show terms, suspensions and topics; instructors see what a coordinator has set."""
    return _page(instructor_of(instructor_id, "availability.edit"))


@requires("term.edit")
@keeps_typed
def add_term(instructor_id: int) -> ResponseReturnValue:
    """Add a term of appointment."""
    instructor_of(instructor_id, "term.edit")
    form = TermForm()

    def add() -> ResponseReturnValue:
        with unit_of_work() as session:
            service.add_term(
                session,
                instructor_id=instructor_id,
                first=form.first.data,
                last=form.last.data,
                certificate=(form.certificate.data or "").strip(),
            )
            record_change(session, instructor_id, Action.TERMS_CHANGED, change="term_added")
        return _saved(instructor_id)

    return submitted(
        form, add, lambda status: _page(_reloaded(instructor_id), term=form, status=status)
    )


@requires("term.edit")
def remove_term(instructor_id: int, term_id: int) -> ResponseReturnValue:
    """Delete a term."""
    instructor_of(instructor_id, "term.edit")
    with unit_of_work() as session:
        service.remove_term(session, instructor_id=instructor_id, term_id=term_id)
        record_change(session, instructor_id, Action.TERMS_CHANGED, change="term_removed")
    return _saved(instructor_id)


@requires("term.edit")
@keeps_typed
def suspend(instructor_id: int) -> ResponseReturnValue:
    """Add a suspension."""
    instructor_of(instructor_id, "term.edit")
    form = SuspensionForm()

    def add() -> ResponseReturnValue:
        with unit_of_work() as session:
            service.suspend(
                session,
                instructor_id=instructor_id,
                first=form.first.data,
                last=form.last.data,
                reason=(form.reason.data or "").strip(),
            )
            record_change(session, instructor_id, Action.TERMS_CHANGED, change="suspended")
        return _saved(instructor_id)

    return submitted(
        form, add, lambda status: _page(_reloaded(instructor_id), suspension=form, status=status)
    )


@requires("term.edit")
@keeps_typed
def end_suspension(instructor_id: int, suspension_id: int) -> ResponseReturnValue:
    """Set the last day of a suspension."""
    instructor_of(instructor_id, "term.edit")
    form = LastDayForm()

    def end() -> ResponseReturnValue:
        with unit_of_work() as session:
            service.end_suspension(
                session,
                instructor_id=instructor_id,
                suspension_id=suspension_id,
                last=form.last.data,
            )
            record_change(session, instructor_id, Action.TERMS_CHANGED, change="suspension_ended")
        return _saved(instructor_id)

    def show_again(status: int) -> ResponseReturnValue:
        return _page(_reloaded(instructor_id), ending=(suspension_id, form), status=status)

    return submitted(form, end, show_again)


@requires("term.edit")
def remove_suspension(instructor_id: int, suspension_id: int) -> ResponseReturnValue:
    """Delete a suspension."""
    instructor_of(instructor_id, "term.edit")
    with unit_of_work() as session:
        service.remove_suspension(session, instructor_id=instructor_id, suspension_id=suspension_id)
        record_change(session, instructor_id, Action.TERMS_CHANGED, change="suspension_removed")
    return _saved(instructor_id)


@requires("availability.edit")
@keeps_typed
def topic_days(instructor_id: int, topic_id: int) -> ResponseReturnValue:
    """Set the days on which a topic is offered."""
    instructor_of(instructor_id, "availability.edit")
    form = TopicDaysForm()

    def show_again(status: int) -> ResponseReturnValue:
        return _page(_reloaded(instructor_id), days=(topic_id, form), status=status)

    return submitted(form, lambda: _set_topic_days(instructor_id, topic_id, form), show_again)


def _set_topic_days(instructor_id: int, topic_id: int, form: TopicDaysForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        entry = editable_entry.editable(
            session, instructor_id=instructor_id, actor=actor(), permission="availability.edit"
        )
        instructors.set_topic_days(
            session,
            entry=entry,
            topic_id=topic_id,
            first=form.first.data,
            last=form.last.data,
        )
        record_on_behalf(session, instructor_id, Action.TERMS_CHANGED, change="topic_days")
    return _saved(instructor_id)


def _reloaded(instructor_id: int) -> Instructor:
    """The instructor, loaded again after a unit of work that failed."""
    return db.session().get_one(Instructor, instructor_id)


def _saved(instructor_id: int) -> ResponseReturnValue:
    flash(_("Saved. Lectures that are already booked stay as they are."), "success")
    return redirect(url_for("availability.terms", instructor_id=instructor_id), 303)


def _with_unique_ids(form: FlaskForm, name: str) -> FlaskForm:
    """Prefix the ids of the fields: several forms on the page have the same fields."""
    for field in form:
        field.id = field.label.field_id = f"{name}-{field.name}"
    return form


def _all_with_unique_ids(forms: dict[int, FlaskForm], name: str) -> dict[int, FlaskForm]:
    return {number: _with_unique_ids(form, f"{name}-{number}") for number, form in forms.items()}


def _page(
    instructor: Instructor,
    *,
    term: FlaskForm | None = None,
    suspension: FlaskForm | None = None,
    ending: tuple[int, FlaskForm] | None = None,
    days: tuple[int, FlaskForm] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Render the page; a form that was refused keeps the submitted values."""
    session = db.session()
    topics = session.scalars(
        select(Topic).where(Topic.instructor_id == instructor.id).order_by(Topic.id)
    ).all()
    suspensions = queries.suspensions_of(session, instructor.id)
    endings = {row.id: LastDayForm(formdata=None, last=row.last) for row in suspensions}
    offered = {
        row.id: TopicDaysForm(formdata=None, first=row.valid_from, last=row.valid_to)
        for row in topics
    }
    page = render_template(
        "availability/terms.html",
        instructor=instructor,
        terms=queries.terms_of(session, instructor.id),
        suspensions=suspensions,
        topics=topics,
        term=_with_unique_ids(term or TermForm(formdata=None), "term"),
        suspension=_with_unique_ids(suspension or SuspensionForm(formdata=None), "suspension"),
        endings=_all_with_unique_ids(endings | dict([ending] if ending else []), "ending"),
        offered=_all_with_unique_ids(offered | dict([days] if days else []), "topic"),
        appoints=may("term.edit", subject(instructor)),
        own=instructor.id in actor().instructor_ids,
    )
    return page, status
