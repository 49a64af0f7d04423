"""The form for the half-days of a region; it returns a plain value."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.validators import Length

from booking.availability.engine.day_parts import HalfDay, SlotTemplate
from booking.availability.engine.errors import PartsOutOfOrder
from booking.availability.engine.hours_text import Block, read_blocks, write_blocks
from booking.availability.words import HALF_DAYS
from booking.web.request_safety import Form


class HalfDaysForm(Form):
    """The hours of morning, afternoon and evening in a region."""

    region = SelectField(_("Region"))
    morning = StringField(HALF_DAYS[HalfDay.MORNING], validators=[Length(max=40)])
    afternoon = StringField(HALF_DAYS[HalfDay.AFTERNOON], validators=[Length(max=40)])
    evening = StringField(HALF_DAYS[HalfDay.EVENING], validators=[Length(max=40)])

    def show(self, template: SlotTemplate) -> None:
        """Set the fields from a template."""
        for part in HalfDay:
            self[part.value].data = write_blocks([template.hours(part)])

    def template(self) -> SlotTemplate:
        """The submitted template; raises an `Invalid` that names the field."""
        hours = {part: self._single_block(part.value) for part in HalfDay}
        previous_end = 0
        for part, (start, end) in hours.items():
            if start < previous_end:
                raise PartsOutOfOrder(part.value)
            previous_end = end
        return SlotTemplate(*hours.values())

    def _single_block(self, name: str) -> Block:
        blocks = read_blocks(self[name].data or "", name)
        if len(blocks) != 1:
            raise PartsOutOfOrder(name)
        return blocks[0]
