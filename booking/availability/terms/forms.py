"""The forms of terms, suspensions, the days of a topic, and half-days. They end in plain values."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from booking.availability.editor.week_forms import sensible_day
from booking.availability.engine.day_parts import HalfDay, SlotTemplate
from booking.availability.engine.hours_text import Block, read_blocks, write_blocks
from booking.availability.errors import PartsOutOfOrder
from booking.availability.words import HALF_DAYS
from booking.web.request_safety import Form

A_DAY = _("Choose a day.")


class TermForm(Form):
    """A term of appointment, both days inclusive."""

    first = DateField(_("First day"), validators=[InputRequired(A_DAY), sensible_day])
    last = DateField(_("Last day"), validators=[InputRequired(A_DAY), sensible_day])
    certificate = StringField(_("Number of the certificate"), validators=[Length(max=60)])


class SuspensionForm(Form):
    """Days without any lecture, both inclusive."""

    first = DateField(_("First day"), validators=[InputRequired(A_DAY), sensible_day])
    last = DateField(
        _("Last day (empty: until further notice)"), validators=[Optional(), sensible_day]
    )
    reason = StringField(_("Reason"), validators=[Length(max=200)])


class LastDayForm(Form):
    """The day on which something that was open ends, inclusive."""

    last = DateField(_("Last day"), validators=[InputRequired(A_DAY), sensible_day])


class TopicDaysForm(Form):
    """From when to when a topic is offered, both days inclusive."""

    first = DateField(_("From (empty: no limit)"), validators=[Optional(), sensible_day])
    last = DateField(_("To, the last day (empty: no limit)"), validators=[Optional(), sensible_day])


class HalfDaysForm(Form):
    """When morning, afternoon and evening are in a region."""

    region = SelectField(_("Region"))
    morning = StringField(HALF_DAYS[HalfDay.MORNING], validators=[Length(max=40)])
    afternoon = StringField(HALF_DAYS[HalfDay.AFTERNOON], validators=[Length(max=40)])
    evening = StringField(HALF_DAYS[HalfDay.EVENING], validators=[Length(max=40)])

    def show(self, template: SlotTemplate) -> None:
        """Write a template into the fields."""
        for part in HalfDay:
            self[part.value].data = write_blocks([template.hours(part)])

    def template(self) -> SlotTemplate:
        """The template as it was typed; raises an `Invalid` that names the field."""
        hours = {part: self._one(part.value) for part in HalfDay}
        earlier = 0
        for part, (start, end) in hours.items():
            if start < earlier:
                raise PartsOutOfOrder(part.value)
            earlier = end
        return SlotTemplate(*hours.values())

    def _one(self, name: str) -> Block:
        blocks = read_blocks(self[name].data or "", name)
        if len(blocks) != 1:
            raise PartsOutOfOrder(name)
        return blocks[0]
