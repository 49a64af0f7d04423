"""How one instructor takes bookings, in one value, and the parts of a schedule. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from booking.availability.engine.hours import HolidayPolicy
from booking.availability.engine.limits import NO_CAPS, Caps
from booking.availability.engine.offers import DEFAULT_RULES, BookingRules

DEFAULT_HOLIDAYS = HolidayPolicy()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Steps and notice, holidays, caps."""

    booking: BookingRules = DEFAULT_RULES
    holidays: HolidayPolicy = DEFAULT_HOLIDAYS
    caps: Caps = NO_CAPS


DEFAULT_RULE_SET = RuleSet()


class Part(enum.StrEnum):
    """A part of somebody's schedule that is changed by itself."""

    WEEK = "week"
    TIMETABLES = "timetables"
    OVERRIDES = "overrides"
    RULES = "rules"
