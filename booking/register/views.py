"""Pages of the register as spreadsheets: the upload; what follows has modules of its own."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import authorise, requires, signed_in_id
from booking.db import db, unit_of_work
from booking.register import drafts
from booking.register.drafts import StoredChoice
from booking.register.engine.roster import UnreadableReason, UnreadableRoster
from booking.register.exports import views as export_views
from booking.register.hours import views as hours_views
from booking.register.preview import views as preview_views
from booking.register.reader import read_upload
from booking.register.report import views as report_views
from booking.register.upload_page import upload_form, upload_page
from booking.register.words import UNREADABLE

blueprint = Blueprint("register", __name__)
preview_views.register(blueprint)
report_views.register(blueprint)
hours_views.register(blueprint)
export_views.register(blueprint)


@blueprint.get("/register/import")
@requires("register.import")
def upload() -> ResponseReturnValue:
    """The upload form, and the last imports."""
    return upload_page(upload_form(posted=False), 200)


@blueprint.post("/register/import")
@requires("register.import")
def preview() -> ResponseReturnValue:
    """Parse the uploaded spreadsheet and store it as a draft; nothing is imported yet."""
    form = upload_form(posted=True)
    if not form.validate():
        return upload_page(form, 422)
    authorise("register.import", Subject(region_codes=frozenset({form.region.data})))
    choice = drafts.choice_for(db.session(), signed_in_id(), StoredChoice())
    db.session.rollback()
    filename = form.file.data.filename or ""
    try:
        parsed = read_upload(form.file.data.read(), filename=filename, choice=choice)
    except UnreadableRoster as error:
        form.file.errors = [UNREADABLE[error.reason]]
        return upload_page(form, 503 if error.reason is UnreadableReason.BUSY else 422)
    with unit_of_work() as session:
        draft = drafts.keep_draft(
            session,
            parsed=parsed,
            filename=filename,
            region_code=form.region.data,
            user_id=signed_in_id(),
            now=clock.now(),
        )
    return redirect(url_for("register.show_draft", key=draft.key), 303)
