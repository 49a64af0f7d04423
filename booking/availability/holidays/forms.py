"""Forms of the calendar of days off: one day, and a file."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from booking.availability.engine.hours import DayKind
from booking.availability.holidays.service import LONGEST_NAME, DayState
from booking.web.days import sensible_day
from booking.web.request_safety import Form

ORDINARY = "ordinary"


class DayForm(Form):
    """What one day is; `confirmed` once the lectures on it were shown."""

    day = DateField(_("Day"), validators=[InputRequired(_("Choose a day.")), sensible_day])
    kind = RadioField(
        _("What it is"),
        choices=[
            SelectChoice(DayKind.OFF.value, _("Day off")),
            SelectChoice(DayKind.WORK.value, _("Make-up workday")),
            SelectChoice(ORDINARY, _("Ordinary day")),
        ],
        validators=[InputRequired(_("Choose one."))],
    )
    name = StringField(
        _("Name, such as Spring Festival (not for an ordinary day)"),
        validators=[Length(max=LONGEST_NAME)],
    )
    confirmed = HiddenField()

    def state(self) -> DayState | None:
        """What the day is to be; None for an ordinary day."""
        if self.kind.data == ORDINARY:
            return None
        return DayState(DayKind(self.kind.data), (self.name.data or "").strip())


class DaysFileForm(Form):
    """A file of holiday-cn."""

    file = FileField(
        _("File of holiday-cn (JSON or ICS)"), validators=[FileRequired(_("Choose a file."))]
    )


class ConfirmImportForm(Form):
    """The days that were shown, as JSON, and the name of their file."""

    content = HiddenField()
    source = HiddenField(validators=[Length(max=120)])
