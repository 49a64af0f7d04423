"""The form of a message."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField

from booking.web.request_safety import Form


class MessageForm(Form):
    """The text; the service refuses what is empty or too long."""

    text = TextAreaField(_("Message"))
