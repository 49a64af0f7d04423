"""The query of matching, and the changed queries that are tried where nobody is free. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.intervals import Interval
from booking.availability.engine.zones import local_instant
from booking.directory.engine.synonyms import Terms, alone, split_region
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Audience, Format

LONGEST_WINDOW = 92
"""In days, both ends included."""


@dataclass(frozen=True, slots=True)
class Preferred:
    """Preferred starts: local minutes [first_minute, last_minute) of a day, or of every day."""

    day: date | None
    first_minute: int
    last_minute: int
    part: str = ""
    """The raw parameter: a part of the day or a start (HH:MM); empty is the whole day."""

    def starts(self, match_query: MatchQuery, zone: ZoneInfo) -> list[Interval]:
        """The intervals of instants in which a lecture may begin, one for each day."""
        length = (match_query.last - match_query.first).days + 1
        all_days = (match_query.first + timedelta(days=offset) for offset in range(length))
        return [
            (
                local_instant(day, self.first_minute, zone),
                local_instant(day, self.last_minute, zone),
            )
            for day in ([self.day] if self.day else all_days)
        ]


@dataclass(frozen=True, slots=True)
class MatchQuery:
    """The criteria of matching. Empty values are no condition."""

    first: date
    last: date
    """The window of days, both inclusive."""
    words: str = ""
    topic_id: int | None = None
    """Id of an example topic: topics with its title or field fit as well."""
    field: str = ""
    """The code of a field; its sub-fields count as well."""
    region_code: str = ""
    audience: Audience | None = None
    format: Format | None = None
    minutes: int | None = None
    """Maximum length; a topic is always booked at its own length."""
    preferred: tuple[Preferred, ...] = ()
    """Preferred starts within the window; other slots of the window fit as well."""
    organisation_id: int | None = None
    """The branch: its cap applies, and `NOT_RECENTLY_HERE` refers to it."""
    here: str = ""
    """The requester's region, for travel times if `region_code` is empty."""
    public_only: bool = False
    """Whether only entries that everybody sees are found: no parameter, it follows the reader."""
    synonyms: Terms = dataclasses.field(default=(), compare=False)
    """The words with their synonyms, once these have been read."""

    @property
    def terms(self) -> Terms:
        """For each word what one of must match."""
        return self.synonyms or alone(names.words(self.words))

    def place_of(self, home: str) -> str:
        """The assumed region of the lecture for an instructor whose home region is `home`."""
        return self.region_code or self.here or home

    def wanted(self, zone: ZoneInfo) -> list[Interval]:
        """The intervals of preferred starts, in order."""
        return sorted(span for each in self.preferred for span in each.starts(self, zone))

    @property
    def about_something(self) -> bool:
        """Whether it has a condition on topic, words or field."""
        return bool(self.words or self.topic_id or self.field)


def in_region(match_query: MatchQuery, region_code: str) -> MatchQuery:
    """The query in another region."""
    return replace(match_query, region_code=region_code)


def with_named_region(match_query: MatchQuery, regions: Iterable[tuple[str, str]]) -> MatchQuery:
    """The query in the region that its words name, unless another one is asked for.

    `regions` are pairs of code and name.
    """
    if match_query.region_code:
        return match_query
    words, region_code = split_region(match_query.words, regions)
    if not region_code:
        return match_query
    return replace(match_query, words=words, region_code=region_code)


def on_another_day(match_query: MatchQuery, day: date) -> MatchQuery:
    """The query on another day; keeps only the preferred times of every day."""
    every_day = tuple(each for each in match_query.preferred if each.day is None)
    return replace(match_query, first=day, last=day, preferred=every_day)


def held_online(match_query: MatchQuery) -> MatchQuery:
    """The query with the online format."""
    return replace(match_query, format=Format.ONLINE)
