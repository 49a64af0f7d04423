"""The page of contacts that were shown, for coordinators and administrators, and its export."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import audit, clock, i18n
from booking.accounts.engine.roles import Role
from booking.accounts.guards import actor, requires
from booking.contacts.words import CHANNELS, WAYS
from booking.db import db
from booking.errors import NotFound
from booking.oversight import export
from booking.oversight.export import MOST_ROWS
from booking.oversight.reveals import queries
from booking.oversight.reveals.forms import RevealFilterForm
from booking.oversight.reveals.queries import RevealLine
from booking.settings.engine.contact_declarations import REVEALS_PER_DAY
from booking.settings.queries import in_force
from booking.web.request_safety import LARGEST_ID
from booking.workbooks.files import MIMETYPES, FileKind


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/contacts/shown", "reveals", reveals)
    blueprint.add_url_rule("/contacts/shown/export", "export_reveals", export_reveals)


@requires("contact.log")
def reveals() -> ResponseReturnValue:
    """Who was shown whose contact, newest first, in the reader's scope."""
    form = RevealFilterForm(formdata=request.args)
    if not form.validate():
        return _page(form, status=422)
    before = request.args.get("before", type=int)
    return _page(form, before=None if before is None else min(max(before, 0), LARGEST_ID))


@requires("contact.log")
def export_reveals() -> ResponseReturnValue:
    """What the filter finds, as a file; the export is recorded."""
    form = RevealFilterForm(formdata=request.args)
    value = request.args.get("format", "")
    if value not in list(FileKind):
        raise NotFound()
    if not form.validate():
        return _page(form, status=422)
    kind, session = FileKind(value), db.session()
    rows, _older = queries.lines(session, actor(), form.wanted(i18n.zone()), at_once=MOST_ROWS)
    content = export.as_file(
        kind, _table(rows), titles=_titles(), sheet=_("Contacts that were shown")
    )
    detail = form.typed() | {"rows": len(rows), "format": kind.value, "list": "reveals"}
    audit.record_apart(audit.Action.AUDIT_EXPORTED, address=request.remote_addr, detail=detail)
    return send_file(
        io.BytesIO(content),
        mimetype=MIMETYPES[kind],
        as_attachment=True,
        download_name=f"contacts-shown-{i18n.today():%Y%m%d}.{kind.value}",
    )


def _page(
    form: RevealFilterForm, *, before: int | None = None, status: int = 200
) -> ResponseReturnValue:
    session, who = db.session(), actor()
    rows: list[RevealLine] = []
    older, limit = None, in_force(REVEALS_PER_DAY)
    if status == 200:
        rows, older = queries.lines(session, who, form.wanted(i18n.zone()), before=before)
    page = render_template(
        "oversight/reveals.html",
        form=form,
        rows=rows,
        older=older,
        before=before,
        most_rows=MOST_ROWS,
        limit=limit,
        unusual=queries.unusual_readers(session, now=clock.now(), limit=limit)
        if who.has(Role.ADMIN)
        else [],
        CHANNELS=CHANNELS,
        WAYS=WAYS,
    )
    return page, status


def _titles() -> list[str]:
    return [
        _("Time"),
        _("Who was shown it"),
        _("For whom"),
        _("Whose contact"),
        _("Why"),
        _("What"),
        _("Through"),
    ]


def _table(rows: Iterable[RevealLine]) -> Iterator[list[str]]:
    for one, person in rows:
        yield [
            f"{i18n.local(one.shown_at):%Y-%m-%d %H:%M:%S}",
            one.reader_name,
            one.reader_unit,
            person,
            one.reason,
            f"{CHANNELS[one.channel]} {one.hint}",
            f"{WAYS[one.through]} {one.reference}".strip(),
        ]
