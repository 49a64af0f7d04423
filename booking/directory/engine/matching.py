"""Matching: reasons, ranking and answer. Pure.

A ranking is valid for one match query only. It is a fixed score, the sum of the weights of
reasons; the page shows the reasons in words, so that everybody can see why an instructor is
first. The score itself is neither shown nor stored:

    topic matched by its title 40, by its field 24, by other text of the entry 12: fields, further
    topics, or the instructor's name, title and workplace (a reason of its own on the page)
    free at a preferred time 30
    same county 16, same city 10, online 10, further 0
    the topic names the audience 12
    fewer lectures than the median candidate 8 (the last twelve months and all future ones)
    not at this branch within 180 days 6

Ties are broken by the earlier first slot, then by the pinyin order of the name.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from booking.availability.engine.intervals import Interval
from booking.availability.engine.travel import (
    SAME_CITY_MINUTES,
    SAME_COUNTY_MINUTES,
    Place,
    travel_minutes,
)
from booking.directory.engine.match_query import MatchQuery
from booking.directory.engine.synonyms import Terms
from booking.instructors.engine import names

TIMES_SHOWN = 3
LOAD_WITHIN = timedelta(days=365)
NOT_RECENT = timedelta(days=180)


class MatchReason(enum.StrEnum):
    """Why an instructor fits; the display texts are in `words.REASONS`."""

    TOPIC_TITLE = "topic_title"
    TOPIC_FIELD = "topic_field"
    TOPIC_WORDS = "topic_words"
    PERSON = "person"
    PREFERRED_TIME = "preferred_time"
    SAME_COUNTY = "same_county"
    SAME_CITY = "same_city"
    FURTHER = "further"
    ONLINE = "online"
    AUDIENCE = "audience"
    FEWER_LECTURES = "fewer_lectures"
    NOT_RECENTLY_HERE = "not_recently_here"

    @property
    def speaks_for(self) -> bool:
        """Whether it raises the score; the others only inform."""
        return WEIGHTS[self] > 0


WEIGHTS: dict[MatchReason, int] = {
    MatchReason.TOPIC_TITLE: 40,
    MatchReason.TOPIC_FIELD: 24,
    MatchReason.TOPIC_WORDS: 12,
    MatchReason.PERSON: 12,
    MatchReason.PREFERRED_TIME: 30,
    MatchReason.SAME_COUNTY: 16,
    MatchReason.SAME_CITY: 10,
    MatchReason.FURTHER: 0,
    MatchReason.ONLINE: 10,
    MatchReason.AUDIENCE: 12,
    MatchReason.FEWER_LECTURES: 8,
    MatchReason.NOT_RECENTLY_HERE: 6,
}


class Offer(NamedTuple):
    """A topic of an instructor, as read from the database."""

    instructor_id: int
    sort_key: str
    home: str
    """The instructor's home region."""
    topic_id: int
    title: str
    minutes: int
    valid_from: date | None
    valid_to: date | None
    like_example: bool
    """The title equals that of the example topic."""
    for_audience: bool
    """The topic names the requested audience."""
    in_field: bool
    """The topic itself is in the requested field."""
    online: int
    """Whether it can be held online: `ON_SPOT`, `BOTH` or `ONLY_ONLINE`."""
    serves: str
    """Comma-separated codes of served regions; empty unless they were queried."""
    serves_here: bool
    in_format: bool
    """Can be held in the requested format."""


ON_SPOT, BOTH, ONLY_ONLINE = range(3)


class Candidate(NamedTuple):
    """An instructor with the best-fitting topic, before availability is checked."""

    offer: Offer
    reasons: tuple[MatchReason, ...]
    online: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A matching instructor with topic, reasons and slots."""

    instructor_id: int
    name: str
    name_pinyin: str | None
    title: str
    workplace: str
    topic_id: int
    topic_title: str
    minutes: int
    online: bool
    """Held online, so without travel time."""
    region_code: str
    """The assumed region of the lecture, for travel times."""
    reasons: tuple[MatchReason, ...]
    times: tuple[Interval, ...]
    """At most three slots that do not overlap: preferred ones first, then the earliest."""


class Nearby(enum.StrEnum):
    """The changes of a query without matches; two at once only if no single one helps."""

    ANOTHER_DAY = "another_day"
    EARLIER_DAY = "earlier_day"
    NEIGHBOUR = "neighbour"
    ONLINE = "online"
    NEIGHBOUR_ANOTHER_DAY = "neighbour_another_day"
    ONLINE_ANOTHER_DAY = "online_another_day"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A changed match query that has a match, and its first slot."""

    kind: Nearby
    match_query: MatchQuery
    first_time: Interval
    """Of one matching instructor; the changed query must be run for more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The ranked matches of a query; without matches the nearest alternatives."""

    match_query: MatchQuery
    matches: tuple[Match, ...]
    considered: int
    """How many instructors fit by topic, audience and place, free or not."""
    nearest: tuple[Alternative, ...] = ()
    cut: bool = False
    """The limit was reached: further considered instructors may be free as well."""
    not_open: int = 0
    """How many of the considered have given no hours yet; only told where nobody is free."""
    too_soon_until: date | None = None
    """The first day that satisfies a notice, if all days of the query are before it."""
    unknown_words: bool = False
    """Nobody in the register fits the words, whatever the other conditions."""

    @property
    def last_day(self) -> date:
        """The last day of the query and its alternatives, which may be after the query's window."""
        return max([self.match_query.last, *(near.match_query.last for near in self.nearest)])


def topic_reason(
    match_query: MatchQuery, offer: Offer, terms: Terms, texts: dict[str, str]
) -> MatchReason | None:
    """Why the topic fits, or None; `texts` caches the searchable text of titles."""
    if not match_query.about_something:
        return None
    if match_query.topic_id is not None:
        return MatchReason.TOPIC_TITLE if offer.like_example else MatchReason.TOPIC_FIELD
    if terms and _all_in_title(offer.title, terms, texts):
        return MatchReason.TOPIC_TITLE
    return MatchReason.TOPIC_FIELD if match_query.field else MatchReason.TOPIC_WORDS


def _all_in_title(title: str, terms: Terms, texts: dict[str, str]) -> bool:
    text = texts.get(title)
    if text is None:
        text = names.normalise(title)
        if any(word.isascii() for words in terms for word in words):
            text += names.phrase_tokens([title])
        texts[title] = text
    return all(any(word in text for word in words) for words in terms)


def distance_reason(region_code: str, home: str, online: bool) -> MatchReason | None:
    """The reason for the distance between two regions; None without a requested region."""
    if online:
        return MatchReason.ONLINE
    if not region_code:
        return None
    minutes = travel_minutes(Place(home), Place(region_code))
    if minutes <= SAME_COUNTY_MINUTES:
        return MatchReason.SAME_COUNTY
    return MatchReason.SAME_CITY if minutes <= SAME_CITY_MINUTES else MatchReason.FURTHER


def total(reasons: tuple[MatchReason, ...]) -> int:
    """The score: the sum of the weights."""
    return sum(WEIGHTS[reason] for reason in reasons)


def neighbour(region_code: str, served: str) -> str:
    """Of comma-separated served regions the one nearest to a region: same city first, then code."""
    codes = sorted(served.split(","))
    return min(codes, key=lambda code: (code[:4] != region_code[:4], code), default="")
