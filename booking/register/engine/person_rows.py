"""Parses one row into a person and a list of problems, cell by cell."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from booking.instructors.engine import names
from booking.register.engine import cells, contacts, topic_details
from booking.register.engine.columns import one_per_line
from booking.register.engine.duplicates import overlap
from booking.register.engine.private_numbers import has_secret, without_secrets
from booking.register.engine.roster import (
    Column,
    ColumnRole,
    Person,
    Problem,
    ProblemCode,
    Severity,
    TermDays,
    TopicDetails,
)
from booking.register.engine.term_days import read_term
from booking.text import visible
from booking.workbooks.engine.letters import index_of

T = TypeVar("T")

LONGEST_READING = 120
LONGEST_INTRODUCTION = 2_000
"""Characters, as the form of an entry takes."""

_SHOWN = 40
# Regions may be separated by commas or spaces too; topics contain these characters.
_SEPARATORS = {
    ColumnRole.FIELDS: "；;、\n，,",
    ColumnRole.TOPICS: "；;、\n",
    ColumnRole.SERVES: "；;、\n，,/ ",
}


def read_person(
    number: int, values: Sequence[object], columns: Sequence[Column]
) -> tuple[Person | None, tuple[Problem, ...]]:
    """(person of row `number`, problems); the person is None if any problem is an ERROR.

    Columns whose role is no attribute of a person are ignored. `values` begin at column A.
    """
    parser = _RowParser(number, values, columns)
    person = parser.person()
    failed = any(problem.severity is Severity.ERROR for problem in parser.problems)
    return None if failed else person, tuple(parser.problems)


def value_at(values: Sequence[object], column: Column) -> object:
    """The row's value in a column; None beyond the row's last cell."""
    index = index_of(column.letter)
    return values[index] if index < len(values) else None


def _items(column: Column, text: str, role: ColumnRole) -> tuple[str, ...]:
    """The items of a list in one cell; each line is one where the header says so."""
    if one_per_line(column.header):
        return tuple(dict.fromkeys(text.split("\n")))
    return cells.split_list(text, _SEPARATORS[role])


def _public(value: object) -> str:
    """A cell as a text without contacts."""
    return cells.clean(contacts.without_contacts(cells.clean(value)))


def _paragraphs(text: str) -> str:
    """A text of several lines, without invisible characters and spaces around lines."""
    return "\n".join(line.strip() for line in visible(text).splitlines()).strip()


def _reading(value: object) -> str | None:
    """The reading in a cell: letters, with spaces between syllables. Raises `BadCell`."""
    text = " ".join(cells.clean(value).split())
    if not text:
        return None
    if not names.is_reading(text) or len(text) > LONGEST_READING:
        raise cells.BadCell(ProblemCode.BAD_READING)
    return text


@dataclass
class _RowParser:
    """The parser of one row; collects the problems of its cells in `problems`."""

    row: int
    values: Sequence[object]
    columns: Sequence[Column]
    problems: list[Problem] = field(default_factory=list)

    def person(self) -> Person:
        phones, emails = self._contacts()
        return Person(
            row=self.row,
            name=self._name(),
            gender=self._first(ColumnRole.GENDER, lambda value: cells.gender(cells.clean(value))),
            birth_month=self._first(ColumnRole.BIRTH_MONTH, cells.birth_month),
            workplace=self._text(ColumnRole.WORKPLACE, only_first=True),
            title=self._text(ColumnRole.TITLE),
            fields=self._list(ColumnRole.FIELDS),
            topics=self._list(ColumnRole.TOPICS),
            serves=self._list(ColumnRole.SERVES),
            phones=phones,
            emails=emails,
            region=self._text(ColumnRole.REGION, only_first=True),
            reading=self._first(ColumnRole.READING, _reading) or "",
            introduction=self._introduction(),
            details=self._details(),
            terms=self._terms(),
        )

    def _introduction(self) -> str:
        """The first introduction; its empty lines stay."""
        for column, value in self._values(ColumnRole.INTRODUCTION):
            text = _paragraphs(cells.text_of(value))
            public = _paragraphs(contacts.without_contacts(text))
            if public != text:
                self._add_problem(column, ProblemCode.CONTACT_REMOVED, text)
            if len(public) <= LONGEST_INTRODUCTION:
                return public
            self._add_problem(column, ProblemCode.INTRODUCTION_TOO_LONG, text)
        return ""

    def _details(self) -> tuple[TopicDetails, ...]:
        """What further columns say of the topics, in their order; nothing of a cell with errors."""
        roles = (ColumnRole.AUDIENCES, ColumnRole.FORMATS, ColumnRole.MINUTES)
        if not any(column.role in roles for column in self.columns):
            return ()
        titles = [
            item
            for column, value in self._values(ColumnRole.TOPICS, silent=True)
            for item in _items(column, _public(value), ColumnRole.TOPICS)
        ]
        count = len(titles)
        for_whom = self._lines(ColumnRole.AUDIENCES, topic_details.audiences, count)
        how = self._lines(ColumnRole.FORMATS, topic_details.formats, count)
        long = self._lines(ColumnRole.MINUTES, topic_details.minutes, count)
        found = (
            TopicDetails(title, whom or (), form or (), minutes)
            for title, whom, form, minutes in zip(titles, for_whom, how, long, strict=True)
        )
        return tuple(one for one in found if one != TopicDetails(one.title))

    def _lines(self, role: ColumnRole, read: Callable[[str], T], topics: int) -> Sequence[T | None]:
        """What each line of a cell says of its topic; None where nothing is said."""
        for column, value in self._values(role):
            text = cells.clean(value)
            lines = topic_details.lines_for(text, topics)
            if lines is None:
                self._add_problem(column, ProblemCode.LINES_DIFFER, text)
                continue
            try:
                return [read(line) for line in lines]
            except cells.BadCell as bad:
                self._add_problem(column, bad.code, text)
        return [None] * topics

    def _terms(self) -> tuple[TermDays, ...]:
        terms: list[TermDays] = []
        for column, value in self._values(ColumnRole.TERMS):
            for line in cells.clean(value).split("\n"):
                try:
                    term = read_term(line)
                except cells.BadCell as bad:
                    self._add_problem(column, bad.code, line)
                    continue
                if any(overlap(term, other) for other in terms):
                    self._add_problem(column, ProblemCode.TERMS_OVERLAP, line)
                else:
                    terms.append(term)
        return tuple(sorted(terms))

    def _name(self) -> str:
        for column, text in self._public_texts(ColumnRole.NAME):
            name = cells.normalise_name(text)
            if len(name) > cells.NAME_LIMIT:
                self._add_problem(column, ProblemCode.NAME_TOO_LONG, name, Severity.ERROR)
            if name:
                return name
        for column in self._columns(ColumnRole.NAME):
            self._add_problem(column, ProblemCode.MISSING_NAME, "", Severity.ERROR)
            break
        return ""

    def _text(self, role: ColumnRole, *, only_first: bool = False) -> str:
        """The texts of all columns of a role, joined with a space (职务 and 职称)."""
        texts: dict[str, None] = {}
        for column, text in self._public_texts(role):
            line = " ".join(text.split())
            if len(line) > cells.TEXT_LIMIT:
                self._add_problem(column, ProblemCode.TEXT_TOO_LONG, line, Severity.ERROR)
            texts[line] = None
        return " ".join(list(texts)[:1] if only_first else texts)

    def _list(self, role: ColumnRole) -> tuple[str, ...]:
        items: dict[str, None] = {}
        for column, text in self._public_texts(role):
            for item in _items(column, text, role):
                if len(item) > cells.TEXT_LIMIT:
                    self._add_problem(column, ProblemCode.TEXT_TOO_LONG, item, Severity.ERROR)
                items[item] = None
        return tuple(items)

    def _first(self, role: ColumnRole, read: Callable[[object], str | None]) -> str | None:
        """The first valid value among the columns of a role; None without one."""
        for column, value in self._values(role):
            try:
                parsed = read(value)
            except cells.BadCell as bad:
                self._add_problem(column, bad.code, cells.clean(value))
            else:
                if parsed is not None:
                    return parsed
        return None

    def _contacts(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(phones, addresses); addresses also from PHONE columns: 联系方式 may hold both."""
        phones: dict[str, None] = {}
        emails: dict[str, None] = {}
        for column, value in self._values(ColumnRole.PHONE):
            good, others = contacts.read_phones(value)
            phones |= dict.fromkeys(good)
            for other in others:
                addresses, bad = contacts.read_emails(other)
                emails |= dict.fromkeys(addresses)
                if bad:
                    self._add_problem(column, ProblemCode.BAD_PHONE, contacts.mask_phone(other))
        for column, value in self._values(ColumnRole.EMAIL):
            addresses, bad = contacts.read_emails(cells.clean(value))
            emails |= dict.fromkeys(addresses)
            for other in bad:
                self._add_problem(column, ProblemCode.BAD_EMAIL, contacts.mask_email(other))
        return tuple(phones), tuple(emails)

    def _public_texts(self, role: ColumnRole) -> Iterator[tuple[Column, str]]:
        """The texts of a role that will be public, with contacts removed."""
        for column, value in self._values(role):
            text = cells.clean(value)
            public = cells.clean(contacts.without_contacts(text))
            if public != text:
                self._add_problem(column, ProblemCode.CONTACT_REMOVED, text)
            if public:
                yield column, public

    def _values(self, role: ColumnRole, *, silent: bool = False) -> Iterator[tuple[Column, object]]:
        """The non-empty cells of a role, without identity and bank numbers.

        `silent` for cells whose problems were collected before.
        """
        for column in self._columns(role):
            value = value_at(self.values, column)
            text = cells.clean(value)
            if cells.is_formula_error(value):
                if not silent:
                    self._add_problem(column, ProblemCode.FORMULA_ERROR, text)
            elif has_secret(text):
                # The problem quotes no value: the number must not reach any page or log.
                if not silent:
                    self._add_problem(column, ProblemCode.SECRET_NUMBER_REMOVED, "")
                rest = cells.clean(without_secrets(text))
                if rest:
                    yield column, rest
            elif text:
                yield column, value

    def _columns(self, role: ColumnRole) -> Iterator[Column]:
        return (column for column in self.columns if column.role is role)

    def _add_problem(
        self,
        column: Column,
        code: ProblemCode,
        value: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        line = contacts.mask_contacts(" ".join(value.split()))
        shown = line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
        problem = Problem(self.row, column.letter, column.header, code, shown, severity)
        self.problems.append(problem)
