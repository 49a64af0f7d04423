"""The form that merges two entries."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from booking.web.request_safety import Form


class MergeForm(Form):
    """Whether the entry that stays takes over the hours of the other."""

    takes_hours = BooleanField(_("Take over the hours of the other entry"), default=True)
