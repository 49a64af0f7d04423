"""Answer a match query, for the page and the API. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.availability.engine.closures import bookable_window
from booking.availability.engine.offers import Availability, Booked
from booking.availability.engine.slots import SlotFinder
from booking.availability.engine.zones import local_date
from booking.directory.engine.match_query import MatchQuery
from booking.directory.engine.matching import (
    ON_SPOT,
    ONLY_ONLINE,
    Alternative,
    Answer,
    Candidate,
    Match,
)
from booking.directory.engine.nearby import LATER, alternatives
from booking.directory.engine.reason_labels import reason_labels
from booking.directory.engine.search_query import Search
from booking.directory.engine.shortlist import Found, Times, candidates, shortlist
from booking.directory.matching import candidates as reading
from booking.directory.matching import instructor_facts
from booking.directory.search import search_sql
from booking.directory.search.terms import terms_of
from booking.instructors.engine.vocabulary import Format
from booking.lectures.schedules.queries import bookings, hours, schedules


def find(
    session: Session, match_query: MatchQuery, *, now: datetime, zone: ZoneInfo, limit: int = 20
) -> Answer:
    """The instructors who match, in the order documented in `engine.matching`, at most `limit`.

    Every slot in the answer is accepted by the booking check at `now`. At most seven queries, or
    nine when nobody matches and alternatives are searched, whatever the number of instructors.
    """
    match_query = replace(match_query, synonyms=terms_of(session, match_query.words))
    fitting = candidates(match_query, reading.offers(session, match_query, last=match_query.last))
    availabilities = (
        hours(session, fitting, first=match_query.first, last=match_query.last, now=now, zone=zone)
        if fitting
        else {}
    )
    appointed = [
        candidate
        for candidate in fitting.values()
        if _is_appointed(match_query, availabilities, candidate)
    ]
    listed = (
        _shortlist(session, match_query, appointed, availabilities, now, zone, limit)
        if appointed
        else []
    )
    if not listed:
        return _without_matches(session, match_query, appointed, availabilities, now, zone)
    matches = _matches(session, match_query, listed)
    return Answer(match_query, matches, len(appointed), (), len(listed) == limit < len(appointed))


class Fitting(NamedTuple):
    """Who teaches what a query asks for, whether free or not; by instructor id."""

    here: Mapping[int, Candidate]
    """Who serves the place in the format; without a format, not only online."""
    elsewhere: Mapping[int, Candidate]
    """The same of those who do not serve the place."""
    online: Mapping[int, Candidate]
    """Whose topic can also be held online."""


def fitting(session: Session, match_query: MatchQuery) -> Fitting:
    """Everybody who fits a query but for place and time. Two queries."""
    match_query = replace(match_query, synonyms=terms_of(session, match_query.words))
    found = reading.offers(session, match_query, last=match_query.last, anywhere=True)
    on_line = match_query.format is Format.ONLINE
    suitable = [one for one in found if one.in_format and (on_line or one.online != ONLY_ONLINE)]
    here = candidates(match_query, [one for one in suitable if one.serves_here])
    elsewhere = [one for one in suitable if one.instructor_id not in here]
    return Fitting(
        here,
        candidates(match_query, elsewhere),
        candidates(match_query, [one for one in found if one.online != ON_SPOT]),
    )


def _without_matches(
    session: Session,
    match_query: MatchQuery,
    fitting: Sequence[Candidate],
    availabilities: Mapping[int, Availability],
    now: datetime,
    zone: ZoneInfo,
) -> Answer:
    """Why nobody matches, the most basic reason first, and the nearest alternatives."""
    if not fitting and _are_unknown(session, match_query):
        return Answer(match_query, (), 0, unknown_words=True)
    known = [availabilities[candidate.offer.instructor_id] for candidate in fitting]
    opened = [each for each in known if not each.hours.none_given]
    firsts = [
        local_date(bookable_window(each.rules, now=now, zone=zone, days=each.hours.days)[0], zone)
        for each in opened
    ]
    first = min(firsts, default=match_query.last)
    return Answer(
        match_query,
        (),
        len(fitting),
        _alternatives(session, match_query, now, zone),
        not_open=len(known) - len(opened),
        too_soon_until=first if first > match_query.last else None,
    )


def _are_unknown(session: Session, match_query: MatchQuery) -> bool:
    """Whether no listed instructor fits the words alone. One query, if there are words."""
    words, terms = match_query.words, match_query.synonyms
    found = Search(words=words, synonyms=terms, public_only=match_query.public_only)
    return bool(words) and not search_sql.count(session, found)


def _is_appointed(
    match_query: MatchQuery, availabilities: Mapping[int, Availability], candidate: Candidate
) -> bool:
    return availabilities[candidate.offer.instructor_id].limits.appointed(
        match_query.first, match_query.last
    )


def _shortlist(
    session: Session,
    match_query: MatchQuery,
    fitting: Sequence[Candidate],
    availabilities: Mapping[int, Availability],
    now: datetime,
    zone: ZoneInfo,
    limit: int,
) -> list[Found]:
    def read(ids: Collection[int]) -> Mapping[int, Sequence[Booked]]:
        some = {instructor_id: availabilities[instructor_id] for instructor_id in ids}
        return bookings(session, some, first=match_query.first, last=match_query.last, zone=zone)

    finder = SlotFinder(first=match_query.first, last=match_query.last, now=now, zone=zone)
    ids = [candidate.offer.instructor_id for candidate in fitting]
    loads, lately = instructor_facts.loads(session, match_query, ids, now)
    times = Times(availabilities, {}, finder, match_query, read)
    return shortlist(
        match_query, fitting, times, loads=loads, lately=lately, zone=zone, limit=limit
    )


def _alternatives(
    session: Session, match_query: MatchQuery, now: datetime, zone: ZoneInfo
) -> tuple[Alternative, ...]:
    """The nearest queries that have a match. Three queries."""
    first, last = min(local_date(now, zone), match_query.first), match_query.last + LATER
    offers = reading.offers(session, replace(match_query, first=first), last=last, anywhere=True)
    ids = list({offer.instructor_id for offer in offers})
    if not ids:
        return ()
    loaded = schedules(session, ids, first=first, last=last, now=now, zone=zone)
    finder = SlotFinder(first=first, last=last, now=now, zone=zone)
    return alternatives(match_query, offers, loaded.known, dict(loaded.taken), finder, zone, first)


def _matches(session: Session, match_query: MatchQuery, listed: list[Found]) -> tuple[Match, ...]:
    if not listed:
        return ()
    ids = [found.candidate.offer.instructor_id for found in listed]
    people = instructor_facts.named(session, ids)
    return tuple(
        _match(match_query, found, people[instructor_id])
        for instructor_id, found in zip(ids, listed, strict=True)
    )


def _match(match_query: MatchQuery, found: Found, person: instructor_facts.Person) -> Match:
    name, title, workplace, pinyin = person
    offer = found.candidate.offer
    return Match(
        instructor_id=offer.instructor_id,
        name=name,
        name_pinyin=pinyin,
        title=title,
        workplace=workplace,
        topic_id=offer.topic_id,
        topic_title=offer.title,
        minutes=offer.minutes,
        online=found.candidate.online,
        region_code=match_query.place_of(offer.home),
        reasons=reason_labels(found.reasons, match_query.terms, (name, title, workplace), pinyin),
        times=found.times,
    )
