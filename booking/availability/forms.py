"""The forms of the availability editor. They end in plain values."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from booking.availability.hours import OverrideKind
from booking.availability.typed_hours import Block, read_blocks

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class WeekForm(FlaskForm):  # type: ignore[misc]
    """Seven lines of hours, one for each weekday."""

    day0 = StringField(WEEKDAYS[0], validators=[Length(max=200)])
    day1 = StringField(WEEKDAYS[1], validators=[Length(max=200)])
    day2 = StringField(WEEKDAYS[2], validators=[Length(max=200)])
    day3 = StringField(WEEKDAYS[3], validators=[Length(max=200)])
    day4 = StringField(WEEKDAYS[4], validators=[Length(max=200)])
    day5 = StringField(WEEKDAYS[5], validators=[Length(max=200)])
    day6 = StringField(WEEKDAYS[6], validators=[Length(max=200)])

    def days(self) -> list[StringField]:
        """The seven fields, Monday first."""
        return [self[f"day{weekday}"] for weekday in range(7)]

    def week(self) -> dict[int, list[Block]]:
        """Weekday to blocks; raises an `Invalid` that names the field."""
        return {
            weekday: read_blocks(field.data or "", field.name)
            for weekday, field in enumerate(self.days())
        }


class OverrideForm(FlaskForm):  # type: ignore[misc]
    """A day, or a span of days, unlike the week."""

    kind = RadioField(
        _("On these days I am"),
        choices=[
            SelectChoice(OverrideKind.CLOSED.value, _("not available")),
            SelectChoice(OverrideKind.EXTRA.value, _("available in addition")),
        ],
        default=OverrideKind.CLOSED.value,
    )
    first = DateField(_("First day"), validators=[InputRequired(_("Choose a day."))])
    last = DateField(_("Last day (empty: the same day)"), validators=[Optional()])
    hours = StringField(
        _("Only at these hours (empty: the whole day)"), validators=[Length(max=100)]
    )
    note = StringField(_("Note, only for you"), validators=[Length(max=120)])

    def last_day(self) -> date:
        """The last day, which is the first where none was named."""
        last: date = self.last.data or self.first.data
        return last

    def blocks(self) -> list[Block]:
        """The parts of the day; the whole day where none was typed."""
        return read_blocks(self.hours.data or "", "hours") or [(0, 1440)]


class RulesForm(FlaskForm):  # type: ignore[misc]
    """How bookings are taken."""

    notice_days = IntegerField(
        _("Working days of notice"),
        validators=[NumberRange(0, 60, message=_("Choose from 0 to 60 working days."))],
    )
    horizon_days = IntegerField(
        _("Days ahead that can be booked"),
        validators=[NumberRange(1, 365, message=_("Choose from 1 to 365 days."))],
    )
    buffer_minutes = IntegerField(
        _("Free minutes before and after a lecture"),
        validators=[NumberRange(0, 240, message=_("Choose from 0 to 240 minutes."))],
    )
    step_minutes = SelectField(
        _("A lecture may begin every"),
        coerce=int,
        choices=[
            SelectChoice(step, _("%(minutes)s minutes", minutes=step)) for step in (15, 30, 60)
        ],
    )
