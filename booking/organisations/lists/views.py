"""The pages that import and export the list of organisations."""

from __future__ import annotations

import io

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, requires, signed_in_id
from booking.db import db, unit_of_work
from booking.errors import DomainError, NotFound
from booking.organisations import queries
from booking.organisations.engine.filters import read_filters
from booking.organisations.lists import drafts, export, service
from booking.organisations.lists.engine.tables import MAX_BYTES, MAX_ROWS, UnreadableTable
from booking.organisations.lists.forms import ListForm
from booking.organisations.lists.models import ListKind
from booking.organisations.lists.reader import read_upload
from booking.organisations.lists.words import COLUMNS, EFFECTS, UNREADABLE
from booking.process.sizes import MEGABYTE
from booking.sentences import N_

MOST_SHOWN = 200
"""Most rows of a table of the preview."""

KIND = ListKind.ORGANISATIONS
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    url = "/organisations/import"
    blueprint.add_url_rule(url, "upload", upload, methods=["GET", "POST"])
    blueprint.add_url_rule(f"{url}/<key>", "preview", preview, methods=["GET", "POST"])
    blueprint.add_url_rule("/organisations/export.<kind>", "export", download)


@requires("organisation.edit")
def upload() -> ResponseReturnValue:
    """Choose a list; what it would do is shown before anything is stored."""
    form = ListForm() if request.method == "POST" else ListForm(formdata=None)
    if request.method == "GET":
        return _upload_page(form, 200)
    if not form.validate():
        return _upload_page(form, 422)
    filename = form.file.data.filename or ""
    try:
        table = read_upload(form.file.data.read(), filename=filename)
    except UnreadableTable as error:
        form.file.errors = [UNREADABLE[error.reason]]
        return _upload_page(form, 422)
    with unit_of_work() as session:
        key = drafts.keep(
            session,
            table,
            kind=KIND,
            filename=filename,
            user_id=signed_in_id(),
            now=clock.now(),
        )
    return redirect(url_for("organisations.preview", key=key), 303)


@requires("organisation.edit")
def preview(key: str) -> ResponseReturnValue:
    """What the list would do, and each problem by row and column; then the import."""
    try:
        if request.method == "GET":
            return _preview_page(key, 200)
        with unit_of_work() as session:
            draft = drafts.find(session, key, kind=KIND, user_id=signed_in_id(), lock=True)
            done = service.import_table(
                session,
                drafts.table_of(draft),
                filename=draft.filename,
                actor=actor(),
                now=clock.now(),
            )
            counts = {name: done.count(name) for name in EFFECTS}
            session.delete(draft)
    except service.HasProblems as refusal:
        return _preview_page(key, refusal.status, refusal)
    except drafts.DraftGone as gone:
        return _upload_page(ListForm(formdata=None), gone.status, gone)
    words = N_("Imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.", **counts)
    flash(str(words), "success")
    return redirect(url_for("organisations.overview"), 303)


@requires("organisation.edit")
def download(kind: str) -> ResponseReturnValue:
    """The organisations that the filters show, with the columns that import reads."""
    if kind not in TYPES:
        raise NotFound()
    found = queries.every(db.session(), actor(), read_filters(request.args))
    lines: list[list[export.Cell]] = [list(export.header()), *export.rows(found)]
    title = _("Branches")
    data = export.as_csv(lines) if kind == "csv" else export.as_xlsx(lines, title=title)
    filename = f"{title}.{kind}"
    with unit_of_work() as session:
        service.record_export(session, filename=filename, count=len(found))
    return send_file(
        io.BytesIO(data), mimetype=TYPES[kind], as_attachment=True, download_name=filename
    )


def _upload_page(
    form: ListForm, status: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    page = render_template(
        "organisations/upload.html",
        form=form,
        refusal=refusal,
        columns=COLUMNS,
        headers=dict(zip(COLUMNS, export.header(), strict=True)),
        most_megabytes=MAX_BYTES // MEGABYTE,
        most_rows=MAX_ROWS,
    )
    return page, status


def _preview_page(key: str, status: int, refusal: DomainError | None = None) -> ResponseReturnValue:
    session = db.session()
    draft = drafts.find(session, key, kind=KIND, user_id=signed_in_id())
    plan = service.plan(session, drafts.table_of(draft), actor())
    page = render_template(
        "organisations/preview.html",
        draft=draft,
        plan=plan,
        regions=dict(queries.region_names(session)),
        headers=dict(zip(COLUMNS, export.header(), strict=True)),
        effects=EFFECTS,
        most=MOST_SHOWN,
        refusal=refusal,
    )
    return page, status
