"""The page of terms that end soon."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import StringField
from wtforms.validators import Length

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.nominations.engine.terms import RENEWAL_DAYS, YEARS
from booking.nominations.renewals import queries, service
from booking.web.request_safety import LARGEST_ID, Form, keeps_typed


class EndingForm(Form):
    """Why a term is not renewed."""

    reason = StringField(lazy_gettext("Reason"), validators=[Length(max=service.LONGEST_REASON)])


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add, item = blueprint.add_url_rule, "/renewals/<int:term_id>"
    add("/renewals", "renewals", renewals)
    add("/renewals/renew", "renew", renew, methods=["POST"])
    add(f"{item}/let-end", "let_end", let_end, methods=["POST"])
    add(f"{item}/again", "decide_again", decide_again, methods=["POST"])


@requires("nomination.review")
def renewals() -> ResponseReturnValue:
    """The terms of the coordinator's regions that end within the next months."""
    return _page()


def _page(
    status: int = 200,
    refusal: DomainError | None = None,
    form: Form | None = None,
    open_id: int | None = None,
    chosen: tuple[int, ...] = (),
) -> ResponseReturnValue:
    page = render_template(
        "nominations/renewals.html",
        found=queries.ending_terms(db.session(), actor(), i18n.today()),
        departed=queries.departed(db.session(), actor()),
        days=RENEWAL_DAYS,
        years=YEARS,
        refusal=refusal,
        form=form or EndingForm(formdata=None),
        open_id=open_id,
        chosen=chosen,
        today=i18n.today(),
    )
    return page, status


@requires("nomination.review")
@keeps_typed
def renew() -> ResponseReturnValue:
    """Renew the chosen terms; a button of one row chooses that one alone."""
    only = request.form.get("only", type=int)
    ids = [only] if only is not None else request.form.getlist("term", type=int)
    chosen = tuple(one for one in ids if 0 < one <= LARGEST_ID)
    years = request.form.get("years", service.AS_BEFORE, type=int)
    if not Form().validate():
        return _page(422, chosen=chosen)
    try:
        with unit_of_work() as session:
            made = service.renew(
                session, term_ids=chosen, years=years, actor=actor(), now=clock.now()
            )
    except DomainError as error:
        return _page(error.status, refusal=error, chosen=chosen)
    told = ngettext("%(num)s term was renewed.", "%(num)s terms were renewed.", len(made))
    flash(told, "success")
    return redirect(url_for("nominations.renewals"), 303)


@requires("nomination.review")
@keeps_typed
def let_end(term_id: int) -> ResponseReturnValue:
    """Do not renew a term, for a reason."""
    form = EndingForm()
    if not form.validate():
        return _page(422, form=form, open_id=term_id)
    try:
        with unit_of_work() as session:
            service.let_end(
                session,
                term_id=term_id,
                reason=form.reason.data or "",
                actor=actor(),
                now=clock.now(),
            )
    except DomainError as error:
        if error.status == 404:
            raise
        form.reason.errors = [error.sentence]
        return _page(error.status, form=form, open_id=term_id)
    flash(_("This term is left to end."), "success")
    return redirect(url_for("nominations.renewals"), 303)


@requires("nomination.review")
def decide_again(term_id: int) -> ResponseReturnValue:
    """Put a term that was left to end back into the queue."""
    with unit_of_work() as session:
        service.decide_again(session, term_id=term_id, actor=actor())
    flash(_("This term is in the queue again."), "success")
    return redirect(url_for("nominations.renewals"), 303)
