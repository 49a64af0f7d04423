"""The pages of statistics, the lists behind their numbers, the report and the spreadsheets."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.guards import requires
from booking.db import db
from booking.lectures.records.models import LectureOutcome
from booking.statistics.asked import Asked, asked
from booking.statistics.engine.filters import read_behind, read_page
from booking.statistics.engine.periods import LONGEST_DAYS, year_of
from booking.statistics.figures import conduct, coverage, demand, effect, totals
from booking.statistics.figures.shapes import Page
from booking.statistics.reads import coverage as coverage_reads
from booking.statistics.reads import demand as demand_reads
from booking.statistics.reads import lists
from booking.statistics.words import UNMET
from booking.web.downloads import attachment
from booking.workbooks import files

blueprint = Blueprint("statistics", __name__)

PAGES: dict[str, Callable[[Session, Asked], Page]] = {
    "totals": totals.page,
    "coverage": coverage.page,
    "demand": demand.page,
    "conduct": conduct.page,
    "effect": effect.page,
}
YEARS = 3
"""Calendar years that are offered, the current one first."""

_NAME = f"<any({','.join(PAGES)}):name>"


@blueprint.get("/statistics")
@requires("statistics.read")
def overview() -> ResponseReturnValue:
    """Lectures, attendances and credit hours."""
    return _page("totals")


@blueprint.get(f"/statistics/{_NAME}")
@requires("statistics.read")
def show(name: str) -> ResponseReturnValue:
    """One page of statistics."""
    return _page(name)


def _page(name: str) -> ResponseReturnValue:
    question = asked()
    shown = PAGES[name](db.session(), question)
    page = render_template("statistics/page.html", page=shown, **_common(question))
    return page, 200 if question.readable else 422


@blueprint.get(f"/statistics/{_NAME}.xlsx")
@requires("statistics.read")
def export(name: str) -> ResponseReturnValue:
    """The tables of a page as a spreadsheet, a sheet for each."""
    question = asked()
    if not question.readable:
        return _page(name)
    shown = PAGES[name](db.session(), question)
    content = files.several([figure.sheet() for figure in shown.figures])
    period = question.filters.period
    filename = f"{shown.title}-{period.first:%Y%m%d}-{period.last:%Y%m%d}.xlsx"
    return attachment(content, filename, files.XLSX)


@blueprint.get("/statistics/report")
@requires("statistics.read")
def report() -> ResponseReturnValue:
    """All tables of a period on one page, to be printed."""
    question, session = asked(), db.session()
    parts = [make(session, question) for make in PAGES.values()]
    page = render_template("statistics/report.html", parts=parts, **_common(question))
    return page, 200 if question.readable else 422


@blueprint.get("/statistics/lectures")
@requires("statistics.read")
def lectures() -> ResponseReturnValue:
    """The lectures behind a number."""
    question, page = asked(), read_page(request.args)
    behind = read_behind(request.args, set(LectureOutcome))
    found, total = lists.lectures(db.session(), question.selection, behind, page=page)
    return render_template(
        "statistics/lectures.html",
        found=found,
        total=total,
        number=page,
        pages=max(1, -(-total // lists.PAGE_LENGTH)),
        query=question.filters.query() | behind.query(),
        **_common(question),
    )


@blueprint.get("/statistics/units")
@requires("statistics.read")
def units() -> ResponseReturnValue:
    """The branches with a lecture, or those without one."""
    question, page = asked(), read_page(request.args)
    behind = read_behind(request.args, ())
    reached = request.args.get("reached") == "yes"
    found = coverage_reads.units(
        db.session(), question.selection, behind, reached=reached, page=page
    )
    query = question.filters.query() | behind.query() | {"reached": "yes" if reached else "no"}
    return render_template(
        "statistics/units.html",
        found=found.units,
        total=found.total,
        reached=reached,
        number=page,
        pages=max(1, -(-found.total // coverage_reads.PAGE_LENGTH)),
        query=query,
        **_common(question),
    )


@blueprint.get("/statistics/needs")
@requires("statistics.read")
def needs() -> ResponseReturnValue:
    """The requests and orders that were not met."""
    question, page = asked(), read_page(request.args)
    behind, text = read_behind(request.args, ()), request.args.get("reason", "")
    reason = demand_reads.Unmet(text) if text in set(demand_reads.Unmet) else None
    found = demand_reads.unmet_list(db.session(), question.selection, behind, reason, page=page)
    query = question.filters.query() | behind.query()
    return render_template(
        "statistics/needs.html",
        found=found,
        reason=UNMET[reason] if reason else "",
        number=page,
        pages=found.pages,
        query=query | ({"reason": reason.value} if reason else {}),
        **_common(question),
    )


def _common(question: Asked) -> dict[str, object]:
    """What every template shows of the question."""
    this, period = i18n.today().year, question.filters.period
    return {
        "asked": question,
        "filters": question.filters,
        "titles": {
            "totals": _("Lectures"),
            "coverage": _("Coverage"),
            "demand": _("Supply and demand"),
            "conduct": _("Bookings"),
            "effect": _("Effect"),
        },
        "years": [(year, year_of(year).query()) for year in range(this, this - YEARS, -1)],
        "span_words": _(
            "%(first)s to %(last)s",
            first=i18n.format_day(period.first),
            last=i18n.format_day(period.last),
        ),
        "most_days": LONGEST_DAYS,
    }
