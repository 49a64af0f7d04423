"""The pages of the calendar of days off, for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock, i18n
from booking.accounts.guards import requires
from booking.availability.engine.hours import DayKind
from booking.availability.holidays import queries, service, words
from booking.availability.holidays.files import Schedule, UnreadableDays, read_days, write_json
from booking.availability.holidays.forms import (
    ORDINARY,
    ConfirmImportForm,
    DayForm,
    DaysFileForm,
)
from booking.availability.holidays.service import DayChange
from booking.availability.ports import LectureOnDay, lecture_port
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.web.days import FIRST_YEAR, LAST_YEAR
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted, with_error

MOST_BYTES = 256 * 1024


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add = blueprint.add_url_rule
    add("/days-off", "days_off", days_off)
    add("/days-off/day", "change_day", change_day, methods=["GET", "POST"])
    add("/days-off/import", "preview_days", preview_days, methods=["POST"])
    add("/days-off/import/confirm", "import_days", import_days, methods=["POST"])


@requires("days_off.edit")
def days_off() -> ResponseReturnValue:
    """One year: what it is, where it comes from, and the way to change it."""
    return _year(DaysFileForm(formdata=None))


def _year(form: DaysFileForm, status: int = 200) -> ResponseReturnValue:
    this_year = i18n.today().year
    year = request.args.get("year", this_year, type=int)
    year = min(max(year, FIRST_YEAR), LAST_YEAR)
    session = db.session()
    page = render_template(
        "availability/days_off.html",
        found=queries.year_of_days(session, year),
        years=sorted({*queries.years(session), this_year, this_year + 1, year}),
        form=form,
        DAY_KINDS=words.DAY_KINDS,
        SOURCES=words.SOURCES,
    )
    return page, status


def _lectures(days: Sequence[date]) -> Sequence[LectureOnDay]:
    read = lecture_port().on_days
    return read(db.session(), days, now=clock.now(), zone=i18n.zone())


@requires("days_off.edit")
@keeps_typed
def change_day() -> ResponseReturnValue:
    """Change one day: first the lectures on it are shown, then it is saved."""
    if request.method == "GET":
        return _day_page(_stored())
    form = DayForm()
    return submitted(form, lambda: _change(form), lambda status: _day_page(form, status))


def _stored() -> DayForm:
    """The form with what is stored of the day that the address names."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return DayForm(formdata=None, kind=DayKind.OFF.value)
    row = queries.day_of(db.session(), day)
    if row is None:
        return DayForm(formdata=None, day=day, kind=ORDINARY)
    return DayForm(formdata=None, day=day, kind=row.kind.value, name=row.name)


def _change(form: DayForm) -> ResponseReturnValue:
    day, state = form.day.data, form.state()
    if not form.confirmed.data:
        if state is not None and not state.name:
            raise Invalid(_("Give the day a name, such as Spring Festival."), field="name")
        return _day_page(form, lectures=_lectures([day]), asks=True)
    with unit_of_work() as session:
        service.change_day(session, day=day, state=state)
    flash(_("Saved. Lectures that are already booked stay as they are."), "success")
    return redirect(url_for("availability.days_off", year=day.year), 303)


def _day_page(
    form: DayForm,
    status: int = 200,
    *,
    lectures: Sequence[LectureOnDay] = (),
    asks: bool = False,
) -> ResponseReturnValue:
    year = form.day.data.year if form.day.data else i18n.today().year
    page = render_template(
        "availability/day_off.html", form=form, lectures=lectures, asks=asks, year=year
    )
    return page, status


@requires("days_off.edit")
@keeps_typed
def preview_days() -> ResponseReturnValue:
    """Show what a file would change, and which lectures stand on these days."""
    form = DaysFileForm()

    def show() -> ResponseReturnValue:
        file = form.file.data
        content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Invalid(_("This file is too large to be such a calendar."), field="file")
        return _preview(_read(content, "file"), file.filename or "")

    return submitted(form, show, lambda status: _year(form, status))


def _read(content: bytes, field: str) -> Schedule:
    try:
        return read_days(content)
    except UnreadableDays:
        raise Invalid(
            _("This is neither holiday-cn's JSON nor its ICS. Choose such a file."), field=field
        ) from None


def _preview(schedule: Schedule, source: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        changes = service.preview_import(session, schedule=schedule, source=source)
    return render_template(
        "availability/days_import.html",
        changes=changes,
        lectures=_lectures([one.day for one in changes]),
        schedule=schedule,
        source=source[:120],
        content=write_json(schedule),
        year=_first_year(schedule, changes),
        DAY_KINDS=words.DAY_KINDS,
    )


def _first_year(schedule: Schedule, changes: Sequence[DayChange]) -> int:
    years = sorted(schedule.years) or [one.day.year for one in changes] or [i18n.today().year]
    return years[-1]


@requires("days_off.edit")
def import_days() -> ResponseReturnValue:
    """Import the days that were shown. They are read again: a form can hold anything."""
    form: Any = ConfirmImportForm()
    if not form.validate():
        return _year(DaysFileForm(formdata=None), 422)
    try:
        schedule = _read((form.content.data or "").encode(), "file")
    except Invalid as error:
        again = DaysFileForm(formdata=None)
        return _year(again, with_error(again, error).status)
    with unit_of_work() as session:
        written = service.import_days(
            session, schedule=schedule, source=form.source.data or _("uploaded file")
        )
    count = sum(written.values())
    flash(ngettext("%(num)s day was imported.", "%(num)s days were imported.", count), "success")
    return redirect(url_for("availability.days_off", year=_first_year(schedule, [])), 303)
