"""Strangers cannot fill the memory with statements, however they mix what they ask for."""

from __future__ import annotations

from itertools import product
from typing import Protocol

import pytest
from flask import Flask

from booking.db import db
from booking.directory.engine.match_query import MatchQuery
from booking.directory.engine.search_query import Search
from booking.directory.matching import candidates
from booking.directory.search import search_sql
from booking.directory.search.conditions import KINDS
from tests.factories import CITY, NOW

DAY = NOW.date()


class Cache(Protocol):
    """A function with `functools.lru_cache`."""

    def cache_info(self) -> CacheInfo:
        """How much it may keep, and keeps."""

    def cache_clear(self) -> None:
        """Forget everything."""


class CacheInfo(Protocol):
    """What such a function tells of itself."""

    @property
    def maxsize(self) -> int | None:
        """The most that it keeps."""

    @property
    def currsize(self) -> int:
        """What it keeps."""


CACHES: list[Cache] = [
    value for module in (search_sql, candidates) for value in vars(module).values()
    if hasattr(value, "cache_info") and value.__module__ == module.__name__
]  # fmt: skip
"""What the modules that write statements for searches keep."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_order_of_words_is_no_kind_of_its_own(app: Flask) -> None:
    for cache in CACHES:
        cache.cache_clear()
    with app.app_context():
        for mixed in product("急z", repeat=5):
            words = " ".join(f"{one}{number}" for number, one in enumerate(mixed))
            search_sql.page(db.session(), Search(words=words, region=CITY), 1)
            search_sql.count(db.session(), Search(words=words, region=CITY))
            match_query = MatchQuery(DAY, DAY, words=words, region_code=CITY)
            candidates.offers(db.session(), match_query, last=DAY)
        db.session.rollback()

    # From no letters to letters only, for each statement: rows, their number, offers.
    assert sorted(cache.cache_info().currsize for cache in CACHES) == [6, 6, 6]


def test_few_kinds_are_kept() -> None:
    assert [cache.cache_info().maxsize for cache in CACHES] == [KINDS] * 3
