"""My page, for everybody who is signed in: data, readers, who saw what, export, leaving."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking import audit, clock, i18n
from booking.accounts.guards import actor, requires
from booking.accounts.service import as_subject
from booking.contacts.words import CHANNELS
from booking.db import db
from booking.errors import NotFound
from booking.members.words import ROLES
from booking.privacy.exits import queries as leavings
from booking.privacy.exits import views as leaving_views
from booking.privacy.export import files
from booking.privacy.export import queries as export
from booking.privacy.export.contents import GROUPS, PARTS
from booking.privacy.export.words import COLUMNS, PURPOSES, THROUGH, shown
from booking.privacy.person import page as pages
from booking.privacy.person import queries
from booking.privacy.person.words import PREVIEWS
from booking.web.downloads import attachment
from booking.web.request_limits import limited
from booking.workbooks.files import XLSX

blueprint = Blueprint("me", __name__)
leaving_views.register(blueprint)

ROWS_ON_PAGE = 200

WORDS = {
    "CHANNELS": CHANNELS,
    "PURPOSES": PURPOSES,
    "THROUGH": THROUGH,
    "ROLES": ROLES,
    "listed": i18n.listed,
}


@blueprint.get("/me")
@requires("account.use")
def show() -> ResponseReturnValue:
    """What is known about me, who sees it, who saw it."""
    who, session = export.owned_by(actor()), db.session()
    return render_template(
        "privacy/me.html",
        user=current_user,
        page=pages.my_page(session, who),
        leaving=leavings.of_user(session, who.user_id),
        groups=GROUPS,
        previews=PREVIEWS,
        **WORDS,
    )


@blueprint.get("/me/data/<name>")
@requires("account.use")
def part(name: str) -> ResponseReturnValue:
    """One part of my data, row by row, with contacts in full."""
    if name not in PARTS:
        raise NotFound()
    who = export.owned_by(actor())
    rows = export.rows(db.session(), PARTS[name], who, most=ROWS_ON_PAGE)
    return render_template("privacy/part.html", rows=rows, COLUMNS=COLUMNS, shown=shown)


@blueprint.get("/me/as/<name>")
@requires("account.use")
def preview(name: str) -> ResponseReturnValue:
    """My entry as others see it."""
    who = export.owned_by(actor())
    if name not in PREVIEWS or not who.instructor_ids:
        raise NotFound()
    reader, title = PREVIEWS[name]
    session = db.session()
    return render_template(
        "privacy/preview.html",
        title=title,
        entries=pages.preview(session, who, reader),
        hidden=[one.name for one in queries.entries(session, who) if not one.listed],
        previews=PREVIEWS,
        chosen=name,
    )


@blueprint.get("/me/seen")
@requires("account.use")
def seen() -> ResponseReturnValue:
    """Who saw my contacts, page by page."""
    who, size = export.owned_by(actor()), queries.REVEALS_ON_PAGE
    number = request.args.get("page", 1, type=int)
    number = min(max(number or 1, 1), 10_000)
    reveals, total = queries.reveals(db.session(), who, page=number, size=size)
    last = max(1, -(-total // size))
    if number > last:
        raise NotFound()
    return render_template(
        "privacy/seen.html",
        reveals=reveals,
        total=total,
        number=number,
        last=last,
        before=url_for(".seen", page=number - 1) if number > 1 else None,
        after=url_for(".seen", page=number + 1) if number < last else None,
        **WORDS,
    )


@blueprint.get("/me/export.json")
@limited("own_data")
@requires("account.use")
def export_json() -> ResponseReturnValue:
    """My data for programs (PIPL, article 45)."""
    parts = export.every(db.session(), export.owned_by(actor()))
    content = files.as_json(parts, site=i18n.site_name(), now=clock.now())
    return _file(parts, content, "json", files.JSON_TYPE)


@blueprint.get("/me/export.xlsx")
@limited("own_data")
@requires("account.use")
def export_xlsx() -> ResponseReturnValue:
    """My data as a spreadsheet."""
    parts = export.every(db.session(), export.owned_by(actor()))
    return _file(parts, files.as_xlsx(parts), "xlsx", XLSX)


def _file(parts: list[export.Rows], content: bytes, ending: str, mimetype: str) -> Response:
    about, rows = as_subject(current_user), sum(len(one.rows) for one in parts)
    db.session().rollback()
    audit.record_apart(
        audit.Action.DATA_EXPORTED,
        about=about,
        address=request.remote_addr,
        detail={"rows": rows, "what": ending},
    )
    return attachment(content, f"my-data-{i18n.today().isoformat()}.{ending}", mimetype)
