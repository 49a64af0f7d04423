"""The form that closes a case."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField

from booking.web.request_safety import Form


class ClosingForm(Form):
    """Why a case is closed; `engine.lifecycle` refuses what is missing or too long."""

    reason = StringField(_("Why is it closed?"))
