"""Who can teach this, here, then: the question, the reasons, and the order of the answers. Pure.

An answer is in order for one question only. The order is a fixed sum over reasons that the page
shows as words, so that everybody can see why somebody stands first; the sum itself is shown to
nobody and kept nowhere:

    topic in the title 40, in the field 24, in the other words of the entry 12: fields, further
    topics, or the person's name, title and workplace, which the page tells apart
    free at a preferred time 30
    same county 16, same city 10, online 10, further 0
    the topic names the audience 12
    fewer lectures than half of those who fit 8 (the last twelve months and all to come)
    not at this unit within 180 days 6

Of equals the one who is free earlier goes first, then the one whose name is read earlier.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import local_instant
from booking.availability.engine.intervals import Interval
from booking.availability.engine.travel import (
    SAME_CITY_MINUTES,
    SAME_COUNTY_MINUTES,
    Place,
    travel_minutes,
)
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Audience, Format

TIMES_SHOWN = 3
LOAD_WITHIN = timedelta(days=365)
NOT_RECENT = timedelta(days=180)
LONGEST_WINDOW = 92
"""Days, both ends counted."""


class Reason(enum.StrEnum):
    """Why an instructor fits; a code, whose words are in `words`."""

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
        """Whether it brings somebody forward; the others only inform."""
        return WEIGHTS[self] > 0


WEIGHTS: dict[Reason, int] = {
    Reason.TOPIC_TITLE: 40,
    Reason.TOPIC_FIELD: 24,
    Reason.TOPIC_WORDS: 12,
    Reason.PERSON: 12,
    Reason.PREFERRED_TIME: 30,
    Reason.SAME_COUNTY: 16,
    Reason.SAME_CITY: 10,
    Reason.FURTHER: 0,
    Reason.ONLINE: 10,
    Reason.AUDIENCE: 12,
    Reason.FEWER_LECTURES: 8,
    Reason.NOT_RECENTLY_HERE: 6,
}


@dataclass(frozen=True, slots=True)
class Preferred:
    """Wanted starts: the local minutes [first_minute, last_minute) of a day, or of every day."""

    day: date | None
    first_minute: int
    last_minute: int
    part: str = ""
    """How it was asked for: a part of the day or a start; empty is the whole day."""

    def starts(self, match_query: MatchQuery, zone: ZoneInfo) -> list[Interval]:
        """The spans of instants at which a lecture may begin, one on each day that is meant."""
        length = (match_query.last - match_query.first).days + 1
        every = (match_query.first + timedelta(days=offset) for offset in range(length))
        return [
            (
                local_instant(day, self.first_minute, zone),
                local_instant(day, self.last_minute, zone),
            )
            for day in ([self.day] if self.day else every)
        ]


@dataclass(frozen=True, slots=True)
class MatchQuery:
    """What is wanted. Empty values do not narrow it."""

    first: date
    last: date
    """The window of days, both inclusive."""
    words: str = ""
    topic_id: int | None = None
    """A topic as an example: others of its title or field fit as well."""
    field: str = ""
    """The code of a field; its sub-fields count as well."""
    region_code: str = ""
    audience: Audience | None = None
    format: Format | None = None
    minutes: int | None = None
    """At most so many; a topic is always booked at its own length."""
    preferred: tuple[Preferred, ...] = ()
    """Wanted starts within the window; the other times of the window fit as well."""
    organisation_id: int | None = None
    """For which unit: its quota counts, and who has taught there lately."""
    here: str = ""
    """The region of whoever asks: the way counts from there, where no region is wanted."""

    def place_of(self, home: str) -> str:
        """The region for which the times of somebody who lives in `home` are reckoned."""
        return self.region_code or self.here or home

    def wanted(self, zone: ZoneInfo) -> list[Interval]:
        """The preferred spans of starts, in order."""
        return sorted(span for one in self.preferred for span in one.starts(self, zone))

    @property
    def about_something(self) -> bool:
        """Whether a topic, words or a field narrow it."""
        return bool(self.words or self.topic_id or self.field)


class Offer(NamedTuple):
    """A topic of an instructor, as the register has it."""

    instructor_id: int
    sort_key: str
    home: str
    """The region where the instructor lives."""
    topic_id: int
    title: str
    minutes: int
    valid_from: date | None
    valid_to: date | None
    like_example: bool
    """Has the title of the topic that is the example."""
    for_audience: bool
    """Names the audience that is asked for."""
    in_field: bool
    """The topic itself lies in the field that is asked for."""
    online: int
    """How it can be held: `ON_SPOT`, `BOTH` or `ONLY_ONLINE`."""
    serves: str
    """Where the instructor teaches, as codes parted by commas; empty where nobody asked."""
    serves_here: bool
    in_format: bool
    """Can be held as it is asked for."""


ON_SPOT, BOTH, ONLY_ONLINE = range(3)


class Candidate(NamedTuple):
    """An instructor with the topic that fits best, before anybody looked at the time."""

    offer: Offer
    reasons: tuple[Reason, ...]
    online: bool


@dataclass(frozen=True, slots=True)
class Match:
    """An instructor who can, why, and when."""

    instructor_id: int
    name: str
    title: str
    workplace: str
    topic_id: int
    topic_title: str
    minutes: int
    online: bool
    """Held online, so without a way."""
    region_code: str
    """Where the lecture is taken to be: the way there counts."""
    reasons: tuple[Reason, ...]
    times: tuple[Interval, ...]
    """At most three that do not overlap: those at preferred times first, then the earliest."""


class Nearby(enum.StrEnum):
    """What could be changed where nobody is free; two changes only where one does not help."""

    ANOTHER_DAY = "another_day"
    EARLIER_DAY = "earlier_day"
    NEIGHBOUR = "neighbour"
    ONLINE = "online"
    NEIGHBOUR_ANOTHER_DAY = "neighbour_another_day"
    ONLINE_ANOTHER_DAY = "online_another_day"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A changed question that has an answer, and the first time in it."""

    kind: Nearby
    match_query: MatchQuery
    first_time: Interval
    """Of somebody who can; beyond it the changed question has to be asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Who can, in order; where nobody can, what is nearest."""

    match_query: MatchQuery
    matches: tuple[Match, ...]
    considered: int
    """How many fit by topic, audience and place, free or not."""
    nearest: tuple[Alternative, ...] = ()
    cut: bool = False
    """The list is full: of those who are considered, others may be free as well."""

    @property
    def last_day(self) -> date:
        """The last day that it speaks of; suggestions may lie after the days asked for."""
        return max([self.match_query.last, *(one.match_query.last for one in self.nearest)])


def topic_reason(
    match_query: MatchQuery, offer: Offer, words: list[str], texts: dict[str, str]
) -> Reason | None:
    """How the topic fits; `texts` remembers titles that were read before."""
    if not match_query.about_something:
        return None
    if match_query.topic_id is not None:
        return Reason.TOPIC_TITLE if offer.like_example else Reason.TOPIC_FIELD
    if words and _all_in_title(offer.title, words, texts):
        return Reason.TOPIC_TITLE
    return Reason.TOPIC_FIELD if match_query.field else Reason.TOPIC_WORDS


def _all_in_title(title: str, words: list[str], texts: dict[str, str]) -> bool:
    text = texts.get(title)
    if text is None:
        text = names.normalise(title)
        if any(word.isascii() for word in words):
            text += names.phrase_tokens([title])
        texts[title] = text
    return all(word in text for word in words)


def distance_reason(region_code: str, home: str, online: bool) -> Reason | None:
    """How far it is, told by regions; None where the place is not known."""
    if online:
        return Reason.ONLINE
    if not region_code:
        return None
    minutes = travel_minutes(Place(home), Place(region_code))
    if minutes <= SAME_COUNTY_MINUTES:
        return Reason.SAME_COUNTY
    return Reason.SAME_CITY if minutes <= SAME_CITY_MINUTES else Reason.FURTHER


def total(reasons: tuple[Reason, ...]) -> int:
    """The sum that makes the order."""
    return sum(WEIGHTS[reason] for reason in reasons)


def neighbour(region_code: str, served: str) -> str:
    """Of the regions that somebody serves the one nearest to a region: the same city first."""
    codes = sorted(served.split(","))
    return min(codes, key=lambda code: (code[:4] != region_code[:4], code), default="")


def in_region(match_query: MatchQuery, region_code: str) -> MatchQuery:
    """The same need in another region."""
    return replace(match_query, region_code=region_code)


def on_another_day(match_query: MatchQuery, day: date) -> MatchQuery:
    """The same need on another day; what is preferred on every day still is."""
    every_day = tuple(one for one in match_query.preferred if one.day is None)
    return replace(match_query, first=day, last=day, preferred=every_day)


def held_online(match_query: MatchQuery) -> MatchQuery:
    """The same need, online."""
    return replace(match_query, format=Format.ONLINE)
