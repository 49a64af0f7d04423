"""Coverage: units and regions with and without a lecture, and the map of regions by fields."""

from __future__ import annotations

from functools import partial

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking.statistics.asked import Asked
from booking.statistics.engine.areas import grouped, row_of
from booking.statistics.figures.maps import area_map
from booking.statistics.figures.shapes import Cell, Figure, Page, chart, number, share
from booking.statistics.figures.totals import HELD
from booking.statistics.reads import coverage, totals
from booking.statistics.reads.coverage import Reach


def page(session: Session, asked: Asked) -> Page:
    """Who was reached. Two queries."""
    reach = coverage.by_region(session, asked.selection)
    areas = totals.by_area(session, asked.selection)
    about = _("Where lectures were held, and where none was.")
    held = {area: sums.held for area, sums in areas.items()}
    shown = Page("coverage", _("Coverage"), about)
    shown.figures = [
        by_region(asked, reach),
        blank_regions(asked, reach),
        area_map(asked, "map", _("Lectures held, by region and field"), held, HELD),
    ]
    return shown


def by_region(asked: Asked, reach: dict[str, Reach]) -> Figure:
    """Units with and without a lecture."""
    found = grouped(reach, partial(row_of, rows=asked.rows), Reach.__add__)
    rows = tuple(
        (Cell(asked.region_name(code)), *_numbers(asked, found.get(code, Reach()), code))
        for code in asked.shown_rows(found)
    )
    total = sum(found.values(), Reach())
    values = [
        (asked.region_name(one), found.get(one, Reach()).missed) for one in asked.shown_rows(found)
    ]
    return Figure(
        "reach",
        _("Branches with and without a lecture"),
        (_("Region"), _("Branches"), _("With a lecture"), _("Without a lecture"), _("Reached")),
        rows,
        (Cell(_("Total")), *_numbers(asked, total, "")),
        chart(values, _("Branches without a lecture in each region.")),
        _("A branch is reached if a lecture was held for it, or it listened to one of another."),
    )


def _numbers(asked: Asked, reach: Reach, region: str) -> tuple[Cell, ...]:
    met = asked.address("statistics.units", region, reached="yes")
    missed = asked.address("statistics.units", region, reached="no")
    return (
        number(reach.units, asked.address("statistics.units", region)),
        number(reach.reached, met),
        number(reach.missed, missed),
        Cell(share(reach.reached, reach.units)),
    )


def blank_regions(asked: Asked, reach: dict[str, Reach]) -> Figure:
    """Regions of which no unit was reached, each by itself, in the order of the codes."""
    rows = tuple(
        (Cell(asked.plain_region_name(code)), number(reach[code].units, _units(asked, code)))
        for code in sorted(reach)
        if not reach[code].reached
    )
    return Figure(
        "blank",
        _("Regions without any lecture"),
        (_("Region"), _("Branches")),
        rows,
        note="" if rows else _("A lecture was held in every region that has branches."),
    )


def _units(asked: Asked, code: str) -> str:
    return asked.address("statistics.units", code, reached="no")
