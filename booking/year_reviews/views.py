"""The own year of a branch and of an instructor, and the totals for everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.db import db
from booking.errors import NotFound
from booking.evaluations.history import year_means
from booking.evaluations.queries import evaluated
from booking.settings.engine.declarations import PUBLIC_TOTALS, PublicTotalsChoice
from booking.settings.queries import in_force
from booking.year_reviews import cache, queries
from booking.year_reviews.engine.figures import FEWEST_SHOWN

YEARS_BACK = 10

blueprint = Blueprint("year_reviews", __name__)


def shows_totals() -> bool:
    """Whether everybody may see the totals, as the administrator decided."""
    return PublicTotalsChoice(in_force(PUBLIC_TOTALS)) is PublicTotalsChoice.SHOWN


@blueprint.app_context_processor
def labels() -> dict[str, Any]:
    """For the foot of every page."""
    return {"shows_totals": shows_totals}


@blueprint.get("/totals")
@requires("public")
def totals() -> ResponseReturnValue:
    """Lectures, organisations and fields in numbers, without names; 404 if switched off."""
    if not shows_totals():
        raise NotFound()
    told = cache.totals(db.session(), clock.now(), i18n.zone())
    return render_template(
        "year_reviews/totals.html",
        last=told.before - timedelta(days=1),
        totals=told,
        fewest=FEWEST_SHOWN,
    )


@blueprint.get("/year/branch")
@requires("lecture.list")
def branch() -> ResponseReturnValue:
    """What the own branch heard in a year, and what it asks for in the next one."""
    session, who, year, zone = db.session(), actor(), _year(), i18n.zone()
    units = who.organisation_ids
    return render_template(
        "year_reviews/branch.html",
        units=[unit.name for unit in who.units],
        figures=queries.branch_year(session, units, year, zone),
        evaluated=evaluated(session, queries.bounds(year, zone), organisation_ids=units),
        by_state=queries.needs_by_state(session, units, year, zone),
        unanswered=queries.unanswered_requests(session, units, year, zone),
        needs=queries.coming_needs(session, units, year + 1, zone),
        **_turn(year),
    )


@blueprint.get("/year/instructor")
@requires("lecture.inbox")
def instructor() -> ResponseReturnValue:
    """What the own entry gave in a year."""
    session, who, year, zone = db.session(), actor(), _year(), i18n.zone()
    entries = who.instructor_ids
    branches, listeners = year_means(session, min(entries), year, now=clock.now(), zone=zone)
    return render_template(
        "year_reviews/instructor.html",
        name=who.label,
        figures=queries.instructor_year(session, entries, year, zone),
        evaluated=evaluated(session, queries.bounds(year, zone), instructor_ids=entries),
        branches=branches,
        listeners=listeners,
        **_turn(year),
    )


def _year() -> int:
    """The year of the address; this one for anything else."""
    present = i18n.today().year
    year = request.args.get("year", present, type=int)
    return year if present - YEARS_BACK <= year <= present else present


def _turn(year: int) -> dict[str, int | None]:
    present = i18n.today().year
    return {
        "year": year,
        "before": year - 1 if year > present - YEARS_BACK else None,
        "after": year + 1 if year < present else None,
    }
