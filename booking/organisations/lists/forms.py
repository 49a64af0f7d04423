"""The form that takes a list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired

from booking.web.request_safety import Form


class ListForm(Form):
    """A spreadsheet or CSV file."""

    file = FileField(
        _("List (.xlsx or .csv)"),
        [FileRequired(_("Choose a file first."))],
        render_kw={"accept": ".xlsx,.csv"},
    )
