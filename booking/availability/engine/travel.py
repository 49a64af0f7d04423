"""Travel time between two lectures (domain rule 2). Pure.

Regions are GB/T 2260 codes: two digits each for province, city and county.
"""

from __future__ import annotations

from dataclasses import dataclass

SAME_COUNTY_MINUTES = 30
SAME_CITY_MINUTES = 60
FURTHER_MINUTES = 180


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lecture takes place: a region and a name in it. Online lectures have None."""

    region_code: str
    name: str = ""


def travel_minutes(one: Place | None, other: Place | None) -> int:
    """Travel time in minutes; 0 if either lecture is online.

    The same named place 0, the same county 30, the same city 60, further 180. Of a place that is
    given only by its city or province, a different location within it is assumed.
    """
    if one is None or other is None or (one.name and one == other):
        return 0
    if one.region_code == other.region_code and not one.region_code.endswith("00"):
        return SAME_COUNTY_MINUTES
    if one.region_code[:4] == other.region_code[:4] and one.region_code[2:4] != "00":
        return SAME_CITY_MINUTES
    return FURTHER_MINUTES


def gap_minutes(one: Place | None, other: Place | None, buffer_minutes: int) -> int:
    """Minutes needed between two lectures: the larger of travel time and buffer, not the sum."""
    return max(buffer_minutes, travel_minutes(one, other))
