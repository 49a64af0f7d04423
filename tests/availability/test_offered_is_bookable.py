"""Every time on offer can be booked, and every time that is refused was not on offer."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from booking.availability import service as availability
from booking.availability.engine.hours import OverrideKind
from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import BookingRules, SlotRequest
from booking.availability.engine.rules import RuleSet
from booking.availability.engine.travel import Place
from booking.availability.external.engine.calendar import CalendarKind
from booking.availability.external.models import BusySpan, ExternalCalendar
from booking.db import db, unit_of_work
from booking.lectures.engine.unbookable import NotBookable
from booking.lectures.schedules.queries import bookable_slots
from tests import factories
from tests.browser import Client
from tests.factories import CITY, COUNTY, DISTRICT, NOW, OTHER_DISTRICT, ZONE, Cast

ROUNDS = 6
PLACE = "文化馆"
HALL = Place(COUNTY, "岫云县文化馆二楼")  # as in `factories.booking_request`
TODAY = NOW.astimezone(ZONE).date()


class _Undo(Exception):
    """Leaves a unit of work without a trace."""


@contextmanager
def undone() -> Iterator[Session]:
    """A unit of work whose changes are all taken back."""
    try:
        with unit_of_work() as session:
            yield session
            raise _Undo
    except _Undo:
        return


def _random_instructor(session: Session, cast: Cast, rng: random.Random) -> None:
    """Random hours, exceptions and rules, and up to three lectures that are held already."""
    week = {}
    for weekday in range(7):
        if rng.random() < 0.6:
            start = rng.randrange(0, 20 * 60, 5)
            week[weekday] = [(start, min(1440, start + rng.randrange(60, 600, 5)))]
    availability.set_week(session, instructor_id=cast.chen.id, week=week)
    for kind in (OverrideKind.CLOSED, OverrideKind.EXTRA):
        first = TODAY + timedelta(days=rng.randrange(14))
        start = rng.randrange(0, 1000)
        availability.add_override(
            session,
            instructor_id=cast.chen.id,
            kind=kind,
            first=first,
            last=first + timedelta(days=rng.randrange(3)),
            start_minute=start,
            end_minute=start + rng.randrange(60, 400),
        )
    rules = BookingRules(
        step_minutes=rng.choice([15, 30, 60]),
        notice_days=rng.randrange(5),
        horizon_days=rng.randrange(5, 15),
        buffer_minutes=rng.choice([0, 0, 15, 45]),
    )
    caps = Caps(day=rng.choice([None, 1, 2]), week=rng.choice([None, 2, 4]), branch_quarter=4)
    availability.set_rules(
        session, instructor_id=cast.chen.id, rules=RuleSet(rules, caps=caps), now=NOW
    )
    for region in rng.sample([CITY, COUNTY, DISTRICT, OTHER_DISTRICT], 3):
        if free := _offered(session, cast, Place(region, PLACE)):
            factories.request(session, cast, rng.choice(free)[0], region_code=region, place=PLACE)


def _offered(session: Session, cast: Cast, place: Place = HALL) -> list[Interval]:
    return bookable_slots(
        session,
        [cast.chen.id],
        slot_request=SlotRequest(120, place, cast.li.id),
        first=TODAY - timedelta(days=1),
        last=TODAY + timedelta(days=20),
        now=NOW,
        zone=ZONE,
    )[cast.chen.id]


def _is_refused(session: Session, cast: Cast, starts_at: datetime) -> bool:
    """Whether a request for this start is refused; nothing stays of it."""
    try:
        with session.begin_nested() as savepoint:
            factories.request(session, cast, starts_at)
            savepoint.rollback()
    except NotBookable:
        return True
    return False


def _keep_elsewhere(session: Session, cast: Cast, rng: random.Random) -> None:
    """Spans at which a calendar kept elsewhere says busy."""
    kept = ExternalCalendar(
        instructor_id=cast.chen.id,
        kind=CalendarKind.UPLOAD,
        label="日历",
        all_day_busy=True,
        created_at=NOW,
    )
    session.add(kept)
    session.flush()
    for _span in range(rng.randrange(5)):
        start = NOW + timedelta(minutes=rng.randrange(14 * 1440))
        length = timedelta(minutes=rng.randrange(1, 900))
        session.add(BusySpan(calendar_id=kept.id, starts_at=start, ends_at=start + length))
    session.flush()


def _every_five_minutes() -> list[datetime]:
    """Each fifth minute of four days, among them days of notice, days off and days on offer."""
    midnight = datetime.combine(TODAY, time(), tzinfo=ZONE).astimezone(UTC)
    return [midnight + timedelta(minutes=minute) for minute in range(2 * 1440, 6 * 1440, 5)]


def _candidates(rng: random.Random) -> list[datetime]:
    """Each quarter of an hour of three random days, and some minutes that lie off the grid."""
    midnight = datetime.combine(TODAY, time(), tzinfo=ZONE).astimezone(UTC)
    days = rng.sample(range(-1, 17), 3)
    grid = [day * 1440 + minute for day in days for minute in range(0, 1440, 15)]
    odd = [rng.randrange(-1440, 17 * 1440) for _ in range(20)]
    return [midnight + timedelta(minutes=minute) for minute in grid + odd]


def test_offered_is_bookable_and_the_rest_is_refused(app: Flask, people: Cast) -> None:
    tried = 0
    with app.app_context():
        for seed in range(ROUNDS):
            rng = random.Random(seed)
            with undone() as session:
                _keep_elsewhere(session, people, rng)
                _random_instructor(session, people, rng)
                slots = _offered(session, people)
                some = rng.sample(slots, min(25, len(slots)))
                assert [slot for slot in some if _is_refused(session, people, slot[0])] == []
                tried += len(some)
                starts = {start for start, _end in slots}
                others = [one for one in _candidates(rng) if one not in starts]
                few = rng.sample(others, 40)
                assert [one for one in few if not _is_refused(session, people, one)] == []
    assert tried > 5 * ROUNDS  # there was something to try


@pytest.mark.parametrize("seed", [102])
def test_page_api_and_booking_keep_one_list(
    app: Flask, people: Cast, client: Client, seed: int
) -> None:
    """Every start in fives of minutes is booked where it is listed, and refused where it is not.

    Each request is taken back, so that the next one finds the same lectures.
    """
    rng = random.Random(seed)
    with app.app_context():
        with unit_of_work() as session:
            _keep_elsewhere(session, people, rng)
            _random_instructor(session, people, rng)
        slots = _offered(db.session(), people, Place(COUNTY))
        accepted = []
        with undone() as session:
            starts = {start for start, _end in slots}.union(_every_five_minutes())
            for start in sorted(starts):
                if not _is_refused(session, people, start):
                    accepted.append(start)
    listed = [start for start, _end in slots]
    assert accepted == listed
    assert listed
    assert _on_page(client, people) == _in_json(client, people) == [_typed(one) for one in listed]


def _typed(start: datetime) -> str:
    return f"{start.astimezone(ZONE):%Y-%m-%dT%H:%M}"


def _on_page(client: Client, cast: Cast) -> list[str]:
    """The starts that Li finds on Chen's page, day after day."""
    client.sign_in(factories.LI)
    found = set()
    for offset in range(-1, 21):
        day = TODAY + timedelta(days=offset)
        page = client.get(f"/instructors/{cast.chen.id}?day={day}").text
        found |= set(re.findall(r"start=(\d{4}-\d\d-\d\dT\d\d(?::|%3A)\d\d)", page))
    return sorted(start.replace("%3A", ":") for start in found)


def _in_json(client: Client, cast: Cast) -> list[str]:
    days = f"from={TODAY - timedelta(days=1)}&to={TODAY + timedelta(days=20)}"
    answer = client.get(f"/api/v1/instructors/{cast.chen.id}/slots?{days}").json
    assert answer is not None
    return [slot["start"][:16] for slot in answer["slots"]]
