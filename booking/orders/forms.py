"""Forms of orders: the need in three steps, reasons, and whom to ask."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from booking.instructors.engine.vocabulary import Audience, Format
from booking.lectures.engine import policy
from booking.orders.engine import needs
from booking.orders.engine.windows import MOST_WINDOWS
from booking.visibility.public_texts import PublicForm
from booking.web.request_safety import Form, WholeNumberField


class NeedForm(PublicForm):
    """The need of a branch; each page of it shows one step and carries the others along."""

    PUBLIC_TEXTS = ("wish", "place", "equipment", "remarks")

    step = HiddenField()
    topic = HiddenField()
    instructor = HiddenField()
    like = HiddenField()

    wish = StringField(
        _("What would you like to hear?"),
        validators=[Length(max=needs.LONGEST_WISH, message=needs.WISH_TOO_LONG)],
    )
    field = StringField(_("Field"))
    audience = SelectField(_("Audience"), validators=[Optional()])
    format = RadioField(_("Format"), validators=[Optional()])

    day_1, part_1, from_1, to_1 = (
        StringField(_("Day")),
        StringField(_("Time of day")),
        StringField(_("From (optional)")),
        StringField(_("To (optional)")),
    )
    day_2, part_2, from_2, to_2 = (
        StringField(_("Second day")),
        StringField(_("Second time of day")),
        StringField(_("Second time: from (optional)")),
        StringField(_("Second time: to (optional)")),
    )
    day_3, part_3, from_3, to_3 = (
        StringField(_("Third day")),
        StringField(_("Third time of day")),
        StringField(_("Third time: from (optional)")),
        StringField(_("Third time: to (optional)")),
    )
    another = BooleanField(_("Another time near these days would do as well"))

    organisation = SelectField(_("Branch"), coerce=int)
    region = StringField(_("District"), validators=[InputRequired(_("Choose a district."))])
    place = StringField(
        _("Place"),
        validators=[
            InputRequired(_("Say where the lecture takes place.")),
            Length(max=policy.LONGEST_PLACE, message=policy.PLACE_TOO_LONG),
        ],
    )
    attendees = WholeNumberField(
        _("Number of listeners (optional)"),
        validators=[
            Optional(),
            NumberRange(1, policy.MOST_ATTENDEES, message=policy.WRONG_ATTENDEES),
        ],
    )
    equipment = StringField(
        _("Equipment there (optional)"),
        validators=[Length(max=needs.LONGEST_EQUIPMENT, message=needs.EQUIPMENT_TOO_LONG)],
    )
    remarks = TextAreaField(
        _("What the instructor should know (optional)"),
        validators=[Length(max=needs.LONGEST_REMARKS, message=needs.REMARKS_TOO_LONG)],
    )

    def chosen_audience(self) -> Audience | None:
        """The chosen audience; None for mixed."""
        return Audience(self.audience.data) if self.audience.data in set(Audience) else None

    def chosen_format(self) -> Format | None:
        """The chosen format; None for any."""
        return Format(self.format.data) if self.format.data in set(Format) else None


WINDOW_FIELDS = tuple(
    f"{name}_{number}"
    for number in range(1, MOST_WINDOWS + 1)
    for name in ("day", "part", "from", "to")
)

STEP_FIELDS: tuple[tuple[str, ...], ...] = (
    ("wish", "field", "audience", "format"),
    (*WINDOW_FIELDS, "another"),
    ("organisation", "region", "place", "attendees", "equipment", "remarks"),
)
"""The fields of each step, in its order."""

CARRIED = ("topic", "instructor", "like")
"""What comes with the link that led here."""


class OrderReasonForm(Form):
    """A short reason; the transition table says whether it is required."""

    reason = StringField(_("Reason"))
