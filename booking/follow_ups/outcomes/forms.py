"""The form of one outcome."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, StringField

from booking.follow_ups.outcomes.models import LONGEST_OUTCOME
from booking.web.request_safety import Form


class OutcomeForm(Form):
    """Names in both languages; `service` refuses what is empty, too long or there already."""

    name = StringField(_("In Chinese"), render_kw={"maxlength": str(LONGEST_OUTCOME)})
    name_en = StringField(_("In English"), render_kw={"maxlength": str(LONGEST_OUTCOME)})
    unchanged = BooleanField(_("Says that nothing has changed yet"))
