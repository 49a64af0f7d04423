"""Generates the instructors and branches of the demonstration from a seed. Pure.

The distribution is realistic: a third live in the capital, three remote cities have hardly any,
and a few are requested far more often than the rest. The same ``Random`` gives the same result.
"""

import math
import random
from dataclasses import dataclass

from booking.demo.engine import data
from booking.demo.engine.names import draw_names

Hours = tuple[int, int, int]
"""Weekday (0 is Monday), start and end in minutes from local midnight, half-open."""

MORNING = (510, 720)
AFTERNOON = (840, 1050)
EVENING = (1140, 1260)

_WORKWEEK = range(5)
_PATTERNS: tuple[tuple[int, tuple[Hours, ...]], ...] = (
    (22, tuple((day, *half) for day in _WORKWEEK for half in (MORNING, AFTERNOON))),
    (16, tuple((day, *half) for day in range(6) for half in (MORNING, AFTERNOON))),
    (14, tuple((day, *AFTERNOON) for day in _WORKWEEK)),
    (10, tuple((day, *half) for day in (1, 3) for half in (MORNING, AFTERNOON))),
    (10, tuple((day, *half) for day in (0, 2, 4) for half in (MORNING, AFTERNOON))),
    (8, tuple((day, *MORNING) for day in range(7))),
    (8, (*((day, *EVENING) for day in (1, 2, 3)), (5, *MORNING), (5, *AFTERNOON))),
    (6, tuple((day, *half) for day in (5, 6) for half in (MORNING, AFTERNOON))),
    (6, tuple((day, *half) for day in range(7) for half in (MORNING, AFTERNOON, EVENING))),
)
"""(weight, weekly hours) of each pattern."""

_TOPIC_COUNTS = {1: 4, 2: 5, 3: 8, 4: 12, 5: 22, 6: 49}
_CITY_WEIGHTS = {
    "990100": 34,
    "990200": 32,
    "990300": 29,
    "990400": 2,
    "990500": 1.5,
    "990600": 1.5,
}
_BRANCH_CITY_WEIGHTS = {
    "990100": 24,
    "990200": 22,
    "990300": 20,
    "990400": 12,
    "990500": 11,
    "990600": 11,
}
BUSIEST = 48.0
_BUSIEST_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An instructor of the demonstration."""

    name: str
    region: str
    """Code of the county where the person lives."""
    serves: tuple[str, ...]
    """Codes of the province, or of cities."""
    workplace: str
    title: str
    fields: tuple[str, ...]
    """Codes of fields of the second level, of the topics."""
    topics: tuple[int, ...]
    """1 to 6 different indexes into ``data.TOPICS``."""
    hours: tuple[Hours, ...]
    phone: str
    email: str
    load: float
    """Expected requests per year; the weight in ``demand``."""


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


def people(rng: random.Random, count: int) -> list[DemoPerson]:
    """``count`` instructors with ``5 * count`` topics in total.

    No two have the same name and workplace. The required names (a ``·``, rare characters, a
    duplicate) are among them, if ``count`` allows.
    """
    names = draw_names(rng, count)
    sizes = _topic_counts(rng, count)
    cities = _cities(rng, count)
    loads = _loads(rng, count)
    taken: set[tuple[str, str]] = set()
    drawn = []
    for index in range(count):
        person = _person(rng, index, names[index], cities[index], sizes[index], loads[index], taken)
        taken.add((person.name, person.workplace))
        drawn.append(person)
    return drawn


def branches(rng: random.Random, count: int) -> list[DemoBranch]:
    """``count`` branches with distinct names in all cities; about 5,000 at most."""
    cities = rng.choices(list(_BRANCH_CITY_WEIGHTS), list(_BRANCH_CITY_WEIGHTS.values()), k=count)
    # Every city has a branch, even in the smallest province.
    cities[: len(_BRANCH_CITY_WEIGHTS)] = list(_BRANCH_CITY_WEIGHTS)[:count]
    contacts = draw_names(rng, count, required=())
    by_name: dict[str, DemoBranch] = {}
    for number, (city, contact) in enumerate(zip(cities, contacts, strict=True), start=1):
        branch = _branch(rng, number, city, contact)
        while branch.name in by_name:
            branch = _branch(rng, number, city, contact)
        by_name[branch.name] = branch
    return list(by_name.values())


def _topic_counts(rng: random.Random, count: int) -> list[int]:
    counts = rng.choices(list(_TOPIC_COUNTS), list(_TOPIC_COUNTS.values()), k=count)
    missing = count * data.TOPICS_PER_INSTRUCTOR - sum(counts)
    step = 1 if missing > 0 else -1
    while missing:
        index = rng.randrange(count)
        if 1 <= counts[index] + step <= max(_TOPIC_COUNTS):
            counts[index] += step
            missing -= step
    return counts


def _cities(rng: random.Random, count: int) -> list[str]:
    """Cities by exact shares, rounded: random draws would leave remote cities empty."""
    shares = {code: count * weight / 100 for code, weight in _CITY_WEIGHTS.items()}
    exact = [code for code, share in shares.items() for _ in range(math.floor(share))]
    rest = sorted(shares, key=lambda code: math.floor(shares[code]) - shares[code])
    exact += rest[: count - len(exact)]
    rng.shuffle(exact)
    return exact


def _loads(rng: random.Random, count: int) -> list[float]:
    """Lognormal loads, quartiles 3 and 9; 1 % (at least one person) have 48."""
    loads = [min(BUSIEST, rng.lognormvariate(math.log(5.2), 0.8)) for _ in range(count)]
    for index in rng.sample(range(count), min(count, max(1, round(count * _BUSIEST_SHARE)))):
        loads[index] = BUSIEST
    return [round(load, 1) for load in loads]


def _person(
    rng: random.Random,
    index: int,
    name: str,
    city: str,
    topics: int,
    load: float,
    taken: set[tuple[str, str]],
) -> DemoPerson:
    field = _draw(rng, data.FIELD_WEIGHTS)
    chosen = _topics(rng, field, topics)
    workplace, title = _workplace(rng, field, city, name, taken)
    weights, patterns = zip(*_PATTERNS, strict=True)
    number = index + 1
    return DemoPerson(
        name=name,
        region=rng.choice([c.code for c in data.COUNTIES if c.parent == city]),
        serves=_serves(rng, city),
        workplace=workplace,
        title=title,
        fields=tuple(dict.fromkeys(data.TOPICS[topic].field for topic in chosen)),
        topics=chosen,
        hours=rng.choices(patterns, weights)[0],
        phone=f"{12_000_000_000 + number}",
        email=f"instructor{number:04d}@example.org",
        load=load,
    )


def _topics(rng: random.Random, field: str, count: int) -> tuple[int, ...]:
    """Topics of one field; with more than two, perhaps one of another field."""
    own = [i for i, topic in enumerate(data.TOPICS) if topic.top_field == field]
    chosen = rng.sample(own, count)
    if count > 2 and rng.random() < 0.3:
        other = _draw(rng, {k: w for k, w in data.FIELD_WEIGHTS.items() if k != field})
        chosen[-1] = rng.choice([i for i, t in enumerate(data.TOPICS) if t.top_field == other])
    return tuple(chosen)


def _workplace(
    rng: random.Random, field: str, city: str, name: str, taken: set[tuple[str, str]]
) -> tuple[str, str]:
    """(workplace, title) of the field; of any field if a person of this name works there."""
    place_name = next(region.name for region in data.CITIES if region.code == city)
    kinds = list(data.FIELD_WORKPLACES[field])
    rng.shuffle(kinds)
    for kind in [*kinds, *data.WORKPLACES]:
        workplace = data.WORKPLACES[kind]
        written = workplace.pattern.format(city=place_name)
        if (name, written) not in taken:
            return written, rng.choice(workplace.titles)
    raise ValueError(f"too many people are called {name}")


def _serves(rng: random.Random, city: str) -> tuple[str, ...]:
    if rng.random() < 0.55:
        return (data.PROVINCE,)
    others = [region.code for region in data.CITIES if region.code != city]
    return tuple(sorted([city, *rng.sample(others, rng.choice([0, 0, 1, 2]))]))


def _draw(rng: random.Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


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
