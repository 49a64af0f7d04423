"""The form of one text page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField

from booking.web.request_safety import Form


class TextForm(Form):
    """What a page says, as Markdown."""

    body = TextAreaField(_("Text"))
