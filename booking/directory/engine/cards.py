"""Instructors as a list shows them, and which topic and times a card puts forward. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from booking.availability.engine.intervals import Interval
from booking.availability.engine.slot_request import Teachable
from booking.directory.engine.search_query import PAGE_SIZE
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Audience, Format

T = TypeVar("T", bound=Teachable)


@dataclass(frozen=True, slots=True)
class TopicLine:
    """An active topic; cards leave out the summary."""

    id: int
    title: str
    minutes: int
    formats: tuple[Format, ...]
    audiences: tuple[Audience, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """An item of a controlled list, in both languages."""

    code: str
    name: str
    name_en: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a card tells of an instructor; `topics` are the active ones."""

    id: int
    name: str
    title: str
    workplace: str
    region_code: str
    topics: tuple[TopicLine, ...]
    serves: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """An instructor as a list shows one, with the earliest times that can be booked."""

    instructor: Entry
    topic: TopicLine | None
    """The topic that fits the search best: the times are for it."""
    earliest: tuple[Interval, ...]
    region_code: str
    """Where the lecture is taken to be: the way there counts."""

    @property
    def topics(self) -> list[TopicLine]:
        """All topics, the one that the times are for first."""
        known = self.instructor.topics
        return [] if self.topic is None else [self.topic, *(t for t in known if t != self.topic)]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of answers."""

    cards: list[Card]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))


def best_topic(topics: Sequence[T], words: str) -> T | None:
    """The topic whose title has the most of the words, the first where none has any."""
    wanted = names.words(names.normalise(words))
    if not wanted or len(topics) < 2:
        return next(iter(topics), None)
    letters = any(word.isascii() for word in wanted)
    return max(topics, key=lambda topic: _fit(_searched(topic.title, letters), wanted))


def suiting(topics: Sequence[TopicLine], audience: str, form: str) -> Sequence[TopicLine]:
    """The topics for an audience and in a format, where there are any; else all of them."""
    found = [
        one
        for one in topics
        if (not audience or not one.audiences or audience in one.audiences)
        and (not form or not one.formats or form in one.formats)
    ]
    return found or topics


def _fit(text: str, words: list[str]) -> int:
    return sum(word in text for word in words)


@lru_cache(maxsize=4096)
def _searched(title: str, letters: bool) -> str:
    """A title as words look for it; readings are looked up for letters only, being slow."""
    text = names.normalise(title)
    return text + names.phrase_tokens([title]) if letters else text
