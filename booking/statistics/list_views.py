"""The lists behind the numbers of statistics: lectures, branches, needs, instructors, topics."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts.guards import requires
from booking.db import db
from booking.demand.engine.needs import UnmetKind
from booking.lectures.records.models import LectureOutcome
from booking.recruiting.words import UNMET_KINDS
from booking.statistics.asked import asked, common
from booking.statistics.engine.filters import read_behind, read_page
from booking.statistics.reads import coverage, lists, supply, unmet
from booking.statistics.reads.supply import AskedFor


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    for view in (lectures, units, needs, instructors, topics):
        blueprint.add_url_rule(f"/statistics/{view.__name__}", view.__name__, view)


@requires("statistics.read")
def lectures() -> ResponseReturnValue:
    """The lectures behind a number."""
    question, page = asked(clock.now()), read_page(request.args)
    behind = read_behind(request.args, set(LectureOutcome))
    found, total = lists.lectures(db.session(), question.selection, behind, page=page)
    return render_template(
        "statistics/lectures.html",
        found=found,
        total=total,
        number=page,
        pages=_pages(total, lists.PAGE_LENGTH),
        query=question.filters.query() | behind.query(),
        **common(question),
    )


@requires("statistics.read")
def units() -> ResponseReturnValue:
    """The branches with a lecture, those without one, or all."""
    question, page = asked(clock.now()), read_page(request.args)
    behind = read_behind(request.args, ())
    text = request.args.get("reached", "")
    reached = {"yes": True, "no": False}.get(text)
    found = coverage.units(db.session(), question.selection, behind, reached=reached, page=page)
    query = question.filters.query() | behind.query()
    return render_template(
        "statistics/units.html",
        found=found.units,
        total=found.total,
        reached=reached,
        number=page,
        pages=_pages(found.total, coverage.PAGE_LENGTH),
        query=query if reached is None else query | {"reached": text},
        **common(question),
    )


@requires("statistics.read")
def needs() -> ResponseReturnValue:
    """The requests and orders that were not met."""
    question, page = asked(clock.now()), read_page(request.args)
    behind, text = read_behind(request.args, ()), request.args.get("kind", "")
    kind = UnmetKind(text) if text in set(UnmetKind) else None
    found = unmet.unmet_list(db.session(), question.selection, behind, kind, page=page)
    query = question.filters.query() | behind.query()
    return render_template(
        "statistics/needs.html",
        found=found,
        kind=UNMET_KINDS[kind] if kind else "",
        number=page,
        pages=found.pages,
        query=query | ({"kind": kind.value} if kind else {}),
        **common(question),
    )


@requires("statistics.read")
def instructors() -> ResponseReturnValue:
    """The instructors who serve a region in a field, by name."""
    question, page = asked(clock.now()), read_page(request.args)
    behind = read_behind(request.args, ())
    found, total = supply.supplier_list(db.session(), question.selection, behind, page=page)
    return render_template(
        "statistics/instructors.html",
        found=found,
        total=total,
        number=page,
        pages=_pages(total, supply.PAGE_LENGTH),
        query=question.filters.query() | behind.query(),
        **common(question),
    )


@requires("statistics.read")
def topics() -> ResponseReturnValue:
    """The topics of a field: all on offer, or those that were asked for."""
    question, page = asked(clock.now()), read_page(request.args)
    behind, text = read_behind(request.args, ()), request.args.get("asked", "")
    which = AskedFor(text) if text in set(AskedFor) else AskedFor.ANY
    found, total = supply.topic_list(db.session(), question.selection, behind, which, page=page)
    return render_template(
        "statistics/topics.html",
        found=found,
        total=total,
        which=which.value,
        number=page,
        pages=_pages(total, supply.PAGE_LENGTH),
        query=question.filters.query() | behind.query() | {"asked": which.value},
        **common(question),
    )


def _pages(total: int, length: int) -> int:
    return max(1, -(-total // length))
