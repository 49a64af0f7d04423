"""Strangers cannot fill the memory with statements, however they mix what they ask for."""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask

from booking.db import db
from booking.directory import candidates, hits
from booking.directory.conditions import KINDS
from booking.directory.matching import Need
from booking.directory.search import Search
from tests.factories import CITY, NOW

DAY = NOW.date()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_order_of_words_is_no_kind_of_its_own(app: Flask) -> None:
    hits._rows_of_page.cache_clear()
    candidates._offers.cache_clear()
    with app.app_context():
        for mixed in product("急z", repeat=5):
            words = " ".join(f"{one}{number}" for number, one in enumerate(mixed))
            hits.page(db.session(), Search(words=words, region=CITY), 1)
            need = Need(DAY, DAY, words=words, region_code=CITY)
            candidates.offers(db.session(), need, last=DAY)
        db.session.rollback()

    # From no letters to letters only.
    assert hits._rows_of_page.cache_info().currsize == 6
    assert candidates._offers.cache_info().currsize == 6


def test_few_kinds_are_kept() -> None:
    for function in (hits._rows_of_page, hits._number, candidates._offers):
        assert function.cache_info().maxsize == KINDS
