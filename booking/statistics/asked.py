"""What a page was asked for: scope and filters, with the names of regions and fields."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from booking import i18n
from booking.accounts.engine.roles import within
from booking.accounts.guards import actor
from booking.accounts.queries import RegionRow, all_regions
from booking.db import db
from booking.instructors.queries import Names, field_tree
from booking.statistics.engine.areas import NO_FIELD, Columns, FieldNode, field_columns, region_rows
from booking.statistics.engine.filters import WITHOUT_FIELD, Behind, Filters, read_filters
from booking.statistics.engine.periods import LONGEST_DAYS, Period, year_of
from booking.statistics.reads.selection import Selection

EVERYTHING = Behind()

YEARS = 3
"""Calendar years that are offered, the current one first."""


@dataclass(frozen=True)
class Asked:
    """The question, with the reader's regions and all fields."""

    selection: Selection
    readable: bool
    """Whether the period of the address could be read."""
    regions: list[RegionRow]
    fields: list[tuple[Names, list[Names]]]
    now: datetime

    @property
    def filters(self) -> Filters:
        """The filters of the address."""
        return self.selection.filters

    @cached_property
    def rows(self) -> list[str]:
        """The codes of the regions that are rows."""
        return region_rows([one.code for one in self.regions], self.filters.region)

    def shown_rows(self, found: Collection[str]) -> list[str]:
        """The rows, where `found` are those with numbers: all but an own row without any."""
        return [code for code in self.rows if code in found or not self.is_own_row(code)]

    @cached_property
    def columns(self) -> Columns:
        """The fields that are columns."""
        if self.filters.field == WITHOUT_FIELD:
            return Columns((NO_FIELD,), {NO_FIELD: NO_FIELD})
        nodes = [
            FieldNode(top.id, top.code, tuple((one.id, one.code) for one in below))
            for top, below in self.fields
        ]
        return field_columns(nodes, self.filters.field)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {one.code: i18n.data_name(one.name, one.name_en) for one in self.regions}

    @cached_property
    def _of_fields(self) -> dict[int, Names]:
        return {one.id: one for top, below in self.fields for one in (top, *below)}

    def is_own_row(self, code: str) -> bool:
        """Whether a row stands for the region without the other rows, which lie under it."""
        return len(self.rows) > 1 and code == self.rows[0] and _holds(self.rows)

    def region_name(self, code: str) -> str:
        """What a row is called."""
        name = self._names.get(code, code)
        return str(_("%(region)s itself", region=name)) if self.is_own_row(code) else name

    def plain_region_name(self, code: str) -> str:
        """The name of a region."""
        return self._names.get(code, code)

    def field_name(self, field_id: int) -> str:
        """What a column is called."""
        found = self._of_fields.get(field_id)
        if found is None:
            return str(_("Without a field"))
        name = i18n.data_name(found.name, found.name_en)
        return str(_("%(field)s in general", field=name)) if self._is_own_column(field_id) else name

    def name_of_field(self, code: str) -> str:
        """The name of a field of the list by its code; every field without one."""
        found = next((one for one in self._of_fields.values() if one.code == code), None)
        if code == WITHOUT_FIELD:
            return str(_("Without a field"))
        if found is None:
            return code or str(_("Every field"))
        return i18n.data_name(found.name, found.name_en)

    def _is_own_column(self, field_id: int) -> bool:
        first, *below = self.columns.ids or (None,)
        return bool(below and self.filters.field) and field_id == first

    def lectures(
        self,
        behind: Behind = EVERYTHING,
        *,
        region: str = "",
        field: int | None = None,
        period: Period | None = None,
    ) -> str:
        """The address of the list of lectures behind a number of a row and a column."""
        filters = self._narrowed(region, field, period)
        exact = replace(
            behind,
            own_region=bool(region) and self.is_own_row(region),
            own_field=field is not None and self._is_own_column(field),
        )
        return _address("statistics.lectures", filters.query() | exact.query())

    def address(self, endpoint: str, region: str = "", **more: str) -> str:
        """The address of another page with these filters."""
        own = {"own_region": "1"} if region and self.is_own_row(region) else {}
        return _address(endpoint, self._narrowed(region, None, None).query() | own | more)

    def listed(self, endpoint: str, region: str = "", field: int | None = None, **more: str) -> str:
        """The address of a list of needs, instructors or topics behind a number."""
        exact = Behind(
            own_region=bool(region) and self.is_own_row(region),
            own_field=field is not None and self._is_own_column(field),
        )
        query = self._narrowed(region, field, None).query() | exact.query()
        return _address(f"statistics.{endpoint}", query | more)

    def _narrowed(self, region: str, field: int | None, period: Period | None) -> Filters:
        found = self._of_fields.get(field) if field else None
        code = self.filters.field if field is None else found.code if found else WITHOUT_FIELD
        return Filters(period or self.filters.period, region or self.filters.region, code)


def _address(endpoint: str, query: dict[str, str]) -> str:
    values: dict[str, Any] = dict(query)
    return url_for(endpoint, **values)


def _holds(rows: list[str]) -> bool:
    return all(within(one, rows[0]) for one in rows[1:])


def asked(now: datetime) -> Asked:
    """What this request asks for at this instant. Two queries."""
    session, who = db.session(), actor()
    regions = [one for one in all_regions(session) if who.coordinates(one.code)]
    fields = field_tree(session)
    filters, readable = read_filters(
        request.args,
        today=i18n.today(),
        regions={one.code for one in regions},
        fields={one.code for top, below in fields for one in (top, *below)},
    )
    selection = Selection(who, filters, i18n.zone())
    return Asked(selection, readable, regions, fields, now)


def common(question: Asked) -> dict[str, object]:
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
            "effect": _("Evaluation and effect"),
        },
        "years": [(year, year_of(year).query()) for year in range(this, this - YEARS, -1)],
        "span_words": _(
            "%(first)s to %(last)s",
            first=i18n.format_day(period.first),
            last=i18n.format_day(period.last),
        ),
        "most_days": LONGEST_DAYS,
    }
