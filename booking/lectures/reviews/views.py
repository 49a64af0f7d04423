"""The page on which a coordinator says in which regions requests are reviewed first."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires
from booking.accounts.queries import all_regions
from booking.db import db, unit_of_work
from booking.lectures.reviews import service
from booking.lectures.reviews.forms import ON, ReviewForm
from booking.lectures.reviews.queries import reviewed_regions
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule("/reviews", "reviews", reviews, methods=["GET", "POST"])


@requires("review.edit")
@keeps_typed
def reviews() -> ResponseReturnValue:
    """List the regions in scope whose requests are reviewed; add one, or take one out."""
    form = ReviewForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(form, 200)
    return submitted(form, lambda: _switched(form), lambda status: _page(form, status))


def _switched(form: ReviewForm) -> ResponseReturnValue:
    code, on = form.region.data or "", form.reviews.data == ON
    authorise("review.edit", Subject(region_codes=frozenset({code})))
    with unit_of_work() as session:
        service.review_region(session, code, reviews=on)
    flash(_("Saved. It holds for requests from now on."), "success")
    return redirect(url_for("lectures.reviews"), 303)


def _page(form: ReviewForm, status: int) -> ResponseReturnValue:
    session, who = db.session(), actor()
    regions = [region for region in all_regions(session) if who.coordinates(region.code)]
    reviewed = reviewed_regions(session)
    page = render_template(
        "lectures/reviews.html",
        form=form,
        regions=regions,
        reviewed=[region for region in regions if region.code in reviewed],
    )
    return page, status
