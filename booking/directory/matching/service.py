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
from booking.directory.engine.matching import Alternative, Answer, Candidate, Match, Need
from booking.directory.engine.nearby import LATER, alternatives
from booking.directory.engine.reason_labels import telling
from booking.directory.engine.shortlist import Found, Times, candidates, shortlist
from booking.directory.matching import candidates as reading
from booking.directory.matching import instructor_facts
from booking.lectures.queries import bookings, diaries, hours


def find(session: Session, need: Need, *, now: datetime, zone: ZoneInfo, limit: int = 20) -> Answer:
    """The instructors who can, in the order that `matching` explains, at most `limit`.

    Every time in the answer is accepted by the booking check at `now`. Six queries at most for
    an answer, and eight where nobody can and what is nearest is looked for, whatever the
    number of instructors.
    """
    fitting = candidates(need, reading.offers(session, need, last=need.last))
    known = (
        hours(session, fitting, first=need.first, last=need.last, now=now, zone=zone)
        if fitting
        else {}
    )
    appointed = [one for one in fitting.values() if _is_appointed(need, known, one)]
    found = _found(session, need, appointed, known, now, zone, limit) if appointed else []
    nearest = () if found else _nearest(session, need, now, zone)
    matches = _matches(session, need, found)
    return Answer(need, matches, len(appointed), nearest, len(found) == limit < len(appointed))


def _is_appointed(need: Need, known: Mapping[int, Availability], one: Candidate) -> bool:
    return known[one.offer.instructor_id].limits.appointed(need.first, need.last)


def _found(
    session: Session,
    need: Need,
    fitting: Sequence[Candidate],
    known: Mapping[int, Availability],
    now: datetime,
    zone: ZoneInfo,
    limit: int,
) -> list[Found]:
    def read(some: Collection[int]) -> Mapping[int, Sequence[Booked]]:
        asked = {one: known[one] for one in some}
        return bookings(session, asked, first=need.first, last=need.last, zone=zone)

    finder = Earliest(first=need.first, last=need.last, now=now, zone=zone)
    ids = [one.offer.instructor_id for one in fitting]
    loads, lately = instructor_facts.loads(session, need, ids, now)
    times = Times(known, {}, finder, need, read)
    return shortlist(need, fitting, times, loads=loads, lately=lately, zone=zone, limit=limit)


def _nearest(
    session: Session, need: Need, now: datetime, zone: ZoneInfo
) -> tuple[Alternative, ...]:
    """What could be changed so that somebody can; three queries."""
    first, last = min(local_date(now, zone), need.first), need.last + LATER
    offers = reading.offers(session, replace(need, first=first), last=last, anywhere=True)
    ids = list({one.instructor_id for one in offers})
    if not ids:
        return ()
    read = diaries(session, ids, first=first, last=last, now=now, zone=zone)
    finder = Earliest(first=first, last=last, now=now, zone=zone)
    return alternatives(need, offers, read.known, dict(read.taken), finder, zone, first)


def _matches(session: Session, need: Need, found: list[Found]) -> tuple[Match, ...]:
    if not found:
        return ()
    named = instructor_facts.named(session, [one.candidate.offer.instructor_id for one in found])
    return tuple(_match(need, one, named[one.candidate.offer.instructor_id]) for one in found)


def _match(need: Need, found: Found, person: instructor_facts.Person) -> Match:
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
        region_code=need.place_of(offer.home),
        reasons=telling(found.reasons, need.words, (name, title, workplace), read),
        times=found.times,
    )
