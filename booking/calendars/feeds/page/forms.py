"""The forms of the page: a new address, and whether mails carry invitations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from booking.calendars.feeds.models import LONGEST_NAME
from booking.sentences import N_
from booking.web.request_safety import Form


class AddressForm(Form):
    """A new address; the page hands in the choices of `calendar` and `field`."""

    calendar = SelectField(_("Which lectures?"), validate_choice=False)
    field = SelectField(_("Field (of a district only)"), validators=[Optional()])
    name = StringField(
        _("Where will you use it?"),
        validators=[
            Length(
                max=LONGEST_NAME,
                message=N_("At most %(most)s characters.", most=LONGEST_NAME),
            )
        ],
        render_kw={"maxlength": LONGEST_NAME},
    )
    tentative = BooleanField(_("Show requests that wait for an answer, too (as tentative)"))
    busy_only = BooleanField(_("Show only when I am busy: no titles, no places"))


class InvitationsForm(Form):
    """How lectures come into the calendar."""

    invitations = RadioField(
        _("Invitations in mails"),
        choices=[
            SelectChoice("yes", _("Mails carry an invitation, which the calendar can accept")),
            SelectChoice("no", _("Mails come without: my calendar has the address")),
        ],
    )
