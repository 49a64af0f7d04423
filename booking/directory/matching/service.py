"""Who can teach this, here, then? Reads only; a page and the JSON ask here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.availability.engine.first_free import Earliest
from booking.availability.engine.hours import local_date
from booking.availability.engine.offers import Availability, Booked
from booking.directory.engine.matching import Alternative, Answer, Candidate, Match, MatchQuery
from booking.directory.engine.nearby import LATER, alternatives
from booking.directory.engine.reason_labels import telling
from booking.directory.engine.shortlist import Found, Times, candidates, shortlist
from booking.directory.matching import candidates as reading
from booking.directory.matching import instructor_facts
from booking.lectures.queries import bookings, hours, schedules


def find(
    session: Session, match_query: MatchQuery, *, now: datetime, zone: ZoneInfo, limit: int = 20
) -> Answer:
    """The instructors who can, in the order that `matching` explains, at most `limit`.

    Every time in the answer is accepted by the booking check at `now`. Six queries at most for
    an answer, and eight where nobody can and what is nearest is looked for, whatever the
    number of instructors.
    """
    fitting = candidates(match_query, reading.offers(session, match_query, last=match_query.last))
    known = (
        hours(session, fitting, first=match_query.first, last=match_query.last, now=now, zone=zone)
        if fitting
        else {}
    )
    appointed = [one for one in fitting.values() if _is_appointed(match_query, known, one)]
    found = _found(session, match_query, appointed, known, now, zone, limit) if appointed else []
    nearest = () if found else _nearest(session, match_query, now, zone)
    matches = _matches(session, match_query, found)
    return Answer(
        match_query, matches, len(appointed), nearest, len(found) == limit < len(appointed)
    )


def _is_appointed(
    match_query: MatchQuery, known: Mapping[int, Availability], one: Candidate
) -> bool:
    return known[one.offer.instructor_id].limits.appointed(match_query.first, match_query.last)


def _found(
    session: Session,
    match_query: MatchQuery,
    fitting: Sequence[Candidate],
    known: Mapping[int, Availability],
    now: datetime,
    zone: ZoneInfo,
    limit: int,
) -> list[Found]:
    def read(some: Collection[int]) -> Mapping[int, Sequence[Booked]]:
        asked = {one: known[one] for one in some}
        return bookings(session, asked, first=match_query.first, last=match_query.last, zone=zone)

    finder = Earliest(first=match_query.first, last=match_query.last, now=now, zone=zone)
    ids = [one.offer.instructor_id for one in fitting]
    loads, lately = instructor_facts.loads(session, match_query, ids, now)
    times = Times(known, {}, finder, match_query, read)
    return shortlist(
        match_query, fitting, times, loads=loads, lately=lately, zone=zone, limit=limit
    )


def _nearest(
    session: Session, match_query: MatchQuery, now: datetime, zone: ZoneInfo
) -> tuple[Alternative, ...]:
    """What could be changed so that somebody can; three queries."""
    first, last = min(local_date(now, zone), match_query.first), match_query.last + LATER
    offers = reading.offers(session, replace(match_query, first=first), last=last, anywhere=True)
    ids = list({one.instructor_id for one in offers})
    if not ids:
        return ()
    read = schedules(session, ids, first=first, last=last, now=now, zone=zone)
    finder = Earliest(first=first, last=last, now=now, zone=zone)
    return alternatives(match_query, offers, read.known, dict(read.taken), finder, zone, first)


def _matches(session: Session, match_query: MatchQuery, found: list[Found]) -> tuple[Match, ...]:
    if not found:
        return ()
    named = instructor_facts.named(session, [one.candidate.offer.instructor_id for one in found])
    return tuple(
        _match(match_query, one, named[one.candidate.offer.instructor_id]) for one in found
    )


def _match(match_query: MatchQuery, found: Found, person: instructor_facts.Person) -> Match:
    name, title, workplace, read = person
    offer = found.candidate.offer
    return Match(
        instructor_id=offer.instructor_id,
        name=name,
        title=title,
        workplace=workplace,
        topic_id=offer.topic_id,
        topic_title=offer.title,
        minutes=offer.minutes,
        online=found.candidate.online,
        region_code=match_query.place_of(offer.home),
        reasons=telling(found.reasons, match_query.words, (name, title, workplace), read),
        times=found.times,
    )
