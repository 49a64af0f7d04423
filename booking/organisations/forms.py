"""The forms of organisations and regions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from booking.accounts.engine.csv_lists import LONGEST_ORGANISATION
from booking.organisations.service import LONGEST_REASON
from booking.web.request_safety import Form


class OrganisationForm(Form):
    """The name of an organisation, and the code of its region."""

    name = StringField(
        _("Name of the branch"),
        [InputRequired(_("Give the branch a name.")), Length(max=LONGEST_ORGANISATION)],
    )
    # No SelectField: a province has hundreds of regions; the template renders `region_options`.
    region = StringField(_("District"), [InputRequired(_("Choose a district."))])


class CloseForm(Form):
    """Why a branch is closed."""

    reason = StringField(
        _("Why? The contacts of the branch read it."),
        [InputRequired(_("Say why: the contacts of the branch read it."))],
        render_kw={"maxlength": LONGEST_REASON},
    )
