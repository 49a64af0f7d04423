"""Pages of the import: upload, preview, import, report."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from booking import clock, i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires, signed_in_id
from booking.accounts.queries import all_regions
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.process.sizes import MEGABYTE
from booking.register import service
from booking.register.engine.archive import MAX_BYTES
from booking.register.engine.reports import Outcome, Report
from booking.register.engine.roster import UnreadableReason, UnreadableRoster
from booking.register.forms import UploadForm
from booking.register.reader import read_upload
from booking.register.service import AlreadyImported, PreviewGone
from booking.register.words import PROBLEMS, ROLES, UNREADABLE

blueprint = Blueprint("register", __name__)

MOST_PROBLEMS_SHOWN, MOST_PEOPLE_SHOWN = 500, 200
"""Most rows of the tables of a preview."""


@blueprint.get("/register/import")
@requires("register.import")
def upload() -> ResponseReturnValue:
    """The upload form."""
    return _upload_page(_form(posted=False), 200)


@blueprint.post("/register/import")
@requires("register.import")
def preview() -> ResponseReturnValue:
    """Parse the uploaded spreadsheet and store it as a draft; nothing is imported yet."""
    form = _form(posted=True)
    if not form.validate():
        return _upload_page(form, 422)
    authorise("register.import", Subject(region_codes=frozenset({form.region.data})))
    try:
        roster = read_upload(form.file.data.read(), filename=form.file.data.filename or "")
    except UnreadableRoster as error:
        form.file.errors = [UNREADABLE[error.reason]]
        return _upload_page(form, 503 if error.reason is UnreadableReason.BUSY else 422)
    with unit_of_work() as session:
        draft = service.keep_draft(
            session,
            roster=roster,
            filename=form.file.data.filename or "",
            region_code=form.region.data,
            user_id=signed_in_id(),
            now=clock.now(),
        )
    return redirect(url_for("register.show_draft", key=draft.key), 303)


@blueprint.get("/register/import/<key>")
@requires("register.import")
def show_draft(key: str) -> ResponseReturnValue:
    """The preview of a draft: columns, people, and problems by row and column."""
    try:
        return _draft_page(key, 200)
    except AlreadyImported:
        return redirect(url_for("register.show_report", key=key))
    except PreviewGone as gone:
        return _gone(gone)


@blueprint.post("/register/import/<key>")
@requires("register.import")
def import_draft(key: str) -> ResponseReturnValue:
    """Import a draft, with or without its invalid rows; idempotent."""
    try:
        _flash_counts(_import(key, skip_invalid="skip_invalid" in request.form))
    except AlreadyImported as done:
        flash(str(done.sentence), "plain")
    except PreviewGone as gone:
        return _gone(gone)
    except DomainError as error:
        return _draft_page(key, error.status, error)
    return redirect(url_for("register.show_report", key=key), 303)


@blueprint.get("/register/import/<key>/report")
@requires("register.import")
def show_report(key: str) -> ResponseReturnValue:
    """The report of an import; can be reloaded."""
    try:
        filename, report = service.report_of(db.session(), key, signed_in_id())
    except PreviewGone as gone:
        return _gone(gone)
    return render_template(
        "register/report.html",
        filename=filename,
        report=report,
        Outcome=Outcome,
    )


def _import(key: str, *, skip_invalid: bool) -> Report:
    now = clock.now()
    with unit_of_work() as session:
        draft = service.draft_of(session, key, signed_in_id(), lock=True)
        report = service.import_roster(
            session,
            roster=service.roster_of(draft),
            region_code=draft.region_code,
            actor=actor(),
            now=now,
            skip_invalid=skip_invalid,
        )
        service.close_draft(session, draft=draft, report=report, now=now)
    return report


def _flash_counts(report: Report) -> None:
    flash(
        _(
            "Imported: %(added)s new, %(completed)s completed, %(unchanged)s unchanged.",
            added=report.count(Outcome.ADDED),
            completed=report.count(Outcome.COMPLETED),
            unchanged=report.count(Outcome.UNCHANGED),
        ),
        "success",
    )


def _form(*, posted: bool) -> UploadForm:
    form = UploadForm() if posted else UploadForm(formdata=None)
    form.region.choices = [
        SelectChoice(region.code, i18n.data_name(region.name, region.name_en))
        for region in all_regions(db.session())
        if actor().coordinates(region.code)
    ]
    return form


def _upload_page(
    form: UploadForm, status: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    return render_template(
        "register/upload.html",
        form=form,
        refusal=refusal,
        most_megabytes=MAX_BYTES // MEGABYTE,
    ), status


def _gone(gone: PreviewGone) -> ResponseReturnValue:
    """The upload form with the refusal: the spreadsheet must be uploaded again."""
    return _upload_page(_form(posted=False), gone.status, gone)


def _draft_page(key: str, status: int, refusal: DomainError | None = None) -> ResponseReturnValue:
    session = db.session()
    draft = service.draft_of(session, key, signed_in_id())
    page = render_template(
        "register/preview.html",
        draft=draft,
        # Computed anew: an entry may have moved to another region since the file was parsed.
        roster=service.within_scope(
            session,
            roster=service.roster_of(draft),
            region_code=draft.region_code,
            actor=actor(),
        ),
        problems=PROBLEMS,
        roles=ROLES,
        most_problems=MOST_PROBLEMS_SHOWN,
        most_people=MOST_PEOPLE_SHOWN,
        refusal=refusal,
    )
    return page, status
