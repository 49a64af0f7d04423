"""Busy time as one VFREEBUSY (RFC 5545, 3.6.4 and 3.8.2.6). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from icalendar import FreeBusy, vPeriod

Span = tuple[datetime, datetime]
"""`[start, end)`, aware."""


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in the fewest spans, in order: those that overlap or touch become one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def free_busy(
    *, uid: str, revised_at: datetime, of: Span, busy: Sequence[Span], tentative: Sequence[Span]
) -> str:
    """The CRLF text of one VFREEBUSY about the time `of`, in UTC.

    Requested lectures are `tentative`. Deterministic. Raises ValueError for naive instants.
    """
    if any(instant.utcoffset() is None for span in (of, *busy, *tentative) for instant in span):
        raise ValueError("naive instant")
    component = FreeBusy()
    component.add("UID", uid)
    component.add("DTSTAMP", revised_at.astimezone(UTC))
    component.add("DTSTART", of[0].astimezone(UTC))
    component.add("DTEND", of[1].astimezone(UTC))
    for kind, spans in (("BUSY", busy), ("BUSY-TENTATIVE", tentative)):
        for start, end in joined(spans):
            period = vPeriod((start.astimezone(UTC), end.astimezone(UTC)))
            # PERIOD is the default type.
            period.params.pop("VALUE", None)
            component.add("FREEBUSY", period, {"FBTYPE": kind})
    return str(component.to_ical(sorted=False).decode())
