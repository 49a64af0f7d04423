"""Reads a REPLY or COUNTER from the calendar part of a mail (RFC 5546, 3.2.3 and 3.2.7). Pure.

Shapes differ: Outlook names zones by Windows names and writes COUNTER with PARTSTAT=TENTATIVE,
Google leaves out what it does not need, Apple sends no VTIMEZONE. Only what a decision
needs is read.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from icalendar import Calendar, Event

from booking.replies.engine.contents import CalendarReply, Malformed, Method, Participation
from booking.replies.engine.headers import address
from booking.text import plain

MOST_CALENDAR_BYTES = 128 * 1024
LONGEST_UID = 255
LONGEST_COMMENT = 1000
LARGEST_SEQUENCE = 2**31 - 1


def read_reply(text: str, sender: str) -> CalendarReply | None:
    """The reply in a calendar; None if its method is another. Raises `Malformed`.

    Of a COUNTER that lists several attendees the one who sent the mail is meant.
    """
    calendar = _calendar(text)
    try:
        method = Method(str(calendar.get("METHOD", "")).strip().upper())
    except ValueError:
        return None
    events = [one for one in calendar.subcomponents if isinstance(one, Event)]
    if len(events) != 1 or "RECURRENCE-ID" in events[0]:
        raise Malformed("not exactly one event")
    return _reply(method, events[0], sender)


def _calendar(text: str) -> Calendar:
    if len(text) > MOST_CALENDAR_BYTES:
        raise Malformed("the calendar is too large")
    try:
        found = Calendar.from_ical(text)
    except Exception as error:  # The library raises several unrelated types.
        raise Malformed("not a calendar") from error
    if not isinstance(found, Calendar):
        raise Malformed("not a calendar")
    return found


def _reply(method: Method, event: Event, sender: str) -> CalendarReply:
    uid = str(event.get("UID", "")).strip()
    attendee = _attendee(event, sender)
    if not 0 < len(uid) <= LONGEST_UID:
        raise Malformed("no UID")
    return CalendarReply(
        method=method,
        uid=uid,
        sequence=_sequence(event),
        stamped_at=_stamp(event),
        attendee=address(str(attendee)),
        answer=_answer(attendee),
        starts=_instant(event, "DTSTART"),
        ends=_instant(event, "DTEND"),
        comment=_comment(event),
    )


def _attendee(event: Event, sender: str) -> Any:
    found = event.get("ATTENDEE")
    several = found if isinstance(found, list) else [found]
    own = [one for one in several if one is not None and address(str(one)) == sender]
    if len(several) == 1 and several[0] is not None:
        return several[0]
    if len(own) != 1:
        raise Malformed("not exactly one attendee")
    return own[0]


def _answer(attendee: Any) -> Participation:
    given = str(attendee.params.get("PARTSTAT", "")).lower()
    return Participation(given) if given in set(Participation) else Participation.OTHER


def _sequence(event: Event) -> int:
    """SEQUENCE; 0 where there is none (RFC 5545, 3.8.7.4)."""
    try:
        number = int(event.get("SEQUENCE", 0))
    except (TypeError, ValueError) as error:
        raise Malformed("SEQUENCE is no number") from error
    if not 0 <= number <= LARGEST_SEQUENCE:
        raise Malformed("SEQUENCE is out of range")
    return number


def _stamp(event: Event) -> datetime:
    stamp = _decoded(event, "DTSTAMP")
    if not isinstance(stamp, datetime) or stamp.utcoffset() is None:
        raise Malformed("no DTSTAMP in UTC")
    return stamp


def _instant(event: Event, name: str) -> str:
    value = _decoded(event, name)
    return value.isoformat() if isinstance(value, datetime) else ""


def _decoded(event: Event, name: str) -> date | datetime | None:
    found = event.get(name)
    value = getattr(found, "dt", None)
    return value if isinstance(value, date) else None


def _comment(event: Event) -> str:
    found = event.get("COMMENT")
    first = found[0] if isinstance(found, list) and found else found
    return "" if first is None else plain(str(first)).strip()[:LONGEST_COMMENT]
