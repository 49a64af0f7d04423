"""The form of a message to the other side of a lecture."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField

from booking.web.request_safety import Form


class LectureMessageForm(Form):
    """The text; `contacts.threads` refuses what is empty or too long."""

    text = TextAreaField(_("Message"))
