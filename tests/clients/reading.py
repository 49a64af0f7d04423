"""What a parser read of a calendar, field by field, and how it differs from what was written.

A `Reading` maps the UID of each event to its fields. Instants are Unix times in whole seconds;
all other values are texts, except SEQUENCE; None stands for what the calendar does not have.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from booking.calendars.engine.ical import EventFacts, clean_text

Fields = Mapping[str, str | int | None]
Reading = dict[str, Fields]

FIELDS = (
    "start end stamp modified created summary location description url status transp sequence "
    "method organizer organizer_name attendee attendee_name partstat rsvp role cutype"
).split()
"""The fields in the order in which differences are told."""

TEXTS = ("summary", "location", "description")


def reading_of(events: Iterable[Mapping[str, Any]]) -> Reading:
    """The reading of a judge's list of events; raises ValueError if two have one UID."""
    found: Reading = {}
    for event in events:
        fields = dict(event)
        uid = str(fields.pop("uid"))
        if uid in found:
            raise ValueError(f"two events {uid}")
        found[uid] = {name: value if value != "" else None for name, value in fields.items()}
    return found


def written(facts: EventFacts, people: Fields | None = None) -> Fields:
    """The fields that a parser must read; `people` are those of an invitation."""
    cancelled = facts.status == "CANCELLED"
    fields: dict[str, str | int | None] = dict.fromkeys(FIELDS)
    fields |= {
        "start": int(facts.starts_at.timestamp()),
        "end": int(facts.ends_at.timestamp()),
        "stamp": int(facts.revised_at.timestamp()),
        "modified": int(facts.revised_at.timestamp()),
        "created": int(facts.created_at.timestamp()),
        "summary": (facts.cancelled_prefix if cancelled else "") + facts.summary,
        "location": facts.location,
        "description": facts.description,
        "url": facts.url,
        "status": facts.status,
        "transp": "TRANSPARENT" if cancelled else "OPAQUE",
        "sequence": facts.sequence,
        **(people or {}),
    }
    for name in TEXTS:
        cleaned = clean_text(str(fields[name]))
        fields[name] = cleaned if cleaned.strip() else None
    return fields


def differences(
    expected: Reading, seen: Reading, defect: re.Pattern[str] | None = None
) -> list[str]:
    """The differences, one line for each event and field; only fields that the reader shows.

    Texts in which `defect` is found are left out: the reader is known to read them wrongly.
    """
    lines = [f"{uid}: not read" for uid in expected if uid not in seen]
    lines += [f"{uid}: never written" for uid in seen if uid not in expected]
    for uid, fields in seen.items():
        wrote = expected.get(uid, fields)
        lines += [
            f"{uid}: {name}: wrote {wrote[name]!r}, read {fields[name]!r}"
            for name in FIELDS
            if name in fields and fields[name] != wrote[name] and not _known(defect, wrote[name])
        ]
    return lines


def _known(defect: re.Pattern[str] | None, text: str | int | None) -> bool:
    return defect is not None and isinstance(text, str) and defect.search(text) is not None
