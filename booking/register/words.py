"""UI texts of the import: unreadable files, problems of cells, column roles."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.instructors.engine.vocabulary import LONGEST_MINUTES, SHORTEST_MINUTES
from booking.process.sizes import MEGABYTE
from booking.register.batches.engine.dependents import CHANGED, HOURS, TERM
from booking.register.comparison.engine.lines import RowFilter
from booking.register.engine.cells import TEXT_LIMIT
from booking.register.engine.columns import HEADER_WITHIN
from booking.register.engine.person_rows import LONGEST_INTRODUCTION
from booking.register.engine.reports import Outcome
from booking.register.engine.roster import ColumnRole, ProblemCode, UnreadableReason
from booking.register.engine.spreadsheet import MAX_PEOPLE
from booking.register.models import DraftFailure
from booking.sentences import N_, Sentence
from booking.workbooks.engine.archive import MAX_BYTES

UNREADABLE: dict[UnreadableReason, Text] = {
    UnreadableReason.OLD_XLS: _(
        "This is an old .xls file. Open it in Excel or WPS, choose “Save as”, pick "
        "“Excel workbook (.xlsx)” and send that file."
    ),
    UnreadableReason.NOT_XLSX: _(
        "This file is damaged or not an .xlsx spreadsheet. Open it in Excel or WPS, save it "
        "again as .xlsx and send that file."
    ),
    UnreadableReason.ENCRYPTED: _(
        "This spreadsheet is protected by a password. Save a copy without one and send that."
    ),
    UnreadableReason.TOO_LARGE: N_(
        "This spreadsheet is too large: at most %(size)s MB and %(people)s people.",
        size=MAX_BYTES // MEGABYTE,
        people=MAX_PEOPLE,
    ),
    UnreadableReason.TOO_MANY: N_(
        "There are more than %(people)s people in this spreadsheet. Divide it and send one part "
        "after the other.",
        people=MAX_PEOPLE,
    ),
    UnreadableReason.TOO_HARD: _(
        "This spreadsheet takes too much time or memory to read. Copy the rows of the people into "
        "a new workbook and send that."
    ),
    UnreadableReason.BUSY: _(
        "Another spreadsheet is being read at this moment. Nothing was stored: choose the file "
        "again in a minute."
    ),
    UnreadableReason.NOTHING: _(
        "This file is empty: it holds 0 bytes. Save the spreadsheet again and send that file."
    ),
    UnreadableReason.EMPTY: _(
        "There is nobody in this spreadsheet: no row below the header has content."
    ),
    UnreadableReason.NO_NAME_COLUMN: N_(
        "No column of names was found. The header needs a column such as 姓名 or 讲师姓名 "
        "within the first %(rows)s rows.",
        rows=HEADER_WITHIN,
    ),
}

PROBLEMS: dict[ProblemCode, Text] = {
    ProblemCode.MISSING_NAME: _("The name is missing."),
    ProblemCode.NAME_TOO_LONG: _("The name is too long."),
    ProblemCode.TEXT_TOO_LONG: N_(
        "The text is too long: at most %(max)s characters.", max=TEXT_LIMIT
    ),
    ProblemCode.BAD_GENDER: _("Neither 男 nor 女; left empty."),
    ProblemCode.BAD_BIRTH_MONTH: _("Not a month of birth; left empty."),
    ProblemCode.AMBIGUOUS_BIRTH_MONTH: _(
        "1970.1 may be January or October; left empty. Write 1970-01 or 1970-10."
    ),
    ProblemCode.BAD_PHONE: _("Not a telephone number; left out."),
    ProblemCode.BAD_EMAIL: _("Not an e-mail address; left out."),
    ProblemCode.FORMULA_ERROR: _("The formula in this cell failed; left empty."),
    ProblemCode.SECRET_NUMBER_REMOVED: _("An identity or bank number was left out."),
    ProblemCode.CONTACT_REMOVED: _("A telephone number or address in this text was left out."),
    ProblemCode.DUPLICATE_DIFFERS: _("Differs from the earlier row of the same person; ignored."),
    ProblemCode.OTHER_REGION: _("Belongs to a region that you do not keep."),
    ProblemCode.KNOWN_ELSEWHERE: _(
        "An entry with this name and workplace belongs to another district. Ask its coordinator; "
        "if this is somebody else, write the workplace more precisely."
    ),
    ProblemCode.UNKNOWN_REGION: _("No such region; the workplace decides."),
    ProblemCode.BAD_READING: _("Not a reading in letters (zeng ming liang); left empty."),
    ProblemCode.INTRODUCTION_TOO_LONG: N_(
        "The introduction is too long: at most %(max)s characters; left empty.",
        max=LONGEST_INTRODUCTION,
    ),
    ProblemCode.UNKNOWN_WORD: _("Holds a word that is not in the list; not read."),
    ProblemCode.BAD_MINUTES: N_(
        "Not a number from %(min)s to %(max)s; not read.",
        min=SHORTEST_MINUTES,
        max=LONGEST_MINUTES,
    ),
    ProblemCode.LINES_DIFFER: _(
        "Has neither one line nor as many lines as there are topics; not read."
    ),
    ProblemCode.BAD_TERM: _("Not a term such as 2026-09-01 至 2028-08-31; left out."),
    ProblemCode.TERMS_OVERLAP: _("Shares days with another term; left out."),
    ProblemCode.ROW_AFTER_FOOTER: _("Stands below the end of the table; not read."),
}

ROLES: dict[ColumnRole, Text] = {
    ColumnRole.NAME: _("Name"),
    ColumnRole.GENDER: _("Gender"),
    ColumnRole.BIRTH_MONTH: _("Month of birth"),
    ColumnRole.WORKPLACE: _("Workplace"),
    ColumnRole.TITLE: _("Title"),
    ColumnRole.FIELDS: _("Fields"),
    ColumnRole.TOPICS: _("Topics"),
    ColumnRole.SERVES: _("Teaches in"),
    ColumnRole.REGION: _("Region"),
    ColumnRole.PHONE: _("Telephone (hidden)"),
    ColumnRole.EMAIL: _("E-mail (hidden)"),
    ColumnRole.READING: _("Reading of the name"),
    ColumnRole.INTRODUCTION: _("Introduction"),
    ColumnRole.AUDIENCES: _("Audience of the topics"),
    ColumnRole.FORMATS: _("Format of the topics"),
    ColumnRole.MINUTES: _("Minutes of the topics"),
    ColumnRole.TERMS: _("Terms of appointment"),
    ColumnRole.SEQUENCE: _("Row number, not needed"),
    ColumnRole.FORBIDDEN: _("Identity or bank numbers: never stored"),
    ColumnRole.IGNORED: _("Not needed"),
}

FAILURES: dict[DraftFailure, Text] = {
    DraftFailure.ROWS: _(
        "Nothing was imported: there are rows that cannot be imported. Correct them in the "
        "spreadsheet and choose it again, or leave these rows out."
    ),
    DraftFailure.LOST: _(
        "The import was interrupted. Nothing was imported: press the button again."
    ),
    DraftFailure.REFUSED: _(
        "Nothing was imported: the register or your permissions have changed. "
        "Look at the rows again."
    ),
    DraftFailure.BROKEN: _("The import failed. Nothing was imported. Ask the administrator."),
}

GENDERS: dict[str, Text] = {"m": _("male"), "f": _("female")}

NOT_READ = _("Not understood, not read")

OUTCOMES: dict[Outcome, Text] = {
    Outcome.ADDED: _("new"),
    Outcome.COMPLETED: _("changes"),
    Outcome.UNCHANGED: _("unchanged"),
}

SHOWN: dict[RowFilter, Text] = {
    RowFilter.ALL: _("All"),
    RowFilter.ERRORS: _("Cannot be imported"),
    RowFilter.WARNINGS: _("Hints"),
    RowFilter.DOUBLES: _("Perhaps known"),
    RowFilter.ADDED: _("New"),
    RowFilter.COMPLETED: _("Changes"),
    RowFilter.UNCHANGED: _("Unchanged"),
}

DEPENDENTS: dict[str, Sentence] = {
    CHANGED: N_("was changed since"),
    HOURS: N_("has hours of the person’s own"),
    "lecture": N_("has lectures"),
    "hold": N_("has lectures"),
    "membership": N_("has an account"),
    "branch_order": N_("is named in an order"),
    "order_offer": N_("was asked for an order"),
    "order_claim": N_("has claimed an order"),
    TERM: N_("has a term of appointment"),
    "suspension": N_("has a suspension"),
    "booking_rule": N_("has booking rules of the person’s own"),
    "date_override": N_("has exceptions in the hours"),
    "timetable": N_("has timetables"),
    "schedule_change": N_("has changed the hours"),
    "outside_calendar": N_("reads another calendar"),
    "feed": N_("has a calendar address"),
}
"""What keeps an import from being undone, by table."""

OTHER_DEPENDENT = N_("is in use elsewhere")

HEADERS: dict[ColumnRole, Text] = {
    ColumnRole.NAME: _("Name"),
    ColumnRole.READING: _("Reading of the name"),
    ColumnRole.WORKPLACE: _("Workplace"),
    ColumnRole.TITLE: _("Title"),
    ColumnRole.GENDER: _("Gender"),
    ColumnRole.BIRTH_MONTH: _("Month of birth"),
    ColumnRole.REGION: _("Home region"),
    ColumnRole.INTRODUCTION: _("Introduction"),
    ColumnRole.FIELDS: _("Fields (one per line)"),
    ColumnRole.TOPICS: _("Topics (one per line)"),
    ColumnRole.AUDIENCES: _("Audience (a line for each topic)"),
    ColumnRole.FORMATS: _("Format (a line for each topic)"),
    ColumnRole.MINUTES: _("Minutes (a line for each topic)"),
    ColumnRole.SERVES: _("Regions (one per line)"),
    ColumnRole.TERMS: _("Terms (one per line)"),
    ColumnRole.PHONE: _("Telephone (one per line)"),
    ColumnRole.EMAIL: _("E-mail (one per line)"),
}
"""Headers of an export, by which an import understands them again, in both languages."""
