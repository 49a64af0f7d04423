"""Lectures, attendances and credit hours: together, by month, by region and by field."""

from __future__ import annotations

from functools import partial

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import i18n
from booking.lectures.engine.states import State
from booking.statistics.asked import Asked
from booking.statistics.engine.areas import grouped, row_of
from booking.statistics.engine.filters import Behind
from booking.statistics.figures.shapes import Cell, Chart, Figure, Page, chart, number
from booking.statistics.reads import totals
from booking.statistics.reads.totals import Sums, whole

HELD = Behind(state=State.DELIVERED)


def page(session: Session, asked: Asked) -> Page:
    """The first page. Two queries."""
    months = totals.by_month(session, asked.selection)
    areas = totals.by_area(session, asked.selection)
    shown = Page("totals", _("Lectures"), _("What was asked for and what took place."))
    shown.figures = [by_month(asked, months), by_region(asked, areas), by_field(asked, areas)]
    return shown


def by_month(asked: Asked, sums: list[Sums]) -> Figure:
    """A line for each month."""
    months = asked.filters.period.months()
    names = [i18n.format_month(month.first) for month in months]
    rows = tuple(
        (Cell(name), *_numbers(asked, one, period=month))
        for name, month, one in zip(names, months, sums, strict=True)
    )
    labels = [f"{month.first:%y-%m}" for month in months]
    values = [(label, one.held) for label, one in zip(labels, sums, strict=True)]
    shown = chart(values, _("Lectures held in each month."), upright=len(values) <= 13)
    return Figure(
        "months",
        _("By month"),
        (_("Month"), *_head()),
        rows,
        (Cell(_("Total")), *_numbers(asked, whole(sums))),
        shown,
    )


def by_region(asked: Asked, areas: dict[tuple[str, int], Sums]) -> Figure:
    """A line for each region, in the order of the codes."""
    of_region: dict[str, Sums] = {}
    for (region, _field), sums in areas.items():
        of_region[region] = of_region.get(region, Sums()) + sums
    found = grouped(of_region, partial(row_of, rows=asked.rows), Sums.__add__)
    rows = tuple(
        (Cell(asked.region_name(code)), *_numbers(asked, found.get(code, Sums()), region=code))
        for code in asked.rows
    )
    values = [(asked.region_name(code), found.get(code, Sums()).held) for code in asked.rows]
    return Figure(
        "regions",
        _("By region of the branch"),
        (_("Region"), *_head()),
        rows,
        (Cell(_("Total")), *_numbers(asked, whole(found.values()))),
        chart(values, _("Lectures held in each region.")),
    )


def by_field(asked: Asked, areas: dict[tuple[str, int], Sums]) -> Figure:
    """A line for each field, in the order of the list of fields."""
    found = of_fields(asked, areas)
    rows = tuple(
        (Cell(asked.field_name(one)), *_numbers(asked, found.get(one, Sums()), field=one))
        for one in asked.columns.ids
    )
    values = [(asked.field_name(one), found.get(one, Sums()).held) for one in asked.columns.ids]
    return Figure(
        "fields",
        _("By field of the topic"),
        (_("Field"), *_head()),
        rows,
        (Cell(_("Total")), *_numbers(asked, whole(found.values()))),
        _chart(values),
    )


def of_fields(asked: Asked, areas: dict[tuple[str, int], Sums]) -> dict[int, Sums]:
    """The sums by column."""
    of_field: dict[int, Sums] = {}
    for (_region, field), sums in areas.items():
        of_field[field] = of_field.get(field, Sums()) + sums
    return grouped(of_field, asked.columns.find, Sums.__add__)


def _chart(values: list[tuple[str, int]]) -> Chart:
    return chart(values, _("Lectures held in each field."))


def _head() -> tuple[str, ...]:
    return _("Requests"), _("Lectures held"), _("Attendances"), _("Credit hours")


def _numbers(asked: Asked, sums: Sums, **where: object) -> tuple[Cell, ...]:
    everything = asked.lectures(**where)  # type: ignore[arg-type]
    held = asked.lectures(HELD, **where)  # type: ignore[arg-type]
    return (
        number(sums.asked, everything),
        number(sums.held, held),
        number(sums.attendances, held),
        number(sums.credit_hours, held),
    )
