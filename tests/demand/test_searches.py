"""Searches that found nothing are counted without who searched, and within regions only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.demand import service
from booking.demand.engine.needs import DemandPeriod
from booking.demand.models import SearchMiss
from booking.demand.queries import SearchTotal, searches_without_result
from booking.privacy.retention.tasks import apply_schedule
from booking.settings.engine.retention import SEARCH_DAYS
from tests.browser import Client
from tests.factories import CITY, COUNTY, OTHER_CITY, ZONE, Cast

DAY = date(2026, 11, 23)
PERIOD = DemandPeriod(DAY, DAY, ZONE)


def count(app: Flask, words: str, region: str = COUNTY, *, day: date = DAY, times: int = 1) -> bool:
    """Count searches; whether the words are kept."""
    with app.app_context():
        for _ in range(times):
            with unit_of_work() as session:
                kept = service.count_miss(
                    session, words=words, field_code="", region_code=region, day=day
                )
    return kept


def rows(app: Flask) -> list[tuple[str, str, int]]:
    with app.app_context():
        query = select(SearchMiss.words, SearchMiss.region_code, SearchMiss.searches)
        return [(w, r, n) for w, r, n in db.session().execute(query.order_by(SearchMiss.words))]


def test_a_page_without_result_is_counted(app: Flask, client: Client, people: Cast) -> None:
    for query in ("量子 计算", "量子  计算"):
        assert client.get(f"/instructors?q={query}&region={COUNTY}").status_code == 200
    assert client.get("/instructors?q=家庭急救").status_code == 200
    assert rows(app) == [("量子 计算", COUNTY, 2)]


def test_names_are_not_kept(app: Flask, people: Cast) -> None:
    kept = [count(app, words) for words in ("陈明", "陈 明 讲课", "李静同志", "量子")]
    assert kept == [False, False, False, True]
    assert [row[0] for row in rows(app)] == ["量子"]


def test_a_day_has_a_most(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_A_DAY", 2)
    assert [count(app, words) for words in ("一题", "二题", "三题", "一题")] == [
        True,
        True,
        False,
        True,
    ]
    assert count(app, "三题", day=DAY + timedelta(days=1))


def test_totals_by_region_and_from_three_on(app: Flask) -> None:
    count(app, "量子", times=3)
    count(app, "碳汇", times=2)
    count(app, "碳汇", OTHER_CITY, times=3)
    count(app, "碳汇", "", times=4)
    count(app, "量子", day=DAY - timedelta(days=1), times=9)

    def told(*regions: str) -> list[SearchTotal]:
        with app.app_context():
            return searches_without_result(db.session(), regions, PERIOD)

    assert told(CITY) == [SearchTotal("量子", "", COUNTY, 3)]
    assert told(OTHER_CITY) == [SearchTotal("碳汇", "", OTHER_CITY, 3)]
    assert told() == []
    with app.app_context():
        everywhere = searches_without_result(db.session(), None, PERIOD)
    assert [one.searches for one in everywhere] == [4, 3, 3]


def test_words_go_by_schedule(app: Flask, people: Cast) -> None:
    assert count(app, "量子 计算")
    last = datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(days=int(SEARCH_DAYS.default))
    with app.app_context():
        apply_schedule(last)
    assert rows(app) == [("量子 计算", COUNTY, 1)]
    with app.app_context():
        apply_schedule(last + timedelta(days=1))
    assert rows(app) == []
