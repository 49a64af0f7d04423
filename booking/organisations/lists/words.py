"""What pages say of lists: why a file cannot be read, what a row does, what columns are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.organisations.lists.engine.organisation_rows import UnitColumn
from booking.organisations.lists.engine.tables import MAX_ROWS, Unreadable
from booking.process.sizes import MEGABYTE
from booking.sentences import N_
from booking.workbooks.engine.archive import MAX_BYTES

UNREADABLE: dict[Unreadable, Text] = {
    Unreadable.NOTHING: _("The file is empty. Choose another."),
    Unreadable.TOO_LARGE: N_(
        "The file is too large: at most %(size)s MB and %(rows)s rows. Divide it.",
        size=MAX_BYTES // MEGABYTE,
        rows=MAX_ROWS,
    ),
    Unreadable.OLD_XLS: _(
        "This is an old Excel file (.xls). Open it, choose “Save as” and the type .xlsx, then "
        "choose the new file."
    ),
    Unreadable.NOT_A_LIST: _(
        "This is neither an Excel file (.xlsx) nor a CSV file. Open it in a spreadsheet program "
        "and save it as .xlsx."
    ),
    Unreadable.EMPTY: _("There are no rows in the first sheet. Choose another file."),
    Unreadable.TOO_HARD: _(
        "The file could not be read. Copy its cells into a new spreadsheet, save that as .xlsx "
        "and choose it."
    ),
}

COLUMNS: dict[UnitColumn, Text] = {
    UnitColumn.NAME: _("Name of the branch"),
    UnitColumn.REGION: _("Code of its region"),
    UnitColumn.REGION_NAME: _("Name of its region, read where the code is empty"),
    UnitColumn.OPEN_LIMIT: _("Requests that may wait for an answer"),
    UnitColumn.DAILY_LIMIT: _("Requests a day"),
    UnitColumn.QUARTER_LIMIT: _("Orders a quarter"),
    UnitColumn.REVIEWS: _("Whether its requests are reviewed"),
    UnitColumn.CLOSED: _("Why it is closed; empty: it is open"),
}

EFFECTS: dict[str, Text] = {
    "new": _("new"),
    "changed": _("changes"),
    "unchanged": _("unchanged"),
}
