"""The form of an export."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from booking.register.exports.service import ExportChoice
from booking.text import one_line
from booking.web.request_safety import Form

LONGEST_REASON = 200


class ExportForm(Form):
    """Whose entries are exported, and whether with contacts."""

    region = SelectField(_("Region"))
    contacts = BooleanField(_("With contact details: telephone numbers and mail addresses"))
    reason = StringField(
        _("What the contact details are needed for"),
        validators=[Length(max=LONGEST_REASON)],
    )

    def validate_reason(self, field: StringField) -> None:
        """Contact details are given for a reason only."""
        if self.contacts.data and not one_line(field.data or ""):
            raise ValidationError(_("Say what the contact details are needed for."))

    def chosen(self) -> ExportChoice:
        """What was chosen."""
        if not self.contacts.data:
            return ExportChoice(self.region.data)
        return ExportChoice(self.region.data, True, one_line(self.reason.data or ""))
