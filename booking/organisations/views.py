"""The pages of organisations: the list, one organisation, and the changes of it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, requires
from booking.accounts.models import Organisation
from booking.accounts.queries import RegionRow, all_regions
from booking.db import db, unit_of_work
from booking.errors import DomainError, NotFound
from booking.lectures.reviews.queries import required
from booking.organisations import queries, service
from booking.organisations.engine.filters import LONGEST_NAME, Openness, read_filters
from booking.organisations.forms import CloseForm, OrganisationForm
from booking.organisations.lists import views as list_views
from booking.organisations.mergers import views as merger_views
from booking.organisations.service import StillUsed
from booking.settings.engine.declarations import DAILY_LIMIT, OPEN_LIMIT, QUARTER_LIMIT
from booking.settings.queries import in_force
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

blueprint = Blueprint("organisations", __name__)
list_views.register(blueprint)
merger_views.register(blueprint)


def own_regions() -> list[RegionRow]:
    """The regions that the reader keeps."""
    who = actor()
    return [region for region in all_regions(db.session()) if who.coordinates(region.code)]


@blueprint.get("/organisations")
@requires("organisation.edit")
def overview() -> ResponseReturnValue:
    """The organisations of the reader's regions, as the filters in the address say."""
    filters = read_filters(request.args)
    return render_template(
        "organisations/list.html",
        filters=filters,
        found=queries.page_of(db.session(), actor(), filters),
        regions=own_regions(),
        shows=list(Openness),
        longest_name=LONGEST_NAME,
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@requires("organisation.edit")
@keeps_typed
def add() -> ResponseReturnValue:
    """Add one."""
    form = OrganisationForm()
    if request.method == "GET":
        form.region.data = request.args.get("region", "")
        return _new_page(form, 200)
    return submitted(form, lambda: _added(form), lambda status: _new_page(form, status))


def _added(form: OrganisationForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        added = service.add(
            session, name=form.name.data or "", region_code=form.region.data or "", actor=actor()
        )
        organisation_id = added.id
    flash(_("Added."), "success")
    return redirect(url_for("organisations.one", organisation_id=organisation_id), 303)


def _new_page(form: OrganisationForm, status: int) -> ResponseReturnValue:
    page = render_template("organisations/new.html", form=form, regions=own_regions())
    return page, status


@blueprint.get("/organisations/<int:organisation_id>")
@requires("organisation.edit")
def one(organisation_id: int) -> ResponseReturnValue:
    """One organisation: name, region, limits, contacts, what can be done with it."""
    organisation = queries.seen(db.session(), actor(), organisation_id)
    if organisation.merged_into_id is not None:
        return redirect(url_for("organisations.one", organisation_id=organisation.merged_into_id))
    return _page(organisation, 200)


@blueprint.post("/organisations/<int:organisation_id>")
@requires("organisation.edit")
@keeps_typed
def edit(organisation_id: int) -> ResponseReturnValue:
    """Save name and region."""
    organisation = queries.seen(db.session(), actor(), organisation_id)
    form = OrganisationForm()

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            service.edit(
                session,
                organisation_id=organisation_id,
                name=form.name.data or "",
                region_code=form.region.data or "",
                actor=actor(),
            )
        return _back(organisation_id, _("Saved."))

    return submitted(form, accept, lambda status: _page(organisation, status, form=form))


@blueprint.post("/organisations/<int:organisation_id>/close")
@requires("organisation.edit")
@keeps_typed
def close(organisation_id: int) -> ResponseReturnValue:
    """Close it, with a reason."""
    organisation = queries.seen(db.session(), actor(), organisation_id)
    form = CloseForm()

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            service.close(
                session,
                organisation_id=organisation_id,
                reason=form.reason.data or "",
                actor=actor(),
                now=clock.now(),
            )
        return _back(organisation_id, _("Closed. It can book nothing until it is opened again."))

    return submitted(form, accept, lambda status: _page(organisation, status, closing=form))


@blueprint.post("/organisations/<int:organisation_id>/reopen")
@requires("organisation.edit")
def reopen(organisation_id: int) -> ResponseReturnValue:
    """Open it again."""
    with unit_of_work() as session:
        service.reopen(session, organisation_id=organisation_id, actor=actor())
    return _back(organisation_id, _("Opened again. It can book from now on."))


@blueprint.post("/organisations/<int:organisation_id>/remove")
@requires("organisation.edit")
def remove(organisation_id: int) -> ResponseReturnValue:
    """Remove it, if nothing names it."""
    try:
        with unit_of_work() as session:
            name = service.remove(session, organisation_id=organisation_id, actor=actor())
    except StillUsed as refusal:
        organisation = queries.seen(db.session(), actor(), organisation_id)
        return _page(organisation, refusal.status, refusal=refusal)
    flash(_("Removed: %(name)s.", name=name), "success")
    return redirect(url_for("organisations.overview"), 303)


def _back(organisation_id: int, words: str) -> ResponseReturnValue:
    flash(words, "success")
    try:
        queries.seen(db.session(), actor(), organisation_id)
    except NotFound:  # It was given to a region of somebody else.
        return redirect(url_for("organisations.overview"), 303)
    return redirect(url_for("organisations.one", organisation_id=organisation_id), 303)


def _page(
    organisation: Organisation,
    status: int,
    *,
    form: OrganisationForm | None = None,
    closing: CloseForm | None = None,
    refusal: DomainError | None = None,
) -> ResponseReturnValue:
    session = db.session()
    shown = form or OrganisationForm(formdata=None, name=organisation.name)
    if form is None:
        shown.region.data = organisation.region_code
    page = render_template(
        "organisations/one.html",
        organisation=organisation,
        form=shown,
        closing=closing or CloseForm(formdata=None),
        refusal=refusal,
        regions=own_regions(),
        contacts=queries.contacts_of(session, organisation.id),
        lectures=queries.counts_of(session, organisation.id),
        former=queries.former_names(session, organisation.id),
        reviewed=required(session, organisation),
        limits=(
            (organisation.open_limit, in_force(OPEN_LIMIT)),
            (organisation.daily_limit, in_force(DAILY_LIMIT)),
            (organisation.quarter_limit, in_force(QUARTER_LIMIT)),
        ),
    )
    return page, status
