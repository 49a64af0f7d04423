"""The forms of regions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from booking.accounts.engine.csv_lists import LONGEST_REGION
from booking.web.request_safety import Form


class NamesForm(Form):
    """The names of a region in both languages."""

    name = StringField(
        _("Name in Chinese"),
        [InputRequired(_("Give the region a name.")), Length(max=LONGEST_REGION)],
    )
    name_en = StringField(_("Name in English (optional)"), [Length(max=LONGEST_REGION)])


class RegionForm(NamesForm):
    """A new region."""

    code = StringField(
        _("Code (GB/T 2260)"),
        [InputRequired(_("Type the code."))],
        render_kw={"inputmode": "numeric", "maxlength": 6},
    )


class IntoForm(Form):
    """The region that takes another in."""

    into = StringField(
        _("It becomes a part of"), [InputRequired(_("Choose the region that takes it in."))]
    )
