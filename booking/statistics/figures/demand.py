"""Supply against demand, topics that were asked for, and needs that were not met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking.demand.engine.needs import UnmetGroup, UnmetKind
from booking.demand.queries import SearchTotal
from booking.recruiting.words import UNMET_KINDS
from booking.statistics.asked import Asked
from booking.statistics.engine.areas import NO_FIELD, grouped
from booking.statistics.engine.filters import Behind
from booking.statistics.figures.maps import area_map, map_of, placed
from booking.statistics.figures.shapes import Cell, Figure, Page, chart, number, share
from booking.statistics.figures.totals import HELD, of_fields
from booking.statistics.reads import supply, totals, unmet
from booking.statistics.reads.supply import AskedFor, Supplier, Topics, serves
from booking.statistics.reads.totals import Sums

MOST_WORDS = 50

Area = tuple[str, int]
"""The code of a region and the id of a field (`NO_FIELD`)."""


def page(session: Session, asked: Asked) -> Page:
    """What is asked for and what is offered. Eight queries at most."""
    areas = totals.by_area(session, asked.selection)
    missing = unmet.unmet(session, asked.selection)
    people = supply.suppliers(session, asked.selection)
    offered = supply.topics(session, asked.selection)
    about = _("What branches asked for, who could give it, and what was not met.")
    shown = Page("demand", _("Supply and demand"), about)
    requests = {area: sums.asked for area, sums in areas.items()}
    shown.figures = [
        by_field(asked, areas, missing, people, offered),
        area_map(asked, "requests", _("Requests, by region and field"), requests, Behind()),
        supply_map(asked, people),
        by_reason(asked, missing),
        unmet_map(asked, missing),
        words(asked, unmet.searches(session, asked.selection)),
    ]
    shown.further = [(url_for("recruiting.overview"), _("Recruiting for needs not met"))]
    return shown


def by_field(
    asked: Asked,
    areas: dict[Area, Sums],
    missing: Sequence[UnmetGroup],
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
    not_met: Counter[int | None] = Counter()
    for group in missing:
        not_met[asked.columns.find(group.field_id)] += group.count
    rows = []
    for one in asked.columns.ids:
        found, asked_for = topics.get(one, Topics()), sums.get(one, Sums())
        rows.append(
            (
                Cell(asked.field_name(one)),
                number(asked_for.asked, asked.lectures(field=one)),
                number(asked_for.held, asked.lectures(HELD, field=one)),
                number(not_met[one], asked.listed("needs", field=one)),
                number(of_people[one], asked.listed("instructors", field=one)),
                number(found.offered, _topics(asked, one, AskedFor.ANY)),
                number(found.in_period, _topics(asked, one, AskedFor.PERIOD)),
                number(found.ever, _topics(asked, one, AskedFor.EVER)),
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
        _("Topics ever asked for"),
        _("Ever asked for"),
    )
    values = [(asked.field_name(one), not_met[one]) for one in asked.columns.ids]
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
    # Who serves a region serves it as a whole, so its own row has everybody, and so has the list.
    return map_of(
        asked, "instructors", title, found, partial(asked.listed, "instructors"), sums=False
    )


def _topics(asked: Asked, field: int, which: AskedFor) -> str:
    return asked.listed("topics", field=field, asked=which.value)


def by_reason(asked: Asked, missing: Sequence[UnmetGroup]) -> Figure:
    """Why needs came to nothing."""
    counts: Counter[UnmetKind] = Counter()
    for group in missing:
        counts[group.kind] += group.count
    rows = tuple(
        (Cell(str(words)), number(counts[kind], asked.listed("needs", kind=kind.value)))
        for kind, words in UNMET_KINDS.items()
    )
    return Figure(
        "unmet",
        _("Needs that were not met"),
        (_("How it ended"), _("How many")),
        rows,
        (Cell(_("Total")), number(sum(counts.values()), asked.listed("needs"))),
        chart(
            [(str(UNMET_KINDS[one]), counts[one]) for one in UNMET_KINDS],
            _("Why needs were not met."),
        ),
        _(
            "A need counts on the day on which it came to nothing; requests of an order count as"
            " that order."
        ),
    )


def unmet_map(asked: Asked, missing: Sequence[UnmetGroup]) -> Figure:
    """Where which field was missing."""
    numbers: Counter[Area] = Counter()
    for group in missing:
        numbers[group.region_code, group.field_id or NO_FIELD] += group.count
    title = _("Needs that were not met, by region and field")
    return map_of(asked, "unmet-map", title, placed(asked, numbers), partial(asked.listed, "needs"))


def words(asked: Asked, found: Sequence[SearchTotal]) -> Figure:
    """Search words without a result, with the filters of the search."""
    rows = tuple(
        (
            Cell(one.words),
            Cell(asked.name_of_field(one.field_code)),
            Cell(asked.plain_region_name(one.region_code) if one.region_code else _("Anywhere")),
            Cell(one.searches),
        )
        for one in found[:MOST_WORDS]
    )
    return Figure(
        "searches",
        _("Searched without result"),
        (_("Words"), _("Field"), _("Region"), _("Searches")),
        rows,
        note=_("Totals only: it is not kept who searched.") if rows else "",
    )
