"""The form with which somebody asks to join, and the two of the decision."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from booking.accounts.engine.csv_lists import LONGEST_ORGANISATION
from booking.members.forms import ContactForm
from booking.members.invitations.service import LONGEST_NAME
from booking.members.sign_up.service import LONGEST_REASON
from booking.web.request_safety import Form

NEW = "new"
"""The value of the choice of a new organisation."""


class JoinForm(ContactForm):
    """Who asks, for which branch, and why."""

    organisation = StringField(
        _("Name of your branch or organisation"),
        [
            InputRequired(_("Give the branch a name.")),
            Length(max=LONGEST_ORGANISATION),
        ],
        render_kw={"autocomplete": "organization", "maxlength": str(LONGEST_ORGANISATION)},
    )
    # No SelectField: a province has hundreds of regions; the template renders `region_options`.
    region = StringField(_("District"), [InputRequired(_("Choose a district."))])
    name = StringField(
        _("Your name"),
        [InputRequired(_("Enter your name.")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "name", "maxlength": str(LONGEST_NAME)},
    )
    reason = TextAreaField(
        _("Why do you ask?"),
        [InputRequired(_("Say in a sentence why you ask.")), Length(max=LONGEST_REASON)],
        render_kw={"rows": "3", "maxlength": str(LONGEST_REASON)},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is there and the contact is one."""
        valid = super().validate(extra_validators)
        return self.contact_fits(needed=True) and valid


class ApproveForm(Form):
    """Which organisation a request is for: a known one, or a new one with a name."""

    organisation = RadioField(
        _("Which branch is it?"), [InputRequired(_("Choose a branch, or a new one."))]
    )
    new_name = StringField(
        _("Name of the new branch"),
        [Length(max=LONGEST_ORGANISATION)],
        render_kw={"maxlength": str(LONGEST_ORGANISATION)},
    )

    def organisation_id(self) -> int | None:
        """The chosen organisation; None: a new one."""
        return None if self.organisation.data == NEW else int(self.organisation.data)


class DeclineForm(Form):
    """Why a request is declined."""

    answer = TextAreaField(
        _("Reason, which the asker reads"),
        [InputRequired(_("Give a reason.")), Length(max=LONGEST_REASON)],
        render_kw={"rows": "3", "maxlength": str(LONGEST_REASON)},
    )
