"""Labels of calendars on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.lectures.calendar.engine.periods import View

VIEWS: dict[View, Text] = {
    View.MONTH: _("Month"),
    View.WEEK: _("Week"),
    View.LIST: _("List"),
}
