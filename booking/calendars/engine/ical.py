"""iCalendar text of lectures: one VEVENT each, and their concatenation to a VCALENDAR (RFC 5545).

The VEVENT of a lecture is rendered when it changes, and stored; a feed is the concatenation of
stored texts, about a hundred times faster than rendering it. ``icalendar`` serialises the events,
but never through its ``new()`` constructors: they add random UIDs and the current time, so that
no two responses would be equal.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from booking.calendars.engine.timezones import FIRST_YEAR, LAST_YEAR, vtimezone, writable_zone
from booking.text import without_controls

PRODID = "-//Yueke//Lectures//ZH"
CANCELLED_PREFIX = "【已取消】"
REFRESH = timedelta(hours=1)

Status = Literal["CONFIRMED", "CANCELLED", "TENTATIVE"]
Method = Literal["REQUEST", "CANCEL"]
ExtraProperty = tuple[str, str | vCalAddress]
"""Name and value of a further property of an event; a ``str`` is written as TEXT."""

_LINE_BREAKS = re.compile("\r\n|[\u0085\u2028\u2029]")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_ADDRESS = re.compile(r"[^\s@<>\",;:\\]+@[^\s@<>\",;:\\]+")


@dataclass(frozen=True, slots=True)
class EventFacts:
    """The published data of one lecture. It contains no contact value.

    ``uid`` is permanent and opaque, the same in feed, mail and download. ``sequence`` grows
    with each change of state but delivery (calendar rule 5). ``revised_at`` becomes DTSTAMP and
    LAST-MODIFIED. The lecture is ``[starts_at, ends_at)``. All instants are aware; ``zone``
    is the IANA key of the zone in which the lecture takes place. Empty texts are omitted.

    Raises ValueError for a naive instant and for a lecture that does not end after its start.
    """

    uid: str
    sequence: int
    revised_at: datetime
    created_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    location: str
    description: str
    url: str
    status: Status
    cancelled_prefix: str = CANCELLED_PREFIX
    """Before the title of a cancelled lecture, in the language of the other texts."""

    def __post_init__(self) -> None:
        """Reject naive instants (floating times) and an end that is not after the start."""
        instants = (self.revised_at, self.created_at, self.starts_at, self.ends_at)
        if any(instant.utcoffset() is None for instant in instants):
            raise ValueError("naive instant")
        if self.ends_at <= self.starts_at:
            raise ValueError("ends before it starts")


class _Text(vText):
    r"""TEXT value (RFC 5545, section 3.3.11), escaped exactly.

    ``vText`` treats a backslash before a capital N, as in ``C:\New``, as a line break.
    """

    def to_ical(self) -> bytes:
        return self.translate(_ESCAPES).encode()


def clean_text(text: str) -> str:
    """Return text without characters that iCalendar TEXT cannot represent.

    Every kind of line break becomes ``\\n``; control characters other than tab and unpaired
    surrogates are removed. Idempotent.
    """
    return without_controls(_LINE_BREAKS.sub("\n", text))


def written_zone(facts: EventFacts) -> str | None:
    """Return the TZID in which the event is written, None if it is written in UTC.

    UTC is used for zones without a VTIMEZONE, for times outside the years that the
    VTIMEZONE covers, and for ambiguous local times when clocks go back: RFC 5545,
    section 3.3.5, cannot express the second occurrence.
    """
    if not writable_zone(facts.zone):
        return None
    zone = ZoneInfo(facts.zone)
    for instant in (facts.starts_at, facts.ends_at):
        local = instant.astimezone(zone)
        if not FIRST_YEAR <= local.year <= LAST_YEAR:
            return None
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            return None
    return facts.zone


def render_event(facts: EventFacts, extra: Sequence[ExtraProperty] = ()) -> str:
    """Return the folded CRLF text of one VEVENT, from BEGIN to END with its line break.

    Deterministic: the same facts give the same text. A cancelled lecture stays visible: prefixed
    title, ``STATUS:CANCELLED``, and ``TRANSP:TRANSPARENT``, so that it no longer blocks time
    (RFC 5545, section 3.8.2.7).
    """
    cancelled = facts.status == "CANCELLED"
    zone = written_zone(facts)
    tzinfo = UTC if zone is None else ZoneInfo(zone)
    event = Event()
    event.add("UID", _without_spaces(facts.uid))
    event.add("SEQUENCE", facts.sequence)
    event.add("DTSTAMP", facts.revised_at.astimezone(UTC))
    event.add("LAST-MODIFIED", facts.revised_at.astimezone(UTC))
    event.add("CREATED", facts.created_at.astimezone(UTC))
    event.add("DTSTART", facts.starts_at.astimezone(tzinfo))
    event.add("DTEND", facts.ends_at.astimezone(tzinfo))
    event.add("STATUS", facts.status)
    event.add("TRANSP", "TRANSPARENT" if cancelled else "OPAQUE")
    _add_text(event, "SUMMARY", (facts.cancelled_prefix if cancelled else "") + facts.summary)
    _add_text(event, "LOCATION", facts.location)
    _add_text(event, "DESCRIPTION", facts.description)
    if url := _without_spaces(facts.url):
        event.add("URL", url)
    for name, value in extra:
        if isinstance(value, vCalAddress):
            event.add(name, value)
        else:
            _add_text(event, name, value)
    return _serialised(event)


def join_calendar(
    *,
    name: str,
    zone: str,
    zones: Collection[str],
    events: Sequence[str],
    method: Method | None = None,
) -> bytes:
    """Return a VCALENDAR of stored event texts: UTF-8, CRLF, no byte order mark.

    ``zone`` is the IANA key of the calendar's display zone, ``zones`` are those that the events
    refer to (``written_zone``); each gets one VTIMEZONE, in alphabetical order. The events keep
    their order. A feed has no ``method``; an invitation (RFC 5546) has one, and then neither
    name nor refresh interval. Deterministic: the same arguments give the same bytes.
    """
    header = _feed_header(name, zone) if method is None else _message_header(method)
    definitions = (vtimezone(key) for key in sorted(set(zones)))
    closing = "END:VCALENDAR\r\n"
    parts = [
        _serialised(header).removesuffix(closing),
        *(definition for definition in definitions if definition is not None),
        *events,
        closing,
    ]
    return "".join(parts).encode()


def invitation_calendar(
    facts: EventFacts,
    *,
    method: Method,
    organizer_email: str,
    organizer_name: str,
    attendee_email: str,
    attendee_name: str,
    accepted: bool = False,
    asks: bool = True,
) -> bytes:
    """Return the VCALENDAR of an invitation or its cancellation for one attendee (RFC 5546).

    CANCEL gives ``STATUS:CANCELLED`` whatever ``facts.status`` is. ``sequence`` and ``revised_at``
    are those of the lecture's last change; a cancellation has later ones than the invitation.
    ``accepted`` is for an attendee who has agreed already; neither that one nor who is told of a
    cancellation is asked for an answer (RFC 5546, 3.2.2 and 3.2.5), nor is anybody unless ``asks``.
    Raises ValueError for an invalid mail address.
    """
    if method == "CANCEL":
        facts = replace(facts, status="CANCELLED")
    organizer = _person(organizer_email, organizer_name, {})
    attendee = _person(
        attendee_email,
        attendee_name,
        {
            "CUTYPE": "INDIVIDUAL",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": "ACCEPTED" if accepted else "NEEDS-ACTION",
            "RSVP": "TRUE" if asks and not accepted and method != "CANCEL" else "FALSE",
        },
    )
    event = render_event(facts, [("ORGANIZER", organizer), ("ATTENDEE", attendee)])
    zone = written_zone(facts)
    zones = () if zone is None else (zone,)
    return join_calendar(name="", zone=facts.zone, zones=zones, events=[event], method=method)


def _feed_header(name: str, zone: str) -> Calendar:
    """Return the calendar properties of a feed; ``VALUE=DURATION`` is mandatory (RFC 7986, 5.7)."""
    calendar = _bare_calendar()
    _add_text(calendar, "NAME", name)
    _add_text(calendar, "X-WR-CALNAME", name)
    _add_text(calendar, "X-WR-TIMEZONE", zone)
    calendar.add("REFRESH-INTERVAL", REFRESH, {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    return calendar


def _message_header(method: Method) -> Calendar:
    calendar = _bare_calendar()
    calendar.add("METHOD", method)
    return calendar


def _bare_calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODID)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    return calendar


def _person(email: str, name: str, parameters: dict[str, str]) -> vCalAddress:
    """Return a calendar user; CN without characters that would need escaping (RFC 6868).

    A semicolon becomes a full-width one: node-ical ends the name there, although it is quoted.
    """
    if not _ADDRESS.fullmatch(email) or clean_text(email) != email:
        raise ValueError("not an e-mail address")
    address = vCalAddress(f"mailto:{email}")
    common_name = " ".join(re.sub(r'["^\\]', "", clean_text(name)).replace(";", "；").split())
    if common_name:
        address.params["CN"] = common_name
    address.params.update(parameters)
    return address


def _add_text(component: Calendar | Event, name: str, text: str) -> None:
    """Add a TEXT property; none if the text is blank."""
    cleaned = clean_text(text)
    if cleaned.strip():
        component.add(name, _Text(cleaned))


def _without_spaces(text: str) -> str:
    """Return a non-TEXT value (a URL, an identifier) without control characters and spaces."""
    return "".join(clean_text(text).split())


def _serialised(component: Calendar | Event) -> str:
    """Return a component's text, properties in the order in which they were added."""
    return str(component.to_ical(sorted=False).decode())
