"""The page on which coordinators keep the synonyms of search words."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking.accounts.guards import requires
from booking.db import db, unit_of_work
from booking.instructors.synonyms import queries, service
from booking.instructors.synonyms.forms import SynonymForm
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

blueprint = Blueprint("synonyms", __name__)


@blueprint.route("/synonyms", methods=["GET", "POST"])
@requires("synonyms.edit")
@keeps_typed
def overview() -> ResponseReturnValue:
    """List the synonyms; add one."""
    form = SynonymForm()
    if request.method == "GET":
        return _page(form, 200)
    return submitted(form, lambda: _add(form), lambda status: _page(form, status))


@blueprint.post("/synonyms/<int:synonym_id>/remove")
@requires("synonyms.edit")
def remove(synonym_id: int) -> ResponseReturnValue:
    """Remove a synonym; what somebody else removed is no error."""
    with unit_of_work() as session:
        removed = service.remove(session, synonym_id)
        words = {"word": removed.word, "means": removed.means} if removed else None
    if words:
        flash(_("Removed: “%(word)s” no longer finds “%(means)s”.", **words), "success")
    return redirect(url_for("synonyms.overview"), 303)


def _add(form: SynonymForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        added = service.add(session, form.word.data or "", form.means.data or "")
        words = {"word": added.word, "means": added.means}
    flash(_("Added: “%(word)s” now finds “%(means)s” as well.", **words), "success")
    return redirect(url_for("synonyms.overview"), 303)


def _page(form: SynonymForm, status: int) -> ResponseReturnValue:
    synonyms = queries.every(db.session())
    return render_template("instructors/synonyms.html", form=form, synonyms=synonyms), status
