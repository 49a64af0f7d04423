"""Forms of bookings, reasons and request limits."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from booking.accounts.embedded_sign_in import SignInFields
from booking.errors import Text
from booking.instructors.engine.vocabulary import Audience, Format
from booking.lectures.engine import policy
from booking.web.request_safety import Form, WholeNumberField


class BookingForm(Form):
    """The booking form: branch, place, format, audience, attendees, note."""

    organisation = SelectField(_("Branch"), coerce=int)
    branch = StringField(_("On behalf of the branch"))
    """A part of a branch's name, typed by a coordinator who books for it."""
    # No SelectField: a province has hundreds of regions; the template renders `region_options`.
    region = StringField(_("District"), validators=[InputRequired(_("Choose a district."))])
    place = StringField(
        _("Place"),
        validators=[
            InputRequired(_("Say where the lecture takes place.")),
            Length(max=policy.LONGEST_PLACE, message=policy.PLACE_TOO_LONG),
        ],
    )
    format = RadioField(_("Format"))
    audience = SelectField(_("Audience"), validators=[Optional()])
    attendees = WholeNumberField(
        _("Number of listeners (optional)"),
        validators=[
            Optional(),
            NumberRange(1, policy.MOST_ATTENDEES, message=policy.WRONG_ATTENDEES),
        ],
    )
    account: SignInFields | None = None
    """The fields by which somebody signs in who is not; there is no branch then."""
    jump = StringField(_("Another day"))
    """The day whose times are to be shown; it is no part of the request."""
    note = TextAreaField(
        _("What the instructor should know (optional)"),
        validators=[
            Optional(),
            Length(max=policy.LONGEST_NOTE, message=policy.NOTE_TOO_LONG),
        ],
    )

    def sign_in_first(self, account: SignInFields) -> None:
        """Ask for the account instead of the branch, whose district counts if none is chosen."""
        self.account = account
        del self.organisation
        self.region.validators = []

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate all fields; replaces the errors of choices by messages that say what to do."""
        valid = super().validate(extra_validators)
        for field, sentence in (
            (self.organisation, self._wrong_branch()),
            (self.format, _("This topic is not offered in this format. Choose another.")),
            (self.audience, _("This topic is not meant for these listeners. Choose others.")),
        ):
            if field is not None and field.errors:
                field.errors = [sentence]
        return valid

    def _wrong_branch(self) -> Text:
        if self.organisation is not None and not self.organisation.raw_data:
            return _(
                "You are signed in. Choose the branch for which you book, then send once more."
            )
        return _("You do not book for this branch. Choose one of yours.")

    def chosen_audience(self) -> Audience | None:
        """The chosen audience; None for mixed."""
        return Audience(self.audience.data) if self.audience.data else None

    def chosen_format(self) -> Format:
        """The chosen format."""
        return Format(self.format.data)


class ReasonForm(Form):
    """A short reason; the transition table says whether it is required."""

    reason = StringField(_("Reason"))


class QuotaForm(Form):
    """Request limits of a branch, empty: the default; and whether its requests are reviewed."""

    open_limit = WholeNumberField(
        _("Requests that wait for an answer, at most"), validators=[Optional()]
    )
    daily_limit = WholeNumberField(_("Requests a day, at most"), validators=[Optional()])
    quarter_limit = WholeNumberField(_("Orders a quarter, at most"), validators=[Optional()])
    reviews = BooleanField(_("A coordinator reviews each request before the instructor is asked"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate that each field is empty or a number in range."""
        valid = super().validate(extra_validators)
        for field in (self.open_limit, self.daily_limit, self.quarter_limit):
            filled = bool(field.raw_data and str(field.raw_data[0]).strip())
            if filled and (field.data is None or not 1 <= field.data <= policy.MOST_REQUESTS):
                field.errors = [policy.WRONG_REQUEST_LIMIT]
                valid = False
        return valid
