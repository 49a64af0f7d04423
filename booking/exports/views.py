"""The page of one file: how far it is, and the download; and the list of the own files."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking.accounts.guards import authorise, requires, signed_in_id
from booking.db import db
from booking.errors import NotFound
from booking.exports import queries, service
from booking.exports.kinds import kind_of
from booking.exports.models import ExportFile, ExportState
from booking.exports.queries import FileGone
from booking.web.downloads import attachment

blueprint = Blueprint("exports", __name__)

REFRESH_SECONDS = 2
HOURS_KEPT = int(service.KEPT.total_seconds()) // 3600


@blueprint.get("/exports")
@requires("export.read")
def overview() -> ResponseReturnValue:
    """The files that the reader has asked for."""
    return _list(200)


def _list(status: int, gone: NotFound | None = None) -> ResponseReturnValue:
    page = render_template(
        "exports/list.html",
        files=queries.files_of(db.session(), signed_in_id()),
        refusal=gone,
        ExportState=ExportState,
        hours=HOURS_KEPT,
    )
    return page, status


@blueprint.get("/exports/<key>")
@requires("export.read")
def show(key: str) -> ResponseReturnValue:
    """How far a file is; the page asks again by itself until it is there."""
    try:
        file = _own(key)
    except FileGone as gone:
        return _list(gone.status, gone)
    page = render_template(
        "exports/show.html", file=file, ExportState=ExportState, hours=HOURS_KEPT
    )
    response = make_response(page)
    if file.state in service.OPEN:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@blueprint.get("/exports/<key>/file")
@requires("export.read")
def download(key: str) -> ResponseReturnValue:
    """The file, for who asked for it and may still have it."""
    try:
        file = _own(key, content=True)
    except FileGone as gone:
        return _list(gone.status, gone)
    if file.content is None:
        return redirect(url_for("exports.show", key=key))
    return attachment(file.content, file.filename, file.mimetype)


def _own(key: str, *, content: bool = False) -> ExportFile:
    """The reader's file; `FileGone` also where the right to it has gone."""
    file = queries.file_of(db.session(), key[:43], signed_in_id(), content=content)
    try:
        kind = kind_of(file.kind)
    except KeyError:
        raise FileGone() from None
    authorise(kind.permission, kind.subject(file.choice))
    return file
