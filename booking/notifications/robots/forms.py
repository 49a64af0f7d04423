"""The forms of a group's robot."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from booking.notifications.robots.engine.addresses import LONGEST_ADDRESS
from booking.notifications.robots.engine.subjects import RobotSubject
from booking.notifications.robots.service import LONGEST_NAME
from booking.notifications.robots.words import SUBJECTS
from booking.web.request_safety import Form


class RobotChoiceForm(Form):
    """The name of a group and what it is told."""

    name = StringField(
        _("Name of the group"),
        validators=[
            InputRequired(_("Give the group a name, so that others know which one it is.")),
            Length(max=LONGEST_NAME),
        ],
    )
    subjects = SelectMultipleField(
        _("What the group is told"),
        choices=[SelectChoice(one.value, words) for one, words in SUBJECTS.items()],
        default=[one.value for one in RobotSubject],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_("Choose at least one thing that the group is told."))],
    )

    def chosen(self) -> list[RobotSubject]:
        """What was ticked."""
        return [RobotSubject(one) for one in self.subjects.data or ()]


class RobotForm(RobotChoiceForm):
    """A new group."""

    # No SelectField: a province has hundreds of regions; the template renders `region_options`.
    region = StringField(_("District"), validators=[InputRequired(_("Choose a district."))])
    address = StringField(
        _("Webhook address"),
        validators=[
            InputRequired(_("Paste the webhook address of the group's robot.")),
            Length(max=LONGEST_ADDRESS),
        ],
    )
    secret = StringField(_("Signing secret (DingTalk only)"), validators=[Length(max=200)])
