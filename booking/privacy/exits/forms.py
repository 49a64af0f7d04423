"""Forms of leaving."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from booking.nominations.departures.service import LONGEST_REASON
from booking.web.request_safety import Form

LONGEST_NAME = 60


class LeaveForm(Form):
    """The person's own wish, confirmed by the name."""

    name = StringField(
        _("Your name, as it stands above"),
        validators=[InputRequired(_("Type your name.")), Length(max=LONGEST_NAME)],
    )


class LeaveForOtherForm(Form):
    """What a coordinator was told."""

    reason = StringField(
        _("How do you know of the wish?"),
        validators=[InputRequired(_("Say how you know of it.")), Length(max=LONGEST_REASON)],
    )
    sure = BooleanField(
        _("I have made sure that it is the person"),
        validators=[InputRequired(_("Make sure who it is, then tick this."))],
    )
