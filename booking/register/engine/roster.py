"""The parsed register spreadsheet: people, columns and problems.

Problems are codes only; `register/words.py` has the texts that users see.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from booking.instructors.engine.vocabulary import Audience, Format


class UnreadableReason(StrEnum):
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
    """The content of a column. FORBIDDEN: identity or bank numbers, never read."""

    NAME = "name"
    GENDER = "gender"
    BIRTH_MONTH = "birth_month"
    WORKPLACE = "workplace"
    TITLE = "title"
    FIELDS = "fields"
    TOPICS = "topics"
    SERVES = "serves"
    REGION = "region"
    PHONE = "phone"
    EMAIL = "email"
    READING = "reading"
    INTRODUCTION = "introduction"
    AUDIENCES = "audiences"
    FORMATS = "formats"
    MINUTES = "minutes"
    TERMS = "terms"
    SEQUENCE = "sequence"
    FORBIDDEN = "forbidden"
    IGNORED = "ignored"


class Severity(StrEnum):
    """ERROR: the row cannot be imported. WARNING: it can, without the invalid value."""

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
    UNKNOWN_REGION = "unknown_region"
    BAD_READING = "bad_reading"
    INTRODUCTION_TOO_LONG = "introduction_too_long"
    UNKNOWN_WORD = "unknown_word"
    BAD_MINUTES = "bad_minutes"
    LINES_DIFFER = "lines_differ"
    BAD_TERM = "bad_term"
    TERMS_OVERLAP = "terms_overlap"


@dataclass(frozen=True)
class Column:
    """A column by its letter. `role` is None for an unknown header: the column is not read."""

    letter: str
    header: str
    role: ColumnRole | None


@dataclass(frozen=True)
class TopicDetails:
    """What columns beside the topics say of one of them; empty: nothing, as is no number."""

    title: str
    audiences: tuple[Audience, ...] = ()
    formats: tuple[Format, ...] = ()
    minutes: int | None = None


@dataclass(frozen=True, order=True)
class TermDays:
    """A term of appointment (聘期), both days inclusive."""

    first: date
    last: date


@dataclass(frozen=True)
class Person:
    """One valid row. `row` is the row number in the spreadsheet, from 1.

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
    region: str = ""
    """The home region as written; empty: by the workplace."""
    reading: str = ""
    """The reading of the name that overrides the usual one."""
    introduction: str = ""
    details: tuple[TopicDetails, ...] = ()
    """Of topics of which more is known than the title."""
    terms: tuple[TermDays, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A problem of one cell. `value` quotes it, shortened and with contacts masked."""

    row: int
    column: str
    header: str
    code: ProblemCode
    value: str
    severity: Severity


@dataclass(frozen=True)
class Roster:
    """A parsed sheet. Each of `duplicates` is (row, the earlier row it was merged into)."""

    sheet: str
    header_row: int
    columns: tuple[Column, ...]
    people: tuple[Person, ...]
    duplicates: tuple[tuple[int, int], ...]
    problems: tuple[Problem, ...]

    @property
    def forbidden(self) -> tuple[Column, ...]:
        """The columns left out because they hold identity or bank numbers."""
        return tuple(c for c in self.columns if c.role is ColumnRole.FORBIDDEN)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep their row from being imported."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems whose row can be imported nevertheless."""
        return tuple(p for p in self.problems if p.severity is Severity.WARNING)


class UnreadableRoster(Exception):
    """Raised when a file as a whole cannot be read.

    With NO_NAME_COLUMN, `columns` are those of the sheet most similar to a register, so that the
    coordinator can choose the one that holds the names.
    """

    def __init__(self, reason: UnreadableReason, columns: tuple[Column, ...] = ()) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.columns = columns
