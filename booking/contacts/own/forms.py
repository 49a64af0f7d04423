"""The form of one contact."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField

from booking.web.request_safety import Form


class ContactForm(Form):
    """A telephone number or mail address; the service refuses what is neither."""

    value = StringField(_("Telephone number or mail address"))
