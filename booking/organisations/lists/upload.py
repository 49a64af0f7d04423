"""What the pages of both lists do with an uploaded file."""

from __future__ import annotations

from datetime import datetime

from booking.accounts.guards import signed_in_id
from booking.db import unit_of_work
from booking.organisations.lists import drafts
from booking.organisations.lists.engine.tables import MAX_ROWS, UnreadableTable
from booking.organisations.lists.forms import ListForm
from booking.organisations.lists.models import ListKind
from booking.organisations.lists.reader import read_upload
from booking.organisations.lists.words import UNREADABLE
from booking.process.sizes import MEGABYTE
from booking.workbooks.engine.archive import MAX_BYTES

MOST_SHOWN = 200
"""Most rows of each table of a preview."""

LIMITS = {"most_megabytes": MAX_BYTES // MEGABYTE, "most_rows": MAX_ROWS}
"""What the page says of the size of files."""


def kept(form: ListForm, kind: ListKind, *, now: datetime) -> str | None:
    """The key of the draft of an uploaded list; None: the form has errors."""
    if not form.validate():
        return None
    filename = form.file.data.filename or ""
    try:
        table = read_upload(form.file.data.read(), filename=filename)
    except UnreadableTable as error:
        form.file.errors = [UNREADABLE[error.reason]]
        return None
    with unit_of_work() as session:
        return drafts.keep(
            session,
            table,
            kind=kind,
            filename=filename,
            user_id=signed_in_id(),
            now=now,
        )
