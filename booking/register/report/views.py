"""The report of an import, which leads on to hours and invitations, and its undoing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, requires
from booking.availability.defaults import queries as hours
from booking.db import db, unit_of_work
from booking.errors import DomainError, NotFound
from booking.register import drafts
from booking.register.batches import queries, service
from booking.register.batches.service import BatchInUse, BatchUndone
from booking.register.drafts import AlreadyImported, PreviewGone
from booking.register.engine.reports import Outcome, Report
from booking.register.report.ports import invitation_url
from booking.register.upload_page import gone_page
from booking.register.words import DEPENDENTS, OTHER_DEPENDENT, OUTCOMES

PAGE_LENGTH = 100
MOST_DEPENDENTS = 200
LONGEST_NUMBER = 6


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add = blueprint.add_url_rule
    add("/register/import/<key>/report", "show_report", show_report)
    add("/register/import/<key>/undo", "undo_import", undo_import, methods=["POST"])


@requires("register.import")
def show_report(key: str) -> ResponseReturnValue:
    """The report of an import; can be reloaded."""
    return _page(key, 200)


def _page(key: str, status: int, refusal: DomainError | None = None) -> ResponseReturnValue:
    session = db.session()
    try:
        batch = queries.batch_of(session, key, actor())
    except NotFound:
        return gone_page(PreviewGone())
    try:
        report = drafts.report_of(batch)
    except AlreadyImported:
        report = Report((), ())
    number = request.args.get("page", "")[:LONGEST_NUMBER]
    pages = max(1, -(-len(report.rows) // PAGE_LENGTH))
    page = min(max(1, int(number) if number.isdecimal() else 1), pages)
    ids = queries.instructor_ids(session, batch.id)
    among = hours.ids_among(ids)
    text = render_template(
        "register/report.html",
        batch=batch,
        report=report,
        rows=report.rows[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH],
        page=page,
        pages=pages,
        people=len(ids),
        without_hours=hours.count(session, among, hours.HAS_NO_HOURS),
        unconfirmed=hours.count(session, among, hours.UNCONFIRMED),
        invitations=invitation_url(batch.key),
        outcomes=OUTCOMES,
        Outcome=Outcome,
        refusal=refusal,
        dependents=refusal.dependents if isinstance(refusal, BatchInUse) else (),
        most_dependents=MOST_DEPENDENTS,
        dependent_words=DEPENDENTS,
        other_dependent=OTHER_DEPENDENT,
    )
    return text, status


@requires("register.import")
def undo_import(key: str) -> ResponseReturnValue:
    """Undo an import as a whole, or tell what depends on it."""
    try:
        with unit_of_work() as session:
            batch = queries.batch_of(session, key, actor())
            service.undo(session, batch=batch, actor=actor(), now=clock.now())
    except NotFound:
        return gone_page(PreviewGone())
    except (BatchInUse, BatchUndone) as error:
        return _page(key, error.status, error)
    flash(_("Undone: the register is as it was before this import."), "success")
    return redirect(url_for("register.show_report", key=key), 303)
