"""The upload form, shown anew with what was refused."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from booking import i18n
from booking.accounts.guards import actor
from booking.accounts.queries import all_regions
from booking.db import db
from booking.errors import DomainError
from booking.process.sizes import MEGABYTE
from booking.register.batches.queries import recent_batches
from booking.register.forms import UploadForm
from booking.workbooks.engine.archive import MAX_BYTES

MOST_BATCHES = 10


def upload_form(*, posted: bool) -> UploadForm:
    """The form with the regions that the actor keeps."""
    form = UploadForm() if posted else UploadForm(formdata=None)
    form.region.choices = own_regions()
    return form


def own_regions() -> list[SelectChoice]:
    """The regions that the actor keeps, as choices."""
    return [
        SelectChoice(region.code, i18n.data_name(region.name, region.name_en))
        for region in all_regions(db.session())
        if actor().coordinates(region.code)
    ]


def upload_page(
    form: UploadForm, status: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    """The page with the form and the last imports."""
    return render_template(
        "register/upload.html",
        form=form,
        refusal=refusal,
        most_megabytes=MAX_BYTES // MEGABYTE,
        batches=recent_batches(db.session(), actor(), MOST_BATCHES),
    ), status


def gone_page(gone: DomainError) -> ResponseReturnValue:
    """The form with the refusal: the spreadsheet must be uploaded again."""
    return upload_page(upload_form(posted=False), gone.status, gone)
