"""The forms of fields."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from booking.instructors.fields.service import LONGEST_ENGLISH, LONGEST_NAME
from booking.web.request_safety import Form

FIRST_LEVEL = ""
"""The value of the choice "on the first level"."""


class FieldForm(Form):
    """The names of a field, and the field above it."""

    name = StringField(
        _("Name in Chinese"), [InputRequired(_("Give the field a name.")), Length(max=LONGEST_NAME)]
    )
    name_en = StringField(_("Name in English (optional)"), [Length(max=LONGEST_ENGLISH)])
    parent = SelectField(_("Parent field"))


class IntoForm(Form):
    """The field that takes another in."""

    into = SelectField(_("It becomes a part of"))
