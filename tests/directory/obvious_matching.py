"""Brute-force reference for matching: plain loops over all topics of all instructors.

Shares `MatchQuery`, the weights and `bookable_slots` with the product, nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.availability.models import Term
from booking.directory.engine.match_query import MatchQuery
from booking.directory.engine.matching import WEIGHTS, MatchReason
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Field, Instructor, InstructorField, ServedRegion, Topic
from booking.lectures.models import Hold, Lecture
from booking.lectures.schedules.queries import bookable_slots
from tests.factories import ZONE


class Row(NamedTuple):
    """The compared parts of a match: instructor, topic, reasons and times."""

    instructor: int
    topic: int
    online: bool
    reasons: frozenset[MatchReason]
    times: tuple[Interval, ...]


def find(session: Session, match_query: MatchQuery, now: datetime) -> tuple[list[Row], int]:
    """(matches in order, number of candidates whether free or not)."""
    fitting = []
    for one in session.scalars(select(Instructor).where(Instructor.listed)):
        if not _appointed(session, one, match_query) or not _found(one, match_query):
            continue
        chosen = None
        for topic in sorted(one.topics, key=lambda topic: topic.id):
            if not _topic_fits(session, one, topic, match_query):
                continue
            worth = _worth(session, topic, match_query)
            if chosen is None or worth > chosen[0]:
                chosen = worth, topic
        if chosen:
            fitting.append((one, chosen[1]))
    counts = {one.id: _lectures(session, one, now) for one, _topic in fitting}
    middle = median(counts.values()) if counts else 0
    rows = []
    for one, topic in fitting:
        online = match_query.format is Format.ONLINE or (
            match_query.format is None and topic.formats == (Format.ONLINE,)
        )
        free = _slots(session, one, topic, online, match_query, now)
        if not free:
            continue
        reasons = {_topic_reason(topic, session, match_query), _distance(one, online, match_query)}
        if match_query.audience in topic.audiences:
            reasons.add(MatchReason.AUDIENCE)
        if counts[one.id] < middle:
            reasons.add(MatchReason.FEWER_LECTURES)
        if match_query.organisation_id and not _was_there(
            session, one, match_query.organisation_id, now
        ):
            reasons.add(MatchReason.NOT_RECENTLY_HERE)
        times = _three(free)
        liked = _liked(free, match_query)
        if liked:
            reasons.add(MatchReason.PREFERRED_TIME)
            times = (liked + [slot for slot in times if slot not in liked])[:3]
        known = frozenset(one for one in reasons if one is not None)
        order = -sum(WEIGHTS[why] for why in known), times[0][0], one.sort_key, one.id
        rows.append((order, Row(one.id, topic.id, online, known, tuple(times))))
    return [row for _order, row in sorted(rows)], len(fitting)


def _appointed(session: Session, one: Instructor, match_query: MatchQuery) -> bool:
    terms = session.scalars(select(Term).where(Term.instructor_id == one.id)).all()
    return not terms or any(
        t.first <= match_query.last and t.last >= match_query.first for t in terms
    )


def _found(one: Instructor, match_query: MatchQuery) -> bool:
    return all(
        word in one.search_text or (word.isascii() and f" {word}" in one.search_pinyin)
        for word in names.words(match_query.words)
    )


def _codes(session: Session, field_id: int | None) -> set[str]:
    """The codes of a field and its parent."""
    field = session.get(Field, field_id) if field_id else None
    return {field.code, *_codes(session, field.parent_id)} if field else set()


def _topic_fits(session: Session, one: Instructor, topic: Topic, match_query: MatchQuery) -> bool:
    if not topic.active or (match_query.minutes and topic.minutes > match_query.minutes):
        return False
    if topic.valid_from and topic.valid_from > match_query.last:
        return False
    if topic.valid_to and topic.valid_to < match_query.first:
        return False
    if match_query.topic_id:
        example = session.get_one(Topic, match_query.topic_id)
        same_field = example.field_id is not None and topic.field_id == example.field_id
        if topic.title != example.title and not same_field:
            return False
    if match_query.field:
        mine = select(InstructorField.field_id).where(InstructorField.instructor_id == one.id)
        fields = [topic.field_id, *session.scalars(mine)]
        if not any(match_query.field in _codes(session, field) for field in fields):
            return False
    if match_query.audience and topic.audiences and match_query.audience not in topic.audiences:
        return False
    formats = topic.formats or (Format.LECTURE,)
    if match_query.format and match_query.format not in formats:
        return False
    reachable = match_query.format is Format.ONLINE or (
        match_query.format is None and formats == (Format.ONLINE,)
    )
    return (
        reachable or not match_query.region_code or _serves(session, one, match_query.region_code)
    )


def _stem(code: str) -> str:
    """The prefix of a region's scope: 990000 -> 99, 990100 -> 9901, a county unchanged."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _serves(session: Session, one: Instructor, wanted: str) -> bool:
    query = select(ServedRegion.region_code).where(ServedRegion.instructor_id == one.id)
    return any(
        wanted.startswith(_stem(code)) or code.startswith(_stem(wanted))
        for code in session.scalars(query)
    )


def _topic_reason(topic: Topic, session: Session, match_query: MatchQuery) -> MatchReason | None:
    if match_query.topic_id:
        same = topic.title == session.get_one(Topic, match_query.topic_id).title
        return MatchReason.TOPIC_TITLE if same else MatchReason.TOPIC_FIELD
    words = names.words(match_query.words)
    text = names.normalise(topic.title) + names.phrase_tokens([topic.title])
    if words and all(word in text for word in words):
        return MatchReason.TOPIC_TITLE
    if match_query.field:
        return MatchReason.TOPIC_FIELD
    if not words:
        return None
    one = session.get_one(Instructor, topic.instructor_id)
    person = names.normalise(f"{one.name} {one.title} {one.workplace}").split()
    spelt = names.pinyin_tokens(one.name, one.name_pinyin).split()
    named = all(
        any(word in part for part in person)
        or (word.isascii() and any(token.startswith(word) for token in spelt))
        for word in words
    )
    return MatchReason.PERSON if named else MatchReason.TOPIC_WORDS


def _worth(session: Session, topic: Topic, match_query: MatchQuery) -> tuple[int, bool]:
    reason = _topic_reason(topic, session, match_query)
    worth = WEIGHTS[reason] if reason else 0
    if match_query.audience in topic.audiences:
        worth += WEIGHTS[MatchReason.AUDIENCE]
    return worth, bool(match_query.field) and match_query.field in _codes(session, topic.field_id)


def _distance(one: Instructor, online: bool, match_query: MatchQuery) -> MatchReason | None:
    if online:
        return MatchReason.ONLINE
    if not match_query.region_code:
        return None
    here, there = one.region_code, match_query.region_code
    if here[:4] != there[:4] or there.endswith("0000"):
        return MatchReason.FURTHER
    return MatchReason.SAME_COUNTY if here == there and there[4:] != "00" else MatchReason.SAME_CITY


def _lectures(session: Session, one: Instructor, now: datetime) -> int:
    held = session.scalars(select(Hold.starts_at).where(Hold.instructor_id == one.id))
    return sum(start >= now - timedelta(days=365) for start in held)


def _was_there(session: Session, one: Instructor, organisation: int, now: datetime) -> bool:
    theirs = session.scalars(select(Lecture).where(Lecture.instructor_id == one.id))
    return any(
        lecture.organisation_id == organisation
        and lecture.state in ("requested", "confirmed", "delivered")
        and lecture.starts_at >= now - timedelta(days=180)
        for lecture in theirs
    )


def _slots(
    session: Session,
    one: Instructor,
    topic: Topic,
    online: bool,
    match_query: MatchQuery,
    now: datetime,
) -> list[Interval]:
    place = None if online else Place(match_query.region_code or one.region_code)
    valid = DaySpan(topic.valid_from, topic.valid_to)
    slot_request = SlotRequest(topic.minutes, place, match_query.organisation_id, valid)
    return bookable_slots(
        session,
        [one.id],
        slot_request=slot_request,
        first=match_query.first,
        last=match_query.last,
        now=now,
        zone=ZONE,
    )[one.id]


def _three(free: list[Interval]) -> list[Interval]:
    chosen: list[Interval] = []
    for slot in free:
        if len(chosen) < 3 and (not chosen or slot[0] >= chosen[-1][1]):
            chosen.append(slot)
    return chosen


def _liked(free: list[Interval], match_query: MatchQuery) -> list[Interval]:
    """The first slot per preference and day, sorted; a preference without a day is for all days."""
    found = set()
    for one in match_query.preferred:
        for day in [one.day] if one.day else sorted({_local(slot).date() for slot in free}):
            for slot in free:
                minute = _local(slot).hour * 60 + _local(slot).minute
                if _local(slot).date() == day and one.first_minute <= minute < one.last_minute:
                    found.add(slot)
                    break
    return sorted(found)


def _local(slot: Interval) -> datetime:
    return slot[0].astimezone(ZONE)
