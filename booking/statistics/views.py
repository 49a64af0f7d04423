"""The pages of statistics, the report and the spreadsheets."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.accounts.guards import requires
from booking.db import db
from booking.statistics import list_views
from booking.statistics.asked import Asked, asked, common
from booking.statistics.figures import conduct, coverage, demand, effect, totals
from booking.statistics.figures.shapes import Page
from booking.web.downloads import attachment
from booking.workbooks import files

blueprint = Blueprint("statistics", __name__)
list_views.register(blueprint)

PAGES: dict[str, Callable[[Session, Asked], Page]] = {
    "totals": totals.page,
    "coverage": coverage.page,
    "demand": demand.page,
    "conduct": conduct.page,
    "effect": effect.page,
}
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
    question = asked(clock.now())
    shown = PAGES[name](db.session(), question)
    page = render_template("statistics/page.html", page=shown, **common(question))
    return page, 200 if question.readable else 422


@blueprint.get(f"/statistics/{_NAME}.xlsx")
@requires("statistics.read")
def export(name: str) -> ResponseReturnValue:
    """The tables of a page as a spreadsheet, a sheet for each."""
    question = asked(clock.now())
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
    question, session = asked(clock.now()), db.session()
    parts = [make(session, question) for make in PAGES.values()]
    page = render_template("statistics/report.html", parts=parts, **common(question))
    return page, 200 if question.readable else 422
