"""Fill in default hours for people without any, in a region or of one import; take them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy import ColumnElement
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires
from booking.availability import queries as availability
from booking.availability.defaults import queries, service
from booking.availability.editor.week_forms import WeekForm
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.register.batches import queries as batches
from booking.register.models import ImportBatch
from booking.register.upload_page import own_regions
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

MOST_LISTED = 50
URL = "/register/hours"


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule(URL, "hours", hours)
    blueprint.add_url_rule(URL, "fill_hours", fill_hours, methods=["POST"])
    blueprint.add_url_rule(f"{URL}/back", "take_back_hours", take_back_hours, methods=["POST"])


@dataclass(frozen=True, slots=True)
class Target:
    """Whose hours: the people of a region and below it, of one import if there is one."""

    region_code: str
    batch: ImportBatch | None

    def people(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions that choose them, within the actor's regions."""
        if self.batch is None:
            return queries.in_scope(actor()), queries.under(self.region_code)
        ids = batches.instructor_ids(db.session(), self.batch.id)
        return queries.in_scope(actor()), queries.ids_among(ids)

    def parameters(self) -> dict[str, Any]:
        """What names it in a URL."""
        if self.batch is not None:
            return {"batch": self.batch.key}
        return {"region": self.region_code}


def _target() -> tuple[Target, list[SelectChoice]]:
    """The target in the query string, or the actor's topmost region, and the regions to choose."""
    regions = own_regions()
    key = request.args.get("batch", "")[:43]
    codes = [str(region.value) for region in regions]
    if key:
        batch = batches.batch_of(db.session(), key, actor())
        return Target(batch.region_code, batch), regions
    if not codes:
        raise NotFound()
    wanted = request.args.get("region", "")
    return Target(wanted if wanted in codes else codes[0], None), regions


@requires("hours.default")
def hours() -> ResponseReturnValue:
    """The week to fill in, and who has no hours."""
    target, regions = _target()
    form = WeekForm(formdata=None)
    form.show(queries.week_for(db.session(), target.region_code))
    return _page(target, regions, form, 200)


def _page(
    target: Target, regions: list[SelectChoice], form: WeekForm, status: int
) -> ResponseReturnValue:
    session = db.session()
    template = availability.slot_template(session, target.region_code)
    form.offer(template)
    people = target.people()
    text = render_template(
        "register/hours.html",
        week=form,
        template=template,
        target=target,
        regions=regions,
        here=url_for("register.fill_hours", **target.parameters()),
        take_back=url_for("register.take_back_hours", **target.parameters()),
        everybody=queries.count(session, *people),
        without=queries.count(session, *people, queries.HAS_NO_HOURS),
        unconfirmed=queries.count(session, *people, queries.UNCONFIRMED),
        listed=queries.people(session, *people, queries.HAS_NO_HOURS, most=MOST_LISTED),
    )
    return text, status


@requires("hours.default")
@keeps_typed
def fill_hours() -> ResponseReturnValue:
    """Fill the week in for people without hours; or only save it as that of the region."""
    target, regions = _target()
    authorise("hours.default", Subject(region_codes=frozenset({target.region_code})))
    form = WeekForm()
    act: Callable[[], ResponseReturnValue] = lambda: _fill(target, regions, form)  # noqa: E731
    return submitted(form, act, lambda status: _page(*_target(), form, status))


def _fill(target: Target, regions: list[SelectChoice], form: WeekForm) -> ResponseReturnValue:
    if request.form.get("action") == "fill":
        form.fill(availability.slot_template(db.session(), target.region_code))
        return _page(target, regions, form, 200)
    week, now = form.week(), clock.now()
    with unit_of_work() as session:
        if target.batch is None:
            service.set_default_week(session, region_code=target.region_code, week=week, now=now)
        ids = queries.ids_where(session, *target.people(), queries.HAS_NO_HOURS)
        filled = service.fill_in(session, ids=ids, week=week, actor=actor(), now=now)
        service.record(session, target.region_code, "filled", filled)
    words: Any = ngettext(
        "%(num)s person can be booked now. The hours are marked as not confirmed by the person.",
        "%(num)s people can be booked now. The hours are marked as not confirmed by the person.",
        filled,
    )
    flash(words, "success")
    return redirect(url_for("register.hours", **target.parameters()), 303)


@requires("hours.default")
def take_back_hours() -> ResponseReturnValue:
    """Remove hours that were filled in and neither confirmed nor changed."""
    target, _regions = _target()
    authorise("hours.default", Subject(region_codes=frozenset({target.region_code})))
    with unit_of_work() as session:
        ids = queries.ids_where(session, *target.people(), queries.UNCONFIRMED)
        taken = service.take_back(session, ids=ids, actor=actor())
        service.record(session, target.region_code, "taken_back", taken)
    words: Any = ngettext(
        "The hours of %(num)s person were taken back. Booked lectures stay as they are.",
        "The hours of %(num)s people were taken back. Booked lectures stay as they are.",
        taken,
    )
    flash(words, "success")
    return redirect(url_for("register.hours", **target.parameters()), 303)
