"""The pages on which administrators keep the list of outcomes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import requires
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.follow_ups.outcomes import queries, service
from booking.follow_ups.outcomes.forms import OutcomeForm
from booking.follow_ups.outcomes.models import Outcome
from booking.follow_ups.outcomes.service import OutcomeWords
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    path, add = "/effects/outcomes", blueprint.add_url_rule
    add(path, "outcomes", outcomes, methods=["GET", "POST"])
    add(f"{path}/<int:outcome_id>", "outcome", outcome, methods=["GET", "POST"])
    add(f"{path}/<int:outcome_id>/retire", "retire_outcome", retire, methods=["POST"])
    add(f"{path}/<int:outcome_id>/restore", "restore_outcome", restore, methods=["POST"])


@requires("outcome.edit")
@keeps_typed
def outcomes() -> ResponseReturnValue:
    """List the outcomes; add one."""
    form = OutcomeForm()
    if request.method == "GET":
        return _page(form, 200)
    return submitted(form, lambda: _added(form), lambda status: _page(form, status))


@requires("outcome.edit")
@keeps_typed
def outcome(outcome_id: int) -> ResponseReturnValue:
    """Correct the words of one outcome."""
    found = db.session().get(Outcome, outcome_id)
    if found is None:
        raise NotFound()
    if request.method == "GET":
        return _one_page(found, OutcomeForm(formdata=None, obj=found), 200)
    form = OutcomeForm()
    return submitted(
        form,
        lambda: _changed(outcome_id, form),
        lambda status: _one_page(db.session().get_one(Outcome, outcome_id), form, status),
    )


@requires("outcome.edit")
def retire(outcome_id: int) -> ResponseReturnValue:
    """Offer an outcome no longer."""
    with unit_of_work() as session:
        service.retire(session, outcome_id, now=clock.now())
    flash(_("Retired. Answers that name it keep it."), "success")
    return redirect(url_for("follow_ups.outcomes"), 303)


@requires("outcome.edit")
def restore(outcome_id: int) -> ResponseReturnValue:
    """Offer an outcome again."""
    with unit_of_work() as session:
        service.restore(session, outcome_id)
    flash(_("Branches can choose it again."), "success")
    return redirect(url_for("follow_ups.outcomes"), 303)


def _added(form: OutcomeForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        service.add(session, _words(form))
    flash(_("Added. Branches can choose it from now on."), "success")
    return redirect(url_for("follow_ups.outcomes"), 303)


def _changed(outcome_id: int, form: OutcomeForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        service.change(session, outcome_id, _words(form))
    flash(_("Saved. Earlier answers show the new words as well."), "success")
    return redirect(url_for("follow_ups.outcomes"), 303)


def _words(form: OutcomeForm) -> OutcomeWords:
    nothing = bool(form.unchanged.data)
    return OutcomeWords(form.name.data or "", form.name_en.data or "", nothing)


def _page(form: OutcomeForm, status: int) -> ResponseReturnValue:
    found = queries.every(db.session())
    return render_template("follow_ups/outcomes.html", form=form, outcomes=found), status


def _one_page(found: Outcome, form: OutcomeForm, status: int) -> ResponseReturnValue:
    return render_template("follow_ups/outcome.html", form=form, outcome=found), status
