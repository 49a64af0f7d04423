"""A part of the day that is asked for means what the region of the lecture means by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from booking.availability import service as availability
from booking.availability.engine.day_parts import SlotTemplate
from booking.db import db, unit_of_work
from booking.directory.matching.query_string import parameters, read_match_query
from tests.factories import DISTRICT, NOW, OTHER_DISTRICT, ZONE, Cast

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LATE = SlotTemplate((570, 780), (960, 1140), (1200, 1320))
DAY = (NOW.astimezone(ZONE) + timedelta(days=7)).date()


@sqlite_only
def test_morning_ends_when_the_region_says_so(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        availability.set_slot_template(session, region_code=DISTRICT, template=LATE, now=NOW)
    found = {}
    for region in (DISTRICT, OTHER_DISTRICT, ""):
        for part in ("morning", "afternoon", "evening", "", "09:30"):
            sent = MultiDict([("region", region), ("day", str(DAY)), ("part", part)])
            with app.app_context():
                match_query = read_match_query(db.session(), sent, today=DAY)
            [one] = match_query.preferred
            found[region, part] = one.first_minute, one.last_minute
            assert parameters(match_query).get("part", [""]) == [part]
    sent = MultiDict(
        [("day", ""), ("part", "evening"), ("day", str(DAY)), ("part", ""), ("to", str(DAY))]
    )
    with app.app_context():
        match_query = read_match_query(db.session(), sent, today=DAY)
        again = read_match_query(db.session(), MultiDict(parameters(match_query)), today=DAY)
    assert [(one.day, one.part) for one in match_query.preferred] == [(None, "evening"), (DAY, "")]
    assert again == match_query
    usual = {"morning": (0, 720), "afternoon": (720, 1080), "evening": (1080, 1440)}
    late = {"morning": (0, 780), "afternoon": (780, 1140), "evening": (1140, 1440)}
    always = {"": (0, 1440), "09:30": (570, 571)}
    assert found == {
        (region, part): span
        for region, spans in ((DISTRICT, late), (OTHER_DISTRICT, usual), ("", usual))
        for part, span in (spans | always).items()
    }
