"""The forms for external calendars."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from booking.availability.external.service import LONGEST_LABEL
from booking.web.request_safety import Form

BUSY, FREE = "busy", "free"


class _CalendarForm(Form):
    label = StringField(
        _("Name of this calendar (optional)"),
        validators=[
            Length(
                max=LONGEST_LABEL, message=_("The name is too long: at most %(max)s characters.")
            )
        ],
    )
    all_day = RadioField(
        _("Days with an all-day event"),
        choices=[SelectChoice(BUSY, _("are closed")), SelectChoice(FREE, _("stay open"))],
        default=BUSY,
    )

    def all_day_busy(self) -> bool:
        """Whether all-day events close the day."""
        return bool(self.all_day.data == BUSY)


class AddressForm(_CalendarForm):
    """An external calendar at an address."""

    address = StringField(
        _("Address of the calendar"),
        validators=[InputRequired(_("Paste the address of the calendar."))],
        render_kw={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"},
    )


class UploadForm(_CalendarForm):
    """An external calendar in a file."""

    file = FileField(
        _("Calendar file (.ics)"), validators=[FileRequired(_("Choose a calendar file first."))]
    )
