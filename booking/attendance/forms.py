"""The forms of attendance lists; `service` refuses what is empty or too long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField, TextAreaField

from booking.attendance.engine.names import LONGEST_NAME
from booking.web.request_safety import Form


class SignForm(Form):
    """A listener's name or number."""

    name = StringField(
        _("Your name or number"),
        render_kw={"autocomplete": "name", "maxlength": str(LONGEST_NAME)},
    )


class NamesForm(Form):
    """One name, or a list of names that was pasted."""

    names = TextAreaField(_("Names or numbers"), render_kw={"rows": "4", "autocomplete": "off"})


class EntryForm(Form):
    """A name to correct."""

    name = StringField(
        _("Name or number"), render_kw={"autocomplete": "off", "maxlength": str(LONGEST_NAME)}
    )
