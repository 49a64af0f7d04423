"""The filter form of the audit log."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from booking.audit import Action, SubjectKind
from booking.availability.engine.zones import day_bounds
from booking.oversight.queries import Wanted
from booking.oversight.words import ACTIONS, KINDS
from booking.web.days import sensible_day
from booking.web.request_safety import Form


class AuditForm(Form):
    """Filters: days (inclusive), an action, a person, a kind of subject, a region; all optional."""

    class Meta:
        """A search changes nothing, so it needs no CSRF token."""

        csrf = False

    first = DateField(_("First day"), validators=[Optional(), sensible_day])
    last = DateField(_("Last day"), validators=[Optional(), sensible_day])
    action = SelectField(
        _("Action"),
        default="",
        choices=[
            SelectChoice("", _("All actions")),
            *(SelectChoice(action.value, label) for action, label in ACTIONS.items()),
        ],
    )
    person = StringField(_("Name or e-mail address"), validators=[Length(max=120)])
    kind = SelectField(
        _("About"),
        default="",
        choices=[
            SelectChoice("", _("Everything")),
            *(SelectChoice(kind.value, label) for kind, label in KINDS.items()),
        ],
    )
    region = StringField(_("District"), validators=[Length(max=12)])

    def validate_region(self, field: StringField) -> None:
        """Check that it is a code; one that no entry has finds nothing."""
        code = field.data or ""
        if code and not (code.isascii() and code.isdecimal() and len(code) >= 6):
            raise ValidationError(_("There is no such district. Choose one from the list."))

    def validate_last(self, field: DateField) -> None:
        """Check that the last day is not before the first."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("The last day is before the first."))

    def wanted(self, zone: ZoneInfo) -> Wanted:
        """The filter as plain values."""
        first, last = self.first.data, self.last.data
        return Wanted(
            start=day_bounds(first, zone)[0] if first else None,
            end=day_bounds(last, zone)[1] if last else None,
            action=Action(self.action.data) if self.action.data else None,
            person=(self.person.data or "").strip(),
            kind=SubjectKind(self.kind.data) if self.kind.data else None,
            region_code=self.region.data or None,
        )

    def typed(self) -> dict[str, Any]:
        """The filled-in fields by name, for the URLs of further pages and for the log."""
        return {
            name: value
            for name, value in (
                ("first", self.first.data and self.first.data.isoformat()),
                ("last", self.last.data and self.last.data.isoformat()),
                ("action", self.action.data),
                ("person", (self.person.data or "").strip()),
                ("kind", self.kind.data),
                ("region", self.region.data),
            )
            if value
        }
