"""Supply against demand, topics that were asked for, and needs that were not met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking.availability.engine.zones import day_bounds
from booking.statistics import ports
from booking.statistics.asked import Asked
from booking.statistics.engine.areas import grouped
from booking.statistics.engine.filters import Behind
from booking.statistics.figures.maps import area_map, map_of, placed
from booking.statistics.figures.shapes import Cell, Figure, Page, chart, number, share
from booking.statistics.figures.totals import HELD, of_fields
from booking.statistics.reads import demand, totals
from booking.statistics.reads.demand import Area, Supplier, Topics, Unmet, serves
from booking.statistics.reads.totals import Sums
from booking.statistics.words import UNMET

MOST_WORDS = 50

STATES = {unmet: Behind(state=state) for state, unmet in demand.OF_LECTURES.items()}
ORDERS = (Unmet.REFUSED, Unmet.NOBODY)

Missing = dict[tuple[Area, Unmet], int]


def page(session: Session, asked: Asked) -> Page:
    """What is asked for and what is offered. Five queries, and those of search words."""
    areas = totals.by_area(session, asked.selection)
    missing = demand.unmet(session, asked.selection)
    people = demand.suppliers(session, asked.selection)
    offered = demand.topics(session, asked.selection)
    about = _("What branches asked for, who could give it, and what was not met.")
    shown = Page("demand", _("Supply and demand"), about)
    requests = {area: sums.asked for area, sums in areas.items()}
    shown.figures = [
        by_field(asked, areas, missing, people, offered),
        area_map(asked, "requests", _("Requests, by region and field"), requests, Behind()),
        supply_map(asked, people),
        by_reason(asked, missing),
        unmet_map(asked, missing),
        *_words(session, asked),
    ]
    return shown


def by_field(
    asked: Asked,
    areas: dict[Area, Sums],
    missing: Missing,
    people: Sequence[Supplier],
    offered: dict[int, Topics],
) -> Figure:
    """Demand and supply of each field."""
    sums = of_fields(asked, areas)
    topics = grouped(offered, asked.columns.find, Topics.__add__)
    of_people = Counter(
        column
        for _one, column in {(one.instructor_id, asked.columns.find(one.field)) for one in people}
    )
    unmet: Counter[int | None] = Counter()
    for ((_region, field), _reason), count in missing.items():
        unmet[asked.columns.find(field)] += count
    rows = []
    for one in asked.columns.ids:
        found, asked_for = topics.get(one, Topics()), sums.get(one, Sums())
        rows.append(
            (
                Cell(asked.field_name(one)),
                number(asked_for.asked, asked.lectures(field=one)),
                number(asked_for.held, asked.lectures(HELD, field=one)),
                number(unmet[one]),
                Cell(of_people[one]),
                Cell(found.offered),
                Cell(found.in_period),
                Cell(share(found.ever, found.offered)),
            )
        )
    head = (
        _("Field"),
        _("Requests"),
        _("Lectures held"),
        _("Not met"),
        _("Instructors"),
        _("Topics"),
        _("Topics asked for"),
        _("Ever asked for"),
    )
    values = [(asked.field_name(one), unmet[one]) for one in asked.columns.ids]
    note = _(
        "Instructors are those in the register who serve the region now; one person may stand in"
        " several fields. Topics are those of instructors from the region."
    )
    shown = chart(values, _("Needs that were not met in each field."))
    return Figure("supply", _("Per field"), head, tuple(rows), chart=shown, note=note)


def supply_map(asked: Asked, people: Sequence[Supplier]) -> Figure:
    """Instructors who serve each region, by field; each person once in a cell."""
    pairs = {
        (row, asked.columns.find(one.field), one.instructor_id)
        for one in people
        for row in asked.rows
        if serves(one.region, row)
    }
    found = Counter((row, column) for row, column, _one in pairs if column is not None)
    title = _("Instructors who serve the region, by field")
    return map_of(asked, "instructors", title, found, sums=False)


def by_reason(asked: Asked, missing: Missing) -> Figure:
    """Why needs came to nothing."""
    counts: Counter[Unmet] = Counter()
    for (_area, reason), count in missing.items():
        counts[reason] += count
    rows = tuple(
        (Cell(str(words)), number(counts[reason], _address(asked, reason)))
        for reason, words in UNMET.items()
    )
    return Figure(
        "unmet",
        _("Needs that were not met"),
        (_("How it ended"), _("How many")),
        rows,
        (Cell(_("Total")), Cell(sum(counts.values()))),
        chart([(str(UNMET[one]), counts[one]) for one in UNMET], _("Why needs were not met.")),
        _("A request counts by the day of the lecture, an order by its last possible day."),
    )


def _address(asked: Asked, reason: Unmet) -> str:
    return asked.needs(reason=reason.value)


def unmet_map(asked: Asked, missing: Missing) -> Figure:
    """Where which field was missing."""
    numbers: Counter[Area] = Counter()
    for (area, _reason), count in missing.items():
        numbers[area] += count
    title = _("Needs that were not met, by region and field")
    return map_of(asked, "unmet-map", title, placed(asked, numbers), partial(_needs, asked))


def _needs(asked: Asked, row: str, column: int | None) -> str:
    return asked.needs(row, column)


def _words(session: Session, asked: Asked) -> list[Figure]:
    """Search words without a result, where searches are counted."""
    searches = ports.searches()
    if searches is None:
        return []
    period, zone = asked.filters.period, asked.selection.zone
    bounds = day_bounds(period.first, zone)[0], day_bounds(period.end, zone)[0]
    found = searches(session, asked.scopes, bounds)[:MOST_WORDS]
    rows = tuple((Cell(one.word), Cell(one.count)) for one in found)
    title = _("Search words that found nobody")
    return [Figure("searches", title, (_("Word"), _("Searches")), rows)]
