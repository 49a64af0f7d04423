"""The page that exports the register of one's regions, and the empty form to fill in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n, json_values
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import acting, actor, authorise, requires, signed_in_id
from booking.availability.defaults.queries import count, in_scope
from booking.db import db, unit_of_work
from booking.exports.service import LARGE, ask
from booking.register.exports import service
from booking.register.exports.forms import ExportForm
from booking.register.exports.service import COLUMNS, CONTACTS
from booking.register.upload_page import own_regions
from booking.web.downloads import attachment
from booking.workbooks import files


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/register/export", "export", export)
    blueprint.add_url_rule("/register/export", "export_file", export_file, methods=["POST"])
    blueprint.add_url_rule("/register/form.xlsx", "empty_form", empty_form)


@requires("register.export")
def export() -> ResponseReturnValue:
    """Choose a region, and see how many people the export will have."""
    return _page(_form(posted=False), 200)


def _form(*, posted: bool) -> ExportForm:
    form = ExportForm() if posted else ExportForm(formdata=None)
    form.region.choices = own_regions()
    return form


def _page(form: ExportForm, status: int) -> ResponseReturnValue:
    text = render_template(
        "register/export.html",
        form=form,
        people=count(db.session(), in_scope(actor())),
        columns=service.head(COLUMNS),
        large=LARGE,
    )
    return text, status


@requires("register.export")
def export_file() -> ResponseReturnValue:
    """The people of a region as a spreadsheet, large ones by the worker; the export is recorded."""
    form = _form(posted=True)
    if not form.validate():
        return _page(form, 422)
    choice = form.chosen()
    authorise("register.export", Subject(region_codes=frozenset({choice.region_code})))
    session = db.session()
    filename = f"{_('Register')}-{i18n.today().isoformat()}.xlsx"
    rows = len(service.people(session, actor(), choice))
    if rows <= LARGE:
        book = service.made(
            session, actor(), acting(), choice, address=request.remote_addr, now=clock.now()
        )
        return attachment(book, filename, files.XLSX)
    session.rollback()
    with unit_of_work() as writing:
        key = ask(
            writing,
            kind=service.KIND,
            choice=json_values.write(choice),
            rows=rows,
            filename=filename,
            mimetype=files.XLSX,
            user_id=signed_in_id(),
            language=i18n.selected_language(),
            now=clock.now(),
        ).key
    return redirect(url_for("exports.show", key=key), 303)


@requires("register.export")
def empty_form() -> ResponseReturnValue:
    """A spreadsheet with the headers only, to fill in and import."""
    book = files.listed(_("Register"), service.head(COLUMNS + CONTACTS), [])
    return attachment(book, _("Register") + ".xlsx", files.XLSX)
