"""Labels of the availability pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.availability.engine.day_parts import HalfDay
from booking.availability.engine.offers import WhyNot
from booking.availability.engine.rules import Part
from booking.errors import Text

PARTS: dict[Part, Text] = {
    Part.WEEK: _("the everyday week"),
    Part.TIMETABLES: _("the timetables"),
    Part.OVERRIDES: _("the exceptions"),
    Part.RULES: _("the booking rules"),
}

HALF_DAYS: dict[HalfDay, Text] = {
    HalfDay.MORNING: _("Morning"),
    HalfDay.AFTERNOON: _("Afternoon"),
    HalfDay.EVENING: _("Evening"),
}

CLOSED = _("closed")
TOO_SHORT = _("too short for the lecture")
BOOKED = _("booked")
FULL = _("the limit is reached")
TOO_SOON = _("too soon to book")

WHY_CLOSED: dict[WhyNot, Text] = {
    WhyNot.PAST: TOO_SOON,
    WhyNot.NOTICE: TOO_SOON,
    WhyNot.HORIZON: _("not open yet"),
    WhyNot.LENGTH: TOO_SHORT,
    WhyNot.TAKEN: BOOKED,
    WhyNot.BUFFER: BOOKED,
    WhyNot.TRAVEL: BOOKED,
    WhyNot.HOLIDAY: _("day off"),
    WhyNot.CLOSED_DAY: CLOSED,
    WhyNot.OUTSIDE_HOURS: CLOSED,
    WhyNot.OFF_GRID: TOO_SHORT,
    WhyNot.EXTERNAL_BUSY: _("busy in another calendar"),
    WhyNot.EXTERNAL_UNKNOWN: _("unknown in another calendar"),
    WhyNot.OUTSIDE_TERM: _("outside the term"),
    WhyNot.SUSPENDED: _("suspended"),
    WhyNot.TOPIC_NOT_VALID: _("topic not offered"),
    WhyNot.DAY_FULL: FULL,
    WhyNot.WEEK_FULL: FULL,
    WhyNot.MONTH_FULL: FULL,
    WhyNot.YEAR_FULL: FULL,
    WhyNot.BRANCH_QUARTER_FULL: FULL,
}
"""Two or three words for a closed day of the preview."""
