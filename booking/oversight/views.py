"""The page of the audit log, for administrators."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking import audit, i18n
from booking.accounts.guards import requires
from booking.accounts.queries import RegionRow, all_regions
from booking.db import db
from booking.errors import NotFound
from booking.oversight import entry_texts, export, queries, words
from booking.oversight.export import MOST_ROWS
from booking.oversight.forms import AuditForm
from booking.oversight.reveals import views as reveal_views
from booking.settings.engine.declarations import AUDIT_DAYS
from booking.settings.queries import in_force
from booking.web.downloads import attachment
from booking.web.request_safety import LARGEST_ID
from booking.workbooks.files import MIMETYPES, FileKind

blueprint = Blueprint("oversight", __name__)
reveal_views.register(blueprint)


@blueprint.get("/audit")
@requires("audit.read")
def entries() -> ResponseReturnValue:
    """The entries, newest first; opening the first page of a search is recorded."""
    form = AuditForm(formdata=request.args)
    if not form.validate():
        return _page(form, status=422)
    before = request.args.get("before", type=int)
    if before is not None:
        before = min(max(before, 0), LARGEST_ID)
    else:
        address = request.remote_addr
        audit.record_apart(audit.Action.AUDIT_READ, address=address, detail=form.typed())
    return _page(form, before=before)


@blueprint.get("/audit/export")
@requires("audit.read")
def export_entries() -> ResponseReturnValue:
    """The entries that the filter finds, the newest first, as a file; the export is recorded."""
    form = AuditForm(formdata=request.args)
    value = request.args.get("format", "")
    if value not in list(FileKind):
        raise NotFound()
    if not form.validate():
        return _page(form, status=422)
    kind, session = FileKind(value), db.session()
    rows, _older = queries.entries(session, form.wanted(i18n.zone()), at_once=MOST_ROWS)
    content = export.as_file(kind, export.table(rows, _names(all_regions(session))))
    detail = form.typed() | {"rows": len(rows), "format": kind.value}
    audit.record_apart(audit.Action.AUDIT_EXPORTED, address=request.remote_addr, detail=detail)
    return attachment(content, f"audit-{i18n.today():%Y%m%d}.{kind.value}", MIMETYPES[kind])


def _names(regions: list[RegionRow]) -> dict[str, str]:
    return {region.code: i18n.data_name(region.name, region.name_en) for region in regions}


def _page(form: AuditForm, *, before: int | None = None, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    rows: list[audit.AuditEntry] = []
    older = None
    if status == 200:
        wanted = form.wanted(i18n.zone())
        rows, older = queries.entries(session, wanted, before=before)
    regions = all_regions(session)
    page = render_template(
        "oversight/entries.html",
        form=form,
        rows=rows,
        older=older,
        before=before,
        days=in_force(AUDIT_DAYS),
        regions=_names(regions),
        all_regions=regions,
        most_rows=MOST_ROWS,
        ACTIONS=words.ACTIONS,
        texts=entry_texts,
    )
    return page, status
