"""The page on which a coordinator edits the half-days of a region."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from booking import audit, clock, i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires
from booking.accounts.models import Region
from booking.availability import queries, service
from booking.availability.day_parts.forms import HalfDaysForm
from booking.availability.models import HalfDayTemplate
from booking.db import db, unit_of_work
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/half-days", "half_days", half_days, methods=["GET", "POST"])
    blueprint.add_url_rule(
        "/half-days/<region_code>/remove",
        "remove_half_days",
        remove_half_days,
        methods=["POST"],
    )


def limits(region_code: str) -> tuple[int, int]:
    """Template helper: the minutes at which afternoon and evening begin; read once per request."""
    if "slot_templates" not in g:
        g.slot_templates = queries.slot_templates(db.session())
    return queries.nearest_template(g.slot_templates, region_code).limits


@requires("half_days.edit")
@keeps_typed
def half_days() -> ResponseReturnValue:
    """List the regions in scope that have half-days of their own, and edit one region."""
    regions = _regions()
    if request.method == "GET":
        return _page(_shown(regions), regions)
    form = HalfDaysForm()
    form.region.choices = _choices(regions)
    return submitted(
        form, lambda: _set_template(form), lambda status: _page(form, regions, status=status)
    )


def _set_template(form: HalfDaysForm) -> ResponseReturnValue:
    region_code: str = form.region.data
    authorise("half_days.edit", Subject(region_codes=frozenset({region_code})))
    template = form.template()
    with unit_of_work() as session:
        service.set_slot_template(
            session, region_code=region_code, template=template, now=clock.now()
        )
        audit.record(session, audit.Action.HALF_DAYS_CHANGED, region_code=region_code)
    flash(_("Saved."), "success")
    return redirect(url_for("availability.half_days", region=region_code), 303)


@requires("half_days.edit")
def remove_half_days(region_code: str) -> ResponseReturnValue:
    """Delete a region's template, so that it inherits from the region above again."""
    authorise("half_days.edit", Subject(region_codes=frozenset({region_code})))
    with unit_of_work() as session:
        service.remove_slot_template(session, region_code=region_code)
        audit.record(
            session,
            audit.Action.HALF_DAYS_CHANGED,
            region_code=region_code,
            detail={"change": "removed"},
        )
    flash(_("Removed. The region follows the one above it again."), "success")
    return redirect(url_for("availability.half_days"), 303)


def _regions() -> Sequence[Region]:
    """The regions of this coordinator, in tree order."""
    regions = (
        db.session()
        .scalars(select(Region).where(Region.merged_into_code.is_(None)).order_by(Region.code))
        .all()
    )
    return [region for region in regions if actor().coordinates(region.code)]


def _choices(regions: Sequence[Region]) -> list[SelectChoice]:
    return [
        SelectChoice(region.code, i18n.data_name(region.name, region.name_en)) for region in regions
    ]


def _shown(regions: Sequence[Region]) -> HalfDaysForm:
    """The form for the region in the query string, or for this coordinator's topmost region."""
    form = HalfDaysForm(formdata=None)
    form.region.choices = _choices(regions)
    codes = [region.code for region in regions]
    requested = request.args.get("region", "")
    code = requested if requested in codes else next(iter(codes), "")
    form.region.data = code
    form.show(queries.slot_template(db.session(), code))
    return form


def _page(
    form: HalfDaysForm, regions: Sequence[Region], *, status: int = 200
) -> ResponseReturnValue:
    names = {region.code: i18n.data_name(region.name, region.name_en) for region in regions}
    query = select(HalfDayTemplate).where(HalfDayTemplate.region_code.in_(names))
    rows = db.session().scalars(query.order_by(HalfDayTemplate.region_code)).all()
    own = [(row.region_code, names[row.region_code], queries.read_template(row)) for row in rows]
    return render_template("availability/half_days.html", form=form, own=own), status
