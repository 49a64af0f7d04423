"""The form of the upload."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from booking.web.request_safety import Form


class UploadForm(Form):
    """A spreadsheet, and the default region for workplaces that name none."""

    file = FileField(
        _("Spreadsheet (.xlsx)"),
        validators=[FileRequired(_("Choose a spreadsheet first."))],
        render_kw={"accept": ".xlsx"},
    )
    region = SelectField(_("Region of people whose workplace names none"))
