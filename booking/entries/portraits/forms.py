"""The form of a picture."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import FileField
from wtforms.validators import ValidationError

from booking.web.request_safety import Form


class PictureForm(Form):
    """A picture file."""

    picture = FileField(
        _("Photo (JPEG or PNG)"), render_kw={"accept": "image/jpeg,image/png,image/webp"}
    )

    def validate_picture(self, field: FileField) -> None:
        """Check that a file was chosen."""
        if not field.data or not getattr(field.data, "filename", ""):
            raise ValidationError(_("Choose a picture first."))
