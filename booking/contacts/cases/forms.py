"""The form of a case for which a coordinator is shown a contact."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField

from booking.web.request_safety import Form


class CaseForm(Form):
    """Why the contact is needed; the view refuses an empty or long reason."""

    reason = StringField(_("What you need it for"))
