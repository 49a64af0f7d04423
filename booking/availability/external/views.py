"""The page of an instructor's external calendars: add, configure, remove, and see their age."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.audit import Action
from booking.availability.external import service
from booking.availability.external.engine.calendar import MOST_BYTES, CannotRead
from booking.availability.external.errors import CalendarUnreadable
from booking.availability.external.expansion import read_calendar
from booking.availability.external.forms import BUSY, AddressForm, UploadForm
from booking.availability.external.words import FLAWS, TROUBLES
from booking.availability.guards import instructor_of, record_on_behalf
from booking.db import db, unit_of_work
from booking.process.sizes import MEGABYTE
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

PATH = "/instructors/<int:instructor_id>/availability/calendars"
FURTHEST = timedelta(days=365)
"""Bookings reach no further ahead: busy times that cover this cover every bookable day."""


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    item = f"{PATH}/<int:calendar_id>"
    add = blueprint.add_url_rule
    add(PATH, "calendars", calendars)
    add(f"{PATH}/address", "add_calendar", add_calendar, methods=["POST"])
    add(f"{PATH}/upload", "upload_calendar", upload_calendar, methods=["POST"])
    add(f"{item}/all-day", "choose_all_day", choose_all_day, methods=["POST"])
    add(f"{item}/free-days", "settle_calendar", settle_calendar, methods=["POST"])
    add(f"{item}/remove", "remove_calendar", remove_calendar, methods=["POST"])
    blueprint.record_once(_add_template_names)


def _add_template_names(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["CALENDAR_TROUBLES"] = TROUBLES
    state.app.jinja_env.globals["CALENDAR_FLAWS"] = FLAWS
    state.app.jinja_env.filters["ago"] = _ago


def _ago(instant: datetime) -> str:
    age = clock.now() - instant
    if age < timedelta(minutes=1):
        return str(_("just now"))
    return str(format_timedelta(-age, granularity="minute", add_direction=True))


@requires("availability.edit")
def calendars(instructor_id: int) -> ResponseReturnValue:
    """List the calendars, with the forms to add another."""
    return _page(instructor_id)


@requires("availability.edit")
@keeps_typed
def add_calendar(instructor_id: int) -> ResponseReturnValue:
    """Add a calendar by its address; the worker reads it."""
    instructor_of(instructor_id, "availability.edit")
    form = AddressForm()
    return submitted(
        form,
        lambda: _store_address(instructor_id, form),
        lambda status: _page(instructor_id, address=form, status=status),
    )


def _store_address(instructor_id: int, form: AddressForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        service.add_address(
            session,
            instructor_id=instructor_id,
            address=form.address.data,
            label=form.label.data or "",
            all_day_busy=form.all_day_busy(),
            now=clock.now(),
        )
        record_on_behalf(session, instructor_id, Action.CALENDARS_CHANGED, change="added")
    flash(_("The calendar is being read. Reload this page in a moment."), "success")
    return _back(instructor_id)


@requires("availability.edit")
def upload_calendar(instructor_id: int) -> ResponseReturnValue:
    """Read a file at once and store its busy times; the file itself is not stored."""
    instructor_of(instructor_id, "availability.edit")
    form = UploadForm(prefix="upload")
    return submitted(
        form,
        lambda: _store_upload(instructor_id, form),
        lambda status: _page(instructor_id, upload=form, status=status),
    )


def _store_upload(instructor_id: int, form: UploadForm) -> ResponseReturnValue:
    """Expand the file before the write transaction, so that it blocks no other writer."""
    now = clock.now()
    try:
        busy = read_calendar(
            form.file.data.read(),
            zone=i18n.zone().key,
            all_day_busy=form.all_day_busy(),
            now=now,
            own=service.own_lectures(),
        )
    except CannotRead as error:
        raise CalendarUnreadable(error.trouble, "file") from None
    with unit_of_work() as session:
        service.add_upload(
            session,
            instructor_id=instructor_id,
            busy=busy,
            label=form.label.data or form.file.data.filename or "",
            all_day_busy=form.all_day_busy(),
            now=now,
        )
        record_on_behalf(session, instructor_id, Action.CALENDARS_CHANGED, change="added")
    flash(_("The calendar has been read."), "success")
    return _back(instructor_id)


@requires("availability.edit")
def choose_all_day(instructor_id: int, calendar_id: int) -> ResponseReturnValue:
    """Set whether all-day events of one calendar are busy."""
    instructor_of(instructor_id, "availability.edit")
    with unit_of_work() as session:
        service.choose_all_day(
            session,
            instructor_id=instructor_id,
            calendar_id=calendar_id,
            busy=request.form.get("all_day") == BUSY,
            now=clock.now(),
        )
        record_on_behalf(session, instructor_id, Action.CALENDARS_CHANGED, change="all_day")
    return _back(instructor_id)


@requires("availability.edit")
def settle_calendar(instructor_id: int, calendar_id: int) -> ResponseReturnValue:
    """Open the unknown days of one calendar, whose owner is free on them."""
    instructor_of(instructor_id, "availability.edit")
    with unit_of_work() as session:
        if service.settle(session, instructor_id=instructor_id, calendar_id=calendar_id):
            record_on_behalf(session, instructor_id, Action.CALENDARS_CHANGED, change="settled")
    flash(_("The unknown days of this calendar are open for bookings."), "success")
    return _back(instructor_id)


@requires("availability.edit")
def remove_calendar(instructor_id: int, calendar_id: int) -> ResponseReturnValue:
    """Delete a calendar and its busy times."""
    instructor_of(instructor_id, "availability.edit")
    with unit_of_work() as session:
        service.remove(session, instructor_id=instructor_id, calendar_id=calendar_id)
        record_on_behalf(session, instructor_id, Action.CALENDARS_CHANGED, change="removed")
    flash(_("The calendar is removed. Its busy times no longer count."), "success")
    return _back(instructor_id)


def _back(instructor_id: int) -> ResponseReturnValue:
    return redirect(url_for("availability.calendars", instructor_id=instructor_id), 303)


def _page(
    instructor_id: int,
    *,
    address: FlaskForm | None = None,
    upload: FlaskForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Render the page; a form that was refused keeps the submitted values."""
    instructor = instructor_of(instructor_id, "availability.edit")
    now = clock.now()
    page = render_template(
        "availability/calendars.html",
        instructor=instructor,
        external_calendars=service.overview(db.session(), instructor.id, now),
        whole=now + FURTHEST,
        address=address or AddressForm(formdata=None),
        upload=upload or UploadForm(formdata=None, prefix="upload"),
        own=instructor.id in actor().instructor_ids,
        most_megabytes=MOST_BYTES // MEGABYTE,
    )
    return page, status
