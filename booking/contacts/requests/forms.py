"""The forms of requests for a contact."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from booking.instructors.engine.vocabulary import Channel
from booking.sentences import N_
from booking.settings.engine.contact_declarations import MOST_DAYS_OF_GRANT
from booking.settings.queries import in_force
from booking.web.request_safety import Form, WholeNumberField


class AskForm(Form):
    """Why the branch asks; the branch, where the reader books for several."""

    organisation = SelectField(_("Branch"), coerce=int)
    reason = TextAreaField(_("What you need the contact for"))


class GrantForm(Form):
    """What is granted, and for how many days."""

    channels = SelectMultipleField(
        _("What you release"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    days = WholeNumberField(_("For how many days"))

    def validate_days(self, field: WholeNumberField) -> None:
        """Check that the number lies within what the installation allows."""
        most = in_force(MOST_DAYS_OF_GRANT)
        if field.data is None or not 1 <= field.data <= most:
            raise ValidationError(
                N_("A contact is granted for %(min)s to %(max)s days.", min=1, max=most)
            )

    def chosen(self) -> frozenset[Channel]:
        """The channels that were ticked."""
        return frozenset(Channel(value) for value in self.channels.data or ())

    def until(self, now: datetime) -> datetime:
        """The first instant at which the grant is over."""
        return now + timedelta(days=self.days.data)


class DeclineForm(Form):
    """Why the contact is not granted."""

    reason = TextAreaField(_("Why it is not granted"))


class RelayForm(Form):
    """A message instead of the contact."""

    text = TextAreaField(_("Message"))
