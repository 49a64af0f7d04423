"""The pages on which a coordinator sets the request limits of branches."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires
from booking.accounts.models import Organisation
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.lectures.forms import QuotaForm
from booking.lectures.quotas import service as quotas
from booking.lectures.reviews import service as reviews
from booking.lectures.reviews.queries import region_asks
from booking.settings.engine.declarations import DAILY_LIMIT, OPEN_LIMIT, QUARTER_LIMIT
from booking.settings.queries import in_force
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/request-limits", "quotas", overview)
    change_url = "/request-limits/<int:organisation_id>"
    blueprint.add_url_rule(change_url, "quota", change, methods=["GET", "POST"])


@requires("quota.edit")
def overview() -> ResponseReturnValue:
    """List the branches with requests or own limits; others are found by name."""
    name = request.args.get("name", "").strip()
    lines = quotas.overview(db.session(), actor(), name=name, now=clock.now(), zone=i18n.zone())
    return render_template(
        "lectures/quotas.html",
        lines=lines,
        name=name,
        usual_open=in_force(OPEN_LIMIT),
        usual_daily=in_force(DAILY_LIMIT),
    )


@requires("quota.edit")
@keeps_typed
def change(organisation_id: int) -> ResponseReturnValue:
    """Show and change the limits of one branch."""
    organisation = db.session().get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound()
    authorise("quota.edit", Subject(region_codes=frozenset({organisation.region_code})))
    if organisation.merged_into_id is not None:
        return redirect(url_for("lectures.quota", organisation_id=organisation.merged_into_id))
    form = QuotaForm(obj=organisation)
    if request.method == "GET":
        return _page(organisation, form, 200)

    def show_again(status: int) -> ResponseReturnValue:
        return _page(db.session().get_one(Organisation, organisation_id), form, status)

    return submitted(form, lambda: _set_limits(organisation_id, form), show_again)


def _set_limits(organisation_id: int, form: QuotaForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        quotas.set_limits(
            session,
            organisation_id,
            open_limit=form.open_limit.data,
            daily_limit=form.daily_limit.data,
            quarter_limit=form.quarter_limit.data,
        )
        reviews.review_organisation(session, organisation_id, reviews=form.reviews.data)
    flash(_("Saved."), "success")
    return redirect(url_for("lectures.quotas"), 303)


def _page(organisation: Organisation, form: QuotaForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "lectures/quota.html",
        organisation=organisation,
        form=form,
        region_asks=region_asks(db.session(), organisation.region_code),
        usual_open=in_force(OPEN_LIMIT),
        usual_daily=in_force(DAILY_LIMIT),
        usual_quarter=in_force(QUARTER_LIMIT),
    )
    return page, status
