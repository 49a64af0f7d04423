"""The pages that import and export the list of organisations."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.guards import acting, actor, requires, signed_in_id
from booking.db import db, unit_of_work
from booking.errors import DomainError, NotFound
from booking.exports.service import LARGE, ask
from booking.organisations import queries
from booking.organisations.engine.filters import read_filters
from booking.organisations.lists import drafts, export, service
from booking.organisations.lists.forms import ListForm
from booking.organisations.lists.models import ListKind
from booking.organisations.lists.upload import LIMITS, MOST_SHOWN, kept
from booking.organisations.lists.words import COLUMNS, EFFECTS
from booking.sentences import N_
from booking.web.downloads import attachment
from booking.workbooks.files import MIMETYPES, FileKind

KIND = ListKind.ORGANISATIONS


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
    key = kept(form, KIND, now=clock.now())
    if key is None:
        return _upload_page(form, 422)
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
    if kind not in list(FileKind):
        raise NotFound()
    filters, filename = read_filters(request.args), f"{_('Branches')}.{kind}"
    session, mimetype = db.session(), MIMETYPES[FileKind(kind)]
    rows = queries.count(session, actor(), filters)
    if rows <= LARGE:
        data = service.exported(session, actor(), acting(), filters, filename)
        return attachment(data, filename, mimetype)
    session.rollback()
    with unit_of_work() as writing:
        key = ask(
            writing,
            kind=service.KIND,
            choice=filters.typed(),
            rows=rows,
            filename=filename,
            mimetype=mimetype,
            user_id=signed_in_id(),
            language=i18n.selected_language(),
            now=clock.now(),
        ).key
    return redirect(url_for("exports.show", key=key), 303)


def _upload_page(
    form: ListForm, status: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    page = render_template(
        "organisations/upload.html",
        form=form,
        refusal=refusal,
        columns=COLUMNS,
        headers=dict(zip(COLUMNS, export.header(), strict=True)),
        **LIMITS,
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
