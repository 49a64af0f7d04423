"""The form that adds a synonym."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from booking.instructors.engine.names import MAX_WORD_LENGTH
from booking.web.request_safety import Form


class SynonymForm(Form):
    """A word that people type, and the word that the register uses."""

    word = StringField(
        _("Somebody searches for"),
        [InputRequired(_("Type the word that people search for.")), Length(max=MAX_WORD_LENGTH)],
    )
    means = StringField(
        _("Also find"),
        [InputRequired(_("Type the word that the register uses.")), Length(max=MAX_WORD_LENGTH)],
    )
