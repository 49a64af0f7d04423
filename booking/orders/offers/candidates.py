"""Who can meet an order: the matching service, with the free times within its windows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import DAY_MINUTES, local_date
from booking.directory.engine.match_query import LONGEST_WINDOW, MatchQuery, Preferred
from booking.directory.engine.matching import Match
from booking.directory.matching import service as matching
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Instructor, Topic
from booking.lectures.schedules.queries import Schedules, schedules
from booking.orders.engine.windows import Window, days_of, still_to_come, within
from booking.orders.models import Order

SHOWN = 12
"""Candidates that are listed at most."""

MOST_WITHIN, MOST_BESIDE = 60, 24
"""Free times of one candidate that are listed at most: within the windows, and others."""


NEAR = timedelta(days=7)
"""How far from the windows another time is looked for, where the branch accepts one."""


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """Slots of an instructor: within the windows, and others on their days or near them."""

    within: Sequence[Interval] = ()
    beside: Sequence[Interval] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """The instructors who match, with their free times, and how many fit but are not free."""

    found: Sequence[tuple[Match, FreeTimes]] = ()
    considered: int = 0


def chosen_format(order: Order, topic: Topic) -> Format:
    """The format of a lecture on a topic: as ordered where the topic offers it."""
    offered = topic.formats or (Format.LECTURE,)
    return order.format if order.format in offered else offered[0]


def slot_request(order: Order, topic: Topic) -> SlotRequest:
    """The slot request of a lecture on a topic for an order."""
    online = chosen_format(order, topic) is Format.ONLINE
    return SlotRequest(
        minutes=topic.minutes,
        place=None if online else Place(order.region_code, order.place),
        organisation_id=order.organisation_id,
        topic=DaySpan(topic.valid_from, topic.valid_to),
    )


def windows_to_come(order: Order, now: datetime) -> list[Window]:
    """The windows of an order that have not passed."""
    return still_to_come((window.value() for window in order.windows), now)


def free_times(
    session: Session, order: Order, topic: Topic, *, now: datetime, zone: ZoneInfo
) -> FreeTimes:
    """The free times of one instructor for an order. Two queries."""
    windows = windows_to_come(order, now)
    if not windows:
        return FreeTimes()
    loaded = _schedules(session, [topic.instructor_id], _days(order, windows, now, zone), now, zone)
    return times_of(loaded, order, topic, windows)


def schedules_for(
    session: Session,
    orders: Sequence[Order],
    instructor_ids: Collection[int],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Schedules:
    """The schedules of some instructors on all days of the windows of some orders. Two queries."""
    spans = [_days(order, windows_to_come(order, now), now, zone) for order in orders]
    days = min(first for first, _last in spans), max(last for _first, last in spans)
    return _schedules(session, instructor_ids, days, now, zone)


def candidates(
    session: Session, order: Order, *, now: datetime, zone: ZoneInfo, words: str | None = None
) -> Candidates:
    """The instructors who match, in the order of the matching service, at most `SHOWN`.

    `words` replace those of the order. Where nobody fits the words, its field is asked alone.
    """
    windows = windows_to_come(order, now)
    if not windows:
        return Candidates()
    query = match_query(order, windows, now, zone, words)
    answer = matching.find(session, query, now=now, zone=zone, limit=SHOWN)
    if not answer.matches and words is None and query.words and query.field:
        query = match_query(order, windows, now, zone, "")
        answer = matching.find(session, query, now=now, zone=zone, limit=SHOWN)
    ids = [match.topic_id for match in answer.matches]
    topics = {topic.id: topic for topic in session.scalars(select(Topic).where(Topic.id.in_(ids)))}
    people = {match.instructor_id for match in answer.matches}
    loaded = _schedules(session, people, _days(order, windows, now, zone), now, zone)
    found = [
        (match, _shown(times_of(loaded, order, topics[match.topic_id], windows)))
        for match in answer.matches
    ]
    # Those who are free when the branch wishes come first; the order is kept otherwise.
    found.sort(key=lambda one: not one[1].within)
    return Candidates(found, answer.considered)


def _shown(times: FreeTimes) -> FreeTimes:
    return FreeTimes(times.within[:MOST_WITHIN], times.beside[:MOST_BESIDE])


def match_query(
    order: Order,
    windows: Sequence[Window],
    now: datetime,
    zone: ZoneInfo,
    words: str | None = None,
) -> MatchQuery:
    """The order as a match query over the days of its windows."""
    first, last = _days(order, windows, now, zone)
    last = min(last, first + timedelta(days=LONGEST_WINDOW - 1))
    example = order.topic_id if words is None else None
    wish = (order.wish if example is None else "") if words is None else words
    return MatchQuery(
        first=first,
        last=last,
        words=wish,
        topic_id=example,
        field=order.field.code if order.field is not None and example is None else "",
        region_code=order.region_code,
        audience=order.audience,
        format=order.format,
        preferred=tuple(
            _preferred(window, zone)
            for window in windows
            if local_date(window.starts_at, zone) <= last
        ),
        organisation_id=order.organisation_id,
    )


def _days(
    order: Order, windows: Sequence[Window], now: datetime, zone: ZoneInfo
) -> tuple[date, date]:
    """The days that are looked at: those of the windows, and near them for another time."""
    first, last = days_of(windows, zone)
    if not order.accepts_another_time:
        return first, last
    return max(first - NEAR, local_date(now, zone)), last + NEAR


def _preferred(window: Window, zone: ZoneInfo) -> Preferred:
    start, end = window.starts_at.astimezone(zone), window.ends_at.astimezone(zone)
    last = DAY_MINUTES if end.date() > start.date() else end.hour * 60 + end.minute
    return Preferred(start.date(), start.hour * 60 + start.minute, last, window.part)


def _schedules(
    session: Session,
    instructor_ids: Collection[int],
    days: tuple[date, date],
    now: datetime,
    zone: ZoneInfo,
) -> Schedules:
    first, last = days
    return schedules(session, instructor_ids, first=first, last=last, now=now, zone=zone)


def times_of(loaded: Schedules, order: Order, topic: Topic, windows: Sequence[Window]) -> FreeTimes:
    """The slots on the days of the windows; those beside them if another time is accepted."""
    wanted = slot_request(order, topic)
    slots: list[Interval] = []
    days = sorted({local_date(window.starts_at, loaded.zone) for window in windows})
    for day in days:
        slots += loaded.offered(topic.instructor_id, wanted, day, day)
    fitting = within(slots, windows)
    beside: list[Interval] = []
    if order.accepts_another_time:
        everywhere = loaded.offered(topic.instructor_id, wanted)
        beside = [slot for slot in everywhere if slot not in set(fitting)]
    return FreeTimes(fitting, beside)


def topics_of(session: Session, instructor_ids: Collection[int]) -> Sequence[Topic]:
    """The active topics of listed instructors. One query."""
    query = (
        select(Topic)
        .join(Instructor, Instructor.id == Topic.instructor_id)
        .where(Topic.instructor_id.in_(instructor_ids), Topic.active, Instructor.listed)
        .order_by(Topic.id)
    )
    return session.scalars(query).all()


def best_of(order: Order, topics: Collection[Topic]) -> Topic | None:
    """The topic that fits an order best, None without any.

    Of the field ordered before others, for the audience before others, then the first one.
    """

    def rank(topic: Topic) -> tuple[bool, bool, bool, int]:
        return (
            topic.id != order.topic_id,
            order.field_id is None or topic.field_id != order.field_id,
            order.audience is not None and order.audience not in topic.audiences,
            topic.id,
        )

    return min(topics, key=rank, default=None)


def best_topic(session: Session, order: Order, instructor_id: int) -> Topic | None:
    """The active topic of an instructor that fits an order best: see `best_of`."""
    return best_of(order, topics_of(session, [instructor_id]))
