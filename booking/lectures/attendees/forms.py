"""The form with which somebody is named."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import EmailField, StringField

from booking.lectures.attendees.models import LONGEST_NAME
from booking.web.request_safety import Form


class AttendeeForm(Form):
    """Name and address; `service` refuses what is empty, too long or no address."""

    name = StringField(
        _("Name of the person"),
        render_kw={"autocomplete": "off", "maxlength": str(LONGEST_NAME)},
        id="attendee-name",
    )
    email = EmailField(
        _("Mail address"),
        render_kw={"autocomplete": "off", "maxlength": "255"},
        id="attendee-email",
    )
