"""The forms with which somebody is invited, and accepts."""

from __future__ import annotations

import enum
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from booking.members.forms import ContactForm, NewPasswordFields
from booking.members.invitations.service import LONGEST_NAME


class Way(enum.StrEnum):
    """How an invitation reaches the person."""

    LINK = "link"
    MAIL = "mail"


class InvitationForm(ContactForm):
    """Who is invited, and how the invitation gets there."""

    name = StringField(
        _("Name"), [InputRequired(_("Enter the person's name.")), Length(max=LONGEST_NAME)]
    )
    way = RadioField(
        _("How does the invitation get there?"),
        choices=[
            SelectChoice(
                Way.LINK.value, _("As a link and QR code that I hand over, for instance in WeChat")
            ),
            SelectChoice(Way.MAIL.value, _("By mail")),
        ],
        default=Way.LINK.value,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the name is there and the contact is one, if any."""
        valid = super().validate(extra_validators)
        return self.contact_fits(needed=False) and valid

    @property
    def by_mail(self) -> bool:
        """Whether it goes by mail."""
        return bool(self.way.data == Way.MAIL.value)


class AcceptForm(ContactForm, NewPasswordFields):
    """A new account of somebody who was invited."""

    name = StringField(
        _("Your name"),
        [InputRequired(_("Enter your name.")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "name"},
    )
