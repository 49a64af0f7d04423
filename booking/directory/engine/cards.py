"""Instructor cards of a result list, and the choice of the topic that a card shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Teachable
from booking.directory.engine.search_query import PAGE_SIZE
from booking.directory.engine.synonyms import Terms
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Audience, Format

T = TypeVar("T", bound=Teachable)


@dataclass(frozen=True, slots=True)
class TopicLine:
    """An active topic; cards omit the summary."""

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
    """The instructor data of a card; `topics` are the active ones."""

    id: int
    name: str
    name_pinyin: str | None
    title: str
    workplace: str
    region_code: str
    topics: tuple[TopicLine, ...]
    serves: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """An instructor in a result list, with the earliest bookable slots."""

    instructor: Entry
    topic: TopicLine | None
    """The topic that fits the search best; `earliest` is computed for it."""
    earliest: tuple[Interval, ...]
    region_code: str
    """The assumed region of the lecture, for travel times."""
    not_open: bool = False
    """No hours are given yet."""

    @property
    def topics(self) -> list[TopicLine]:
        """All topics, `topic` first."""
        topics = self.instructor.topics
        return [] if self.topic is None else [self.topic, *(t for t in topics if t != self.topic)]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of search results."""

    cards: list[Card]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """The number of pages, at least 1."""
        return max(1, -(-self.total // PAGE_SIZE))


def best_topic(topics: Sequence[T], terms: Terms) -> T | None:
    """The topic whose title contains most of the words; the first on a tie. None without topics."""
    if not terms or len(topics) < 2:
        return next(iter(topics), None)
    letters = any(word.isascii() for words in terms for word in words)
    return max(topics, key=lambda topic: _count_terms(_searchable(topic.title, letters), terms))


def suiting(topics: Sequence[TopicLine], audience: str, form: str) -> Sequence[TopicLine]:
    """The topics for an audience and in a format; all topics if none fits."""
    fitting = [
        topic
        for topic in topics
        if (not audience or not topic.audiences or audience in topic.audiences)
        and (not form or not topic.formats or form in topic.formats)
    ]
    return fitting or topics


def _count_terms(text: str, terms: Terms) -> int:
    return sum(any(word in text for word in words) for words in terms)


@lru_cache(maxsize=4096)
def _searchable(title: str, letters: bool) -> str:
    """The normalised title; with `letters` also its pinyin, which is slow to compute."""
    text = names.normalise(title)
    return text + names.phrase_tokens([title]) if letters else text
