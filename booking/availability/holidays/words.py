"""What the page of days off calls kinds and sources of days."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.availability.engine.hours import DayKind
from booking.availability.holidays.sources import BY_HAND, ESTIMATE, LIBRARY
from booking.errors import Text

DAY_KINDS: dict[DayKind, Text] = {
    DayKind.OFF: _("Day off"),
    DayKind.WORK: _("Make-up workday"),
}

SOURCES: dict[str, Text] = {
    LIBRARY: _("State Council's schedule (library chinesecalendar)"),
    ESTIMATE: _("estimated by law (library holidays)"),
    BY_HAND: _("changed by hand"),
}
"""Other sources are names of files, and shown as they are."""
