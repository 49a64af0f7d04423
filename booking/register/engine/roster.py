"""What a register spreadsheet says, once it has been read: people, columns and problems.

Codes only; the sentences that users see are made at the edge.
"""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a file as a whole cannot be read."""

    OLD_XLS = "old_xls"
    NOT_XLSX = "not_xlsx"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    TOO_HARD = "too_hard"
    BUSY = "busy"
    NOTHING = "nothing"
    EMPTY = "empty"
    NO_NAME_COLUMN = "no_name_column"


class ColumnRole(StrEnum):
    """What a column is about. FORBIDDEN ones hold identity or bank numbers and are never read."""

    NAME = "name"
    GENDER = "gender"
    BIRTH_MONTH = "birth_month"
    WORKPLACE = "workplace"
    TITLE = "title"
    FIELDS = "fields"
    TOPICS = "topics"
    SERVES = "serves"
    PHONE = "phone"
    EMAIL = "email"
    SEQUENCE = "sequence"
    FORBIDDEN = "forbidden"
    IGNORED = "ignored"


class Severity(StrEnum):
    """ERROR: the row cannot be imported. WARNING: it can, without what the cell said wrongly."""

    ERROR = "error"
    WARNING = "warning"


class ProblemCode(StrEnum):
    """What is wrong with one cell."""

    MISSING_NAME = "missing_name"
    NAME_TOO_LONG = "name_too_long"
    TEXT_TOO_LONG = "text_too_long"
    BAD_GENDER = "bad_gender"
    BAD_BIRTH_MONTH = "bad_birth_month"
    AMBIGUOUS_BIRTH_MONTH = "ambiguous_birth_month"
    BAD_PHONE = "bad_phone"
    BAD_EMAIL = "bad_email"
    FORMULA_ERROR = "formula_error"
    SECRET_NUMBER_REMOVED = "secret_number_removed"
    CONTACT_REMOVED = "contact_removed"
    DUPLICATE_DIFFERS = "duplicate_differs"
    ROW_AFTER_FOOTER = "row_after_footer"
    OTHER_REGION = "other_region"
    KNOWN_ELSEWHERE = "known_elsewhere"


@dataclass(frozen=True)
class Column:
    """A column by its letter. `role` is None for an unknown header: the column is not read."""

    letter: str
    header: str
    role: ColumnRole | None


@dataclass(frozen=True)
class Person:
    """One readable row. `row` is the number beside it in the spreadsheet program, from 1.

    `gender` is "m", "f" or None; `birth_month` is "YYYY-MM" or None. Texts may be empty.
    `serves` holds region names as written, 全省 included. `phones` are normalised: 12000001000,
    0992-80000002转801.
    """

    row: int
    name: str
    gender: str | None
    birth_month: str | None
    workplace: str
    title: str
    fields: tuple[str, ...]
    topics: tuple[str, ...]
    serves: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """One thing to look at. `value` is short and shows no telephone number in full."""

    row: int
    column: str
    header: str
    code: ProblemCode
    value: str
    severity: Severity


@dataclass(frozen=True)
class Roster:
    """A sheet that could be read. Each of `duplicates` is (row, the earlier row it went into)."""

    sheet: str
    header_row: int
    columns: tuple[Column, ...]
    people: tuple[Person, ...]
    duplicates: tuple[tuple[int, int], ...]
    problems: tuple[Problem, ...]

    @property
    def forbidden(self) -> tuple[Column, ...]:
        """The columns that were left out because they hold identity or bank numbers."""
        return tuple(c for c in self.columns if c.role is ColumnRole.FORBIDDEN)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems whose row cannot be imported."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Problems whose row can be imported all the same."""
        return tuple(p for p in self.problems if p.severity is Severity.WARNING)


class UnreadableRoster(Exception):
    """The file cannot be read at all.

    With NO_NAME_COLUMN, `columns` are those of the sheet that looked most like a register, so that
    the coordinator can say which of them holds the names.
    """

    def __init__(self, reason: Reason, columns: tuple[Column, ...] = ()) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.columns = columns
