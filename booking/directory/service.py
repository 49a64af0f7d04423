"""Who can teach this, here, then? Reads only; a page, the JSON and orders ask here."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.availability.earliest import Earliest
from booking.directory import candidates as reading
from booking.directory.matching import Answer, Candidate, Match, Need
from booking.directory.shortlist import Found, Times, candidates, shortlist
from booking.lectures.queries import diaries


def find(session: Session, need: Need, *, now: datetime, zone: ZoneInfo, limit: int = 20) -> Answer:
    """The instructors who can, in the order that `matching` explains, at most `limit`.

    Every time in the answer is accepted by the booking check at `now`. Six queries for an
    answer, and eight at most where nobody can and what is nearest is looked for, whatever the
    number of instructors.
    """
    fitting = candidates(need, reading.offers(session, need, last=need.last))
    found: list[Found] = []
    if fitting:
        times = _times(session, need, fitting, now, zone)
        loads, lately = reading.loads(session, need, now)
        found = shortlist(
            need, fitting.values(), times, loads=loads, lately=lately, zone=zone, limit=limit
        )
    return Answer(need, _matches(session, found), len(fitting))


def _times(
    session: Session, need: Need, fitting: dict[int, Candidate], now: datetime, zone: ZoneInfo
) -> Times:
    read = diaries(session, list(fitting), first=need.first, last=need.last, now=now, zone=zone)
    finder = Earliest(first=need.first, last=need.last, now=now, zone=zone)
    return Times(read.known, read.taken, finder, need)


def _matches(session: Session, found: list[Found]) -> tuple[Match, ...]:
    if not found:
        return ()
    people = reading.people(session, [one.candidate.offer.instructor_id for one in found])
    matches = []
    for one in found:
        offer = one.candidate.offer
        name, title, workplace = people[offer.instructor_id]
        matches.append(
            Match(
                instructor_id=offer.instructor_id,
                name=name,
                title=title,
                workplace=workplace,
                topic_id=offer.topic_id,
                topic_title=offer.title,
                minutes=offer.minutes,
                online=one.candidate.online,
                reasons=one.reasons,
                times=one.times,
            )
        )
    return tuple(matches)
