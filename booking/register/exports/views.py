"""The page that exports the register of one's regions, and the empty form to fill in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import audit, i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires
from booking.availability.defaults.queries import count, in_scope, under
from booking.db import db
from booking.register.exports import queries
from booking.register.exports.queries import COLUMNS
from booking.register.forms import ExportForm
from booking.register.upload_page import own_regions
from booking.register.words import HEADERS
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
        columns=_head(),
    )
    return text, status


@requires("register.export")
def export_file() -> ResponseReturnValue:
    """The people of a region as a spreadsheet; the export is recorded."""
    form = _form(posted=True)
    if not form.validate():
        return _page(form, 422)
    region_code: str = form.region.data
    authorise("register.export", Subject(region_codes=frozenset({region_code})))
    session = db.session()
    lines = queries.lines(session, in_scope(actor()), under(region_code))
    session.rollback()
    audit.record_apart(
        audit.Action.EXPORTED,
        region_code=region_code,
        address=request.remote_addr,
        detail={"rows": len(lines), "what": "register"},
    )
    book = files.listed(str(_("Register")), _head(), lines)
    register_words = _("Register")
    return attachment(book, f"{register_words}-{i18n.today().isoformat()}.xlsx", files.XLSX)


def _head() -> list[str]:
    return [str(HEADERS[role]) for role in COLUMNS]


@requires("register.export")
def empty_form() -> ResponseReturnValue:
    """A spreadsheet with the headers only, to fill in and import."""
    contacts: list[Any] = [_("Telephone"), _("E-mail")]
    book = files.listed(str(_("Register")), [*_head(), *map(str, contacts)], [])
    return attachment(book, _("Register") + ".xlsx", files.XLSX)
