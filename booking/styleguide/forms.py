"""A form with each kind of control, refused or not."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from booking.lectures.words import AUDIENCES, FORMATS
from booking.web.request_safety import Form, WholeNumberField


class SampleForm(Form):
    """One field of each kind, with words of real forms."""

    organisation = SelectField(_("Branch"))
    place = StringField(_("Place"))
    attendees = WholeNumberField(_("Number of listeners (optional)"))
    day = DateField(_("First day"))
    audience = SelectField(_("Audience"))
    format = RadioField(_("Format"))
    note = TextAreaField(_("What the instructor should know (optional)"))
    password = PasswordField(_("Password"))
    file = FileField(_("Spreadsheet (.xlsx)"))
    remember = BooleanField(_("Confirm"))


def sample(prefix: str) -> SampleForm:
    """The form as it is first shown."""
    form = SampleForm(formdata=None, prefix=prefix, format="lecture")
    form.organisation.choices = [SelectChoice("1", _("Branch"))]
    form.format.choices = [(choice.value, label) for choice, label in list(FORMATS.items())[:3]]
    form.audience.choices = [(choice.value, label) for choice, label in AUDIENCES.items()]
    return form


def refused_sample(prefix: str) -> SampleForm:
    """The form as it comes back when every field is refused."""
    form = sample(prefix)
    for field in form:
        field.errors = [gettext("Please correct “%(name)s”.", name=field.label.text)]
    return form
