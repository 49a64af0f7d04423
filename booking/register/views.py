"""The coordinator's import: choose, preview, import."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from booking import clock, i18n
from booking.accounts.guards import actor, authorise, requires
from booking.accounts.permissions import Subject
from booking.accounts.queries import all_regions
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.register import drafts, service
from booking.register.forms import UploadForm
from booking.register.roster import UnreadableRoster
from booking.register.service import Outcome
from booking.register.spreadsheet import read_roster
from booking.register.words import PROBLEMS, ROLES, UNREADABLE

blueprint = Blueprint("register", __name__)


@blueprint.get("/register/import")
@requires("register.import")
def upload() -> ResponseReturnValue:
    """Choose a spreadsheet."""
    return _upload_page(_form(posted=False), 200)


@blueprint.post("/register/import")
@requires("register.import")
def preview() -> ResponseReturnValue:
    """Read the spreadsheet and keep what was understood; nothing is imported yet."""
    form = _form(posted=True)
    if not form.validate():
        return _upload_page(form, 422)
    authorise("register.import", Subject(region_codes=frozenset({form.region.data})))
    try:
        roster = read_roster(form.file.data.read(), filename=form.file.data.filename or "")
    except UnreadableRoster as error:
        form.file.errors = [UNREADABLE[error.reason]]
        return _upload_page(form, 422)
    user_id = actor().user_id
    assert user_id is not None
    with unit_of_work() as session:
        draft = service.keep_draft(
            session,
            roster=roster,
            filename=form.file.data.filename or "",
            region_code=form.region.data,
            user_id=user_id,
            now=clock.now(),
        )
    return redirect(url_for("register.show_draft", draft_id=draft.id), 303)


@blueprint.get("/register/import/<int:draft_id>")
@requires("register.import")
def show_draft(draft_id: int) -> ResponseReturnValue:
    """What was understood: columns, people, and problems by row and column."""
    return _draft_page(draft_id, 200)


@blueprint.post("/register/import/<int:draft_id>")
@requires("register.import")
def import_draft(draft_id: int) -> ResponseReturnValue:
    """Import all, or all but the rows that cannot be read."""
    who, now = actor(), clock.now()
    try:
        with unit_of_work() as session:
            draft = service.draft_of(session, draft_id, who.user_id or 0)
            report = service.import_roster(
                session,
                roster=drafts.read(draft.roster),
                region_code=draft.region_code,
                may_keep=who.coordinates,
                now=now,
                skip_invalid="skip_invalid" in request.form,
            )
            session.delete(draft)
    except DomainError as error:
        return _draft_page(draft_id, error.status, error)
    flash(
        _(
            "Imported: %(added)s new, %(completed)s completed, %(unchanged)s unchanged.",
            added=report.count(Outcome.ADDED),
            completed=report.count(Outcome.COMPLETED),
            unchanged=report.count(Outcome.UNCHANGED),
        ),
        "success",
    )
    return render_template("register/report.html", report=report, Outcome=Outcome)


def _form(*, posted: bool) -> UploadForm:
    form = UploadForm() if posted else UploadForm(formdata=None)
    form.region.choices = [
        SelectChoice(one.code, i18n.data_name(one.name, one.name_en))
        for one in all_regions(db.session())
        if actor().coordinates(one.code)
    ]
    return form


def _upload_page(form: UploadForm, status: int) -> ResponseReturnValue:
    return render_template("register/upload.html", form=form), status


def _draft_page(
    draft_id: int, status: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    draft = service.draft_of(db.session(), draft_id, actor().user_id or 0)
    page = render_template(
        "register/preview.html",
        draft=draft,
        roster=drafts.read(draft.roster),
        problems=PROBLEMS,
        roles=ROLES,
        refusal=refusal,
    )
    return page, status
