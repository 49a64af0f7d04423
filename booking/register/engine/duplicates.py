"""Merges several rows of one file that are the same person."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from booking.register.engine.cells import normalise_key, normalise_name
from booking.register.engine.roster import (
    Column,
    ColumnRole,
    Person,
    Problem,
    ProblemCode,
    Severity,
    TermDays,
)

PersonKey = tuple[str, str]
"""The identity of a person: (name, workplace), both normalised; see `person_key`."""


def person_key(name: str, workplace: str) -> PersonKey:
    """The normalised name and workplace; equal keys mean the same person."""
    return normalise_name(name).casefold(), normalise_key(workplace)


def merge_duplicates(
    people: Sequence[Person], columns: Sequence[Column]
) -> tuple[tuple[Person, ...], tuple[tuple[int, int], ...], tuple[Problem, ...]]:
    """(distinct people, (row, earlier row) pairs, warnings where two rows contradict each other).

    Lists are concatenated without duplicates and the first non-empty text wins, so only
    contradicting values of the later row are lost. Another gender or month of birth may mean two
    people of the same name, so it becomes a warning.
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
        problems += _contradictions(earlier, person, columns)
        merged[key] = joined(earlier, person)
    return tuple(merged.values()), tuple(duplicates), tuple(problems)


def joined(earlier: Person, later: Person) -> Person:
    """One person of two rows: lists together, of texts the first that is not empty."""
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
        region=earlier.region or later.region,
        reading=earlier.reading or later.reading,
        introduction=earlier.introduction or later.introduction,
        details=earlier.details + later.details,
        terms=apart(earlier.terms + later.terms),
    )


def apart(terms: Iterable[TermDays]) -> tuple[TermDays, ...]:
    """The terms that share no day with one before them in the list, ascending."""
    kept: list[TermDays] = []
    for term in terms:
        if not any(overlap(term, other) for other in kept):
            kept.append(term)
    return tuple(sorted(kept))


def overlap(one: TermDays, other: TermDays) -> bool:
    """Whether two terms share a day."""
    return one.first <= other.last and other.first <= one.last


def _contradictions(earlier: Person, later: Person, columns: Sequence[Column]) -> list[Problem]:
    pairs = (
        (ColumnRole.GENDER, earlier.gender, later.gender),
        (ColumnRole.BIRTH_MONTH, earlier.birth_month, later.birth_month),
    )
    code, severity = ProblemCode.DUPLICATE_DIFFERS, Severity.WARNING
    return [
        Problem(later.row, column.letter, column.header, code, value, severity)
        for role, kept, value in pairs
        if kept and value and kept != value
        for column in [column for column in columns if column.role is role][:1]
    ]
