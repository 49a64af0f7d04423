"""Draws the branches of the demonstration from a seed. Pure."""

import random
from dataclasses import dataclass

from booking.demo import data
from booking.demo.names import draw_names

_CITY_WEIGHTS = {
    "990100": 24,
    "990200": 22,
    "990300": 20,
    "990400": 12,
    "990500": 11,
    "990600": 11,
}


@dataclass(frozen=True, slots=True)
class DemoBranch:
    """A branch of the demonstration with its contact."""

    name: str
    region: str
    """Code of its county."""
    places: tuple[str, ...]
    contact: str
    phone: str
    email: str


def branches(rng: random.Random, count: int) -> list[DemoBranch]:
    """``count`` branches in all cities, no two of one name; at most 5,000 or so fit."""
    cities = rng.choices(list(_CITY_WEIGHTS), list(_CITY_WEIGHTS.values()), k=count)
    # Every city has a branch, however small the province is.
    cities[: len(_CITY_WEIGHTS)] = list(_CITY_WEIGHTS)[:count]
    contacts = draw_names(rng, count, required=())
    found: dict[str, DemoBranch] = {}
    for number, (city, contact) in enumerate(zip(cities, contacts, strict=True), start=1):
        branch = _branch(rng, number, city, contact)
        while branch.name in found:
            branch = _branch(rng, number, city, contact)
        found[branch.name] = branch
    return list(found.values())


def _branch(rng: random.Random, number: int, city: str, contact: str) -> DemoBranch:
    kind = rng.choices(data.BRANCH_KINDS, [kind.weight for kind in data.BRANCH_KINDS])[0]
    county = rng.choice([region for region in data.COUNTIES if region.parent == city])
    community = rng.choice(data.COMMUNITIES)
    return DemoBranch(
        name=kind.pattern.format(county=county.name, community=community),
        region=county.code,
        places=tuple(place.format(community=community) for place in kind.places),
        contact=contact,
        phone=f"{12_000_500_000 + number}",
        email=f"branch{number:04d}@example.org",
    )
