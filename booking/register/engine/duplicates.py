"""One person in several rows of one file."""

from collections.abc import Sequence
from dataclasses import replace

from booking.register.engine.cells import normalise_key, normalise_name
from booking.register.engine.roster import (
    Column,
    ColumnRole,
    Person,
    Problem,
    ProblemCode,
    Severity,
)

PersonKey = tuple[str, str]
"""By what two entries are the same person; see `person_key`."""


def person_key(name: str, workplace: str) -> PersonKey:
    """By what two entries are the same person: name and workplace, however they were spaced."""
    return normalise_name(name).casefold(), normalise_key(workplace)


def merge_duplicates(
    people: Sequence[Person], columns: Sequence[Column]
) -> tuple[tuple[Person, ...], tuple[tuple[int, int], ...], tuple[Problem, ...]]:
    """(people, each once; (row, earlier row) pairs; warnings where the rows contradict each other).

    Lists are united in order and the first text that is not empty wins, so nothing of the later
    row is lost but what contradicts. Another gender or month of birth may mean that these are two
    people with one name, and is said.
    """
    merged: dict[tuple[str, str], Person] = {}
    duplicates: list[tuple[int, int]] = []
    problems: list[Problem] = []
    for person in people:
        key = person_key(person.name, person.workplace)
        earlier = merged.get(key)
        if earlier is None:
            merged[key] = person
            continue
        duplicates.append((person.row, earlier.row))
        problems += _differences(earlier, person, columns)
        merged[key] = _united(earlier, person)
    return tuple(merged.values()), tuple(duplicates), tuple(problems)


def _united(earlier: Person, later: Person) -> Person:
    return replace(
        earlier,
        gender=earlier.gender or later.gender,
        birth_month=earlier.birth_month or later.birth_month,
        workplace=earlier.workplace or later.workplace,
        title=earlier.title or later.title,
        fields=tuple(dict.fromkeys(earlier.fields + later.fields)),
        topics=tuple(dict.fromkeys(earlier.topics + later.topics)),
        serves=tuple(dict.fromkeys(earlier.serves + later.serves)),
        phones=tuple(dict.fromkeys(earlier.phones + later.phones)),
        emails=tuple(dict.fromkeys(earlier.emails + later.emails)),
    )


def _differences(earlier: Person, later: Person, columns: Sequence[Column]) -> list[Problem]:
    pairs = (
        (ColumnRole.GENDER, earlier.gender, later.gender),
        (ColumnRole.BIRTH_MONTH, earlier.birth_month, later.birth_month),
    )
    code, severity = ProblemCode.DUPLICATE_DIFFERS, Severity.WARNING
    return [
        Problem(later.row, column.letter, column.header, code, said, severity)
        for role, known, said in pairs
        if known and said and known != said
        for column in [column for column in columns if column.role is role][:1]
    ]
