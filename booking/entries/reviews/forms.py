"""The form that switches the review of entries in a region on or off."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from booking.web.request_safety import Form

ON = "on"


class EntryReviewForm(Form):
    """A region, and whether what its instructors change is reviewed."""

    # No SelectField: a province has hundreds of regions; the template renders `region_options`.
    region = StringField(_("District"), validators=[InputRequired(_("Choose a district."))])
    reviews = HiddenField(default=ON)
