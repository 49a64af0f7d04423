"""The filter form of deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from booking.availability.engine.zones import day_bounds
from booking.errors import Text
from booking.notifications.deliveries.queries import DeliveryFilter
from booking.notifications.deliveries.words import CHANNELS, KINDS, STATES
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.engine.results import DeliveryState
from booking.web.days import sensible_day
from booking.web.request_safety import Form

LONGEST_NUMBER, LONGEST_RECIPIENT = 20, 60

_ANY = SelectChoice("", _("Any"))


def _choices(words: Mapping[Any, Text]) -> list[SelectChoice]:
    return [_ANY, *(SelectChoice(str(value), name) for value, name in words.items())]


class DeliveryFilterForm(Form):
    """State, lecture, recipient, days (inclusive), channel and kind; all optional."""

    class Meta:
        """A search changes nothing, so it needs no CSRF token."""

        csrf = False

    state = SelectField(_("State"), choices=_choices(STATES), default="")
    lecture = StringField(_("Lecture number"), validators=[Length(max=LONGEST_NUMBER)])
    recipient = StringField(_("Recipient"), validators=[Length(max=LONGEST_RECIPIENT)])
    first = DateField(_("First day"), validators=[Optional(), sensible_day])
    last = DateField(_("Last day"), validators=[Optional(), sensible_day])
    channel = SelectField(_("Channel"), choices=_choices(CHANNELS), default="")
    kind = SelectField(_("What it is about"), choices=_choices(KINDS), default="")

    def validate_last(self, field: DateField) -> None:
        """Check that the last day is not before the first."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("The last day is before the first."))

    def wanted(self, zone: ZoneInfo) -> DeliveryFilter:
        """The filter as plain values."""
        first, last = self.first.data, self.last.data
        return DeliveryFilter(
            state=DeliveryState(self.state.data) if self.state.data else None,
            number=(self.lecture.data or "").strip().upper(),
            recipient=(self.recipient.data or "").strip(),
            channel=self.channel.data or "",
            kind=MessageKind(self.kind.data) if self.kind.data else None,
            start=day_bounds(first, zone)[0] if first else None,
            end=day_bounds(last, zone)[1] if last else None,
        )

    @property
    def narrowed(self) -> bool:
        """Whether a condition of those that are folded away was typed or refused."""
        folded = (self.recipient, self.first, self.last, self.channel, self.kind)
        return any(one.data or one.errors for one in folded)

    def typed(self) -> dict[str, Any]:
        """The filled-in fields by name, for the URLs of further pages."""
        values = (
            ("state", self.state.data),
            ("lecture", (self.lecture.data or "").strip()),
            ("recipient", (self.recipient.data or "").strip()),
            ("first", self.first.data and self.first.data.isoformat()),
            ("last", self.last.data and self.last.data.isoformat()),
            ("channel", self.channel.data),
            ("kind", self.kind.data),
        )
        return {name: value for name, value in values if value}
