"""The booking rules of one instructor as one value, and the parts of a schedule. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from booking.availability.engine.hours import HolidayPolicy
from booking.availability.engine.limits import NO_CAPS, Caps
from booking.availability.engine.offers import DEFAULT_RULES, BookingRules

DEFAULT_HOLIDAYS = HolidayPolicy()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Booking rules, holiday policy and caps."""

    booking: BookingRules = DEFAULT_RULES
    holidays: HolidayPolicy = DEFAULT_HOLIDAYS
    caps: Caps = NO_CAPS


DEFAULT_RULE_SET = RuleSet()


class Part(enum.StrEnum):
    """A part of a schedule that is edited, recorded and undone separately."""

    WEEK = "week"
    TIMETABLES = "timetables"
    OVERRIDES = "overrides"
    RULES = "rules"
