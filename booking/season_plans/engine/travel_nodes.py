"""The travel of a season plan as the places that an instructor must get to. Pure.

The way to a lecture is counted from the nearest place where the instructor is on that day anyway:
the home region, or another lecture of the day. By `travel_minutes` that is 180 minutes to the
first lecture in another city, 60 to a further county of a city, 30 to a further place of a county,
0 to the same named place and to a lecture online. So the travel of a day does not depend on the
order in which its lectures are counted, and is a sum over *nodes*: a city that must be reached
costs 120 minutes, a county 30 more and a place 30 more, however many lectures are there.
"""

from __future__ import annotations

from collections.abc import Hashable

from booking.availability.engine.travel import (
    FURTHER_MINUTES,
    SAME_CITY_MINUTES,
    SAME_COUNTY_MINUTES,
    Place,
)

Node = Hashable
Nodes = tuple[tuple[Node, int], ...]
"""The nodes that a lecture must reach, with their minutes."""

CITY, COUNTY, PLACE = (
    FURTHER_MINUTES - SAME_CITY_MINUTES,
    SAME_CITY_MINUTES - SAME_COUNTY_MINUTES,
    SAME_COUNTY_MINUTES,
)
UNIT = 30
"""All travel is a multiple of this many minutes."""


def nodes(place: Place | None, lecture: Hashable) -> Nodes:
    """The nodes of a lecture with their minutes; `lecture` tells places without a name apart.

    Of a place that is given only by its city or province a location of its own is assumed, as
    `travel_minutes` does.
    """
    if place is None:
        return ()
    code = place.region_code
    spot: Node = (code, place.name) if place.name else ("at", lecture)
    city: Node = ("city", code[:4] if code[2:4] != "00" else spot)
    county: Node = ("county", code if not code.endswith("00") else spot)
    return (city, CITY), (county, COUNTY), (spot, PLACE)


def home_nodes(region_code: str) -> frozenset[Node]:
    """The nodes that an instructor reaches without travel."""
    return frozenset(node for node, _minutes in nodes(Place(region_code), None)[:2])
