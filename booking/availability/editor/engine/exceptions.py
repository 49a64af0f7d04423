"""Exceptions that become one: two rectangles of days and hours. Pure."""

from __future__ import annotations

from dataclasses import replace

from booking.availability.engine.hours import Override, OverrideKind


def merged(one: Override, other: Override) -> Override | None:
    """One exception that opens or closes what both do; None if no single one does.

    Of extra hours, those on the same days that overlap or touch become one, and so do equal hours
    on days that overlap. Closed days are often listed for different reasons, so one is only left
    out if it lies within another.
    """
    if one.kind is not other.kind:
        return None
    for outer, inner in ((one, other), (other, one)):
        if _contains(outer, inner):
            return outer
    if one.kind is OverrideKind.CLOSED:
        return None
    if (one.first, one.last) == (other.first, other.last) and _touch(one, other):
        return replace(one, start=min(one.start, other.start), end=max(one.end, other.end))
    if (one.start, one.end) == (other.start, other.end) and _share_days(one, other):
        return replace(one, first=min(one.first, other.first), last=max(one.last, other.last))
    return None


def overlap(one: Override, other: Override) -> bool:
    """Whether both speak of the same hour of the same day."""
    return _share_days(one, other) and max(one.start, other.start) < min(one.end, other.end)


def _contains(outer: Override, inner: Override) -> bool:
    days = outer.first <= inner.first and inner.last <= outer.last
    return days and outer.start <= inner.start and inner.end <= outer.end


def _share_days(one: Override, other: Override) -> bool:
    return max(one.first, other.first) <= min(one.last, other.last)


def _touch(one: Override, other: Override) -> bool:
    return max(one.start, other.start) <= min(one.end, other.end)
