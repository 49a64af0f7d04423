"""The page of the audit log, for administrators."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking import audit, i18n
from booking.accounts.guards import requires
from booking.accounts.queries import all_regions
from booking.db import db
from booking.oversight import queries, words
from booking.oversight.forms import AuditForm
from booking.settings.engine.declarations import AUDIT_DAYS
from booking.settings.queries import in_force
from booking.web.request_safety import LARGEST_ID

blueprint = Blueprint("oversight", __name__)


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


def _page(form: AuditForm, *, before: int | None = None, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    rows: list[audit.AuditEntry] = []
    older = None
    if status == 200:
        wanted = form.wanted(i18n.zone())
        rows, older = queries.entries(session, wanted, before=before)
    page = render_template(
        "oversight/entries.html",
        form=form,
        rows=rows,
        older=older,
        before=before,
        days=in_force(AUDIT_DAYS),
        regions={
            region.code: i18n.data_name(region.name, region.name_en)
            for region in all_regions(session)
        },
        ACTIONS=words.ACTIONS,
        words=words,
    )
    return page, status
