"""The filter form of the record of contacts that were shown."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField
from wtforms.validators import Length, Optional, ValidationError

from booking.availability.engine.zones import day_bounds
from booking.oversight.reveals.queries import RevealFilter
from booking.web.days import sensible_day
from booking.web.request_safety import Form


class RevealFilterForm(Form):
    """Days (inclusive), who saw a contact, whose it was; all optional."""

    class Meta:
        """A search changes nothing, so it needs no CSRF token."""

        csrf = False

    first = DateField(_("First day"), validators=[Optional(), sensible_day])
    last = DateField(_("Last day"), validators=[Optional(), sensible_day])
    reader = StringField(_("Who was shown it"), validators=[Length(max=120)])
    person = StringField(_("Whose contact"), validators=[Length(max=60)])

    def validate_last(self, field: DateField) -> None:
        """Check that the last day is not before the first."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("The last day is before the first."))

    def wanted(self, zone: ZoneInfo) -> RevealFilter:
        """The filter as plain values."""
        first, last = self.first.data, self.last.data
        return RevealFilter(
            start=day_bounds(first, zone)[0] if first else None,
            end=day_bounds(last, zone)[1] if last else None,
            reader=(self.reader.data or "").strip(),
            person=(self.person.data or "").strip(),
        )

    def typed(self) -> dict[str, Any]:
        """The filled-in fields by name, for the URLs of further pages and for the log."""
        values = (
            ("first", self.first.data and self.first.data.isoformat()),
            ("last", self.last.data and self.last.data.isoformat()),
            ("reader", (self.reader.data or "").strip()),
            ("person", (self.person.data or "").strip()),
        )
        return {name: value for name, value in values if value}
