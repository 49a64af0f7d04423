"""What an import would do with each row: add, complete or leave; and whom a row may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Channel
from booking.register.comparison.engine.nearness import is_near
from booking.register.engine.duplicates import joined, overlap, person_key
from booking.register.engine.places import Places
from booking.register.engine.reports import Outcome
from booking.register.engine.roster import ColumnRole, Person, Roster, TermDays
from booking.register.engine.term_days import written_term

MOST_NEAR = 5
"""Most people who are offered for one row."""

MOST_COMPARED = 50
"""Most people of one name whose workplaces are compared with a row."""

NEW = "new"
"""The decision that a row is a new person; the others are the `Near.key` of who it is."""

Contacts = frozenset[tuple[Channel, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of the register, as far as an import looks at it. Names of fields normalised."""

    id: int
    name: str
    workplace: str
    title: str
    gender: str | None
    birth_month: str | None
    topics: frozenset[str]
    fields: frozenset[str]
    serves: frozenset[str]
    contacts: Contacts
    reading: str = ""
    introduction: str = ""
    terms: tuple[TermDays, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody of the same name whose workplace is like that of a row."""

    key: str
    """"entry:ID", or "row:N" for an earlier row of the sheet."""
    workplace: str
    title: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Additions:
    """What a row adds to an entry; empty values add nothing. Contacts are only counted."""

    title: str = ""
    gender: str = ""
    birth_month: str = ""
    topics: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    contacts: tuple[tuple[Channel, str], ...] = ()
    reading: str = ""
    introduction: str = ""
    terms: tuple[TermDays, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True, slots=True)
class Kept:
    """A text of the register that stays, though the row has another."""

    role: ColumnRole
    stored: str
    written: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What an import would do with one person."""

    person: Person
    home: str
    serves: tuple[str, ...]
    missing: tuple[str, ...]
    """Names of regions that match none."""
    outcome: Outcome
    entry_id: int | None = None
    additions: Additions = Additions()
    kept: tuple[Kept, ...] = ()
    near: tuple[Near, ...] = ()
    decided: str = ""
    """What was decided about `near`: `NEW` or a key; empty: nothing, which is as `NEW`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows of an import. `joined_rows` are rows that were decided to be an earlier row."""

    rows: tuple[PlannedRow, ...]
    joined_rows: tuple[tuple[int, int], ...] = ()

    def count(self, outcome: Outcome) -> int:
        """The number of rows with this outcome."""
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def undecided(self) -> int:
        """How many rows may be somebody known, and nobody has said who."""
        return sum(bool(row.near) and not row.decided for row in self.rows)


def plan(
    roster: Roster, places: Places, known: Sequence[Known], decisions: Mapping[int, str]
) -> Plan:
    """What an import of the roster would do, by the present register.

    `known` are the entries of the same names that may be changed; `decisions` say by row who
    somebody is. A decision for somebody who was not offered counts for nothing.
    """
    people, pairs, offered = _join(roster.people, decisions)
    by_key = {person_key(entry.name, entry.workplace): entry.id for entry in known}
    by_name = _by_name(known)
    # What earlier rows add counts for later ones of the same entry.
    present = {entry.id: entry for entry in known}
    rows = []
    for person in people:
        exact = by_key.get(person_key(person.name, person.workplace))
        near = () if exact else (*offered.get(person.row, ()), *_near_entries(person, by_name))
        decided = _decided(person, near[:MOST_NEAR], decisions)
        entry_id = exact or _entry_of(decided)
        entry = None if entry_id is None else present[entry_id]
        row = _planned(person, places, entry)
        rows.append(replace(row, near=near[:MOST_NEAR], decided=decided))
        if entry is not None:
            present[entry.id] = _with(entry, row.additions)
    return Plan(tuple(rows), tuple(pairs))


def _decided(person: Person, near: Sequence[Near], decisions: Mapping[int, str]) -> str:
    decided = decisions.get(person.row, "")
    return decided if decided in {NEW, *(one.key for one in near)} and near else ""


def _entry_of(decided: str) -> int | None:
    kind, _, number = decided.partition(":")
    return int(number) if kind == "entry" else None


def _with(entry: Known, added: Additions) -> Known:
    return replace(
        entry,
        title=entry.title or added.title,
        gender=entry.gender or added.gender or None,
        birth_month=entry.birth_month or added.birth_month or None,
        topics=entry.topics | set(added.topics),
        fields=entry.fields | set(map(names.normalise, added.fields)),
        serves=entry.serves | set(added.serves),
        contacts=entry.contacts | set(added.contacts),
        reading=entry.reading or added.reading,
        introduction=entry.introduction or added.introduction,
        terms=entry.terms + added.terms,
    )


def _join(
    people: Iterable[Person], decisions: Mapping[int, str]
) -> tuple[list[Person], list[tuple[int, int]], dict[int, tuple[Near, ...]]]:
    """(people, pairs of joined rows, the earlier rows that each may be)."""
    kept: dict[int, Person] = {}
    rows_of_name: dict[str, list[int]] = defaultdict(list)
    pairs, offered = [], {}
    for person in people:
        same_name = rows_of_name[person_key(person.name, "")[0]]
        near = [
            Near(f"row:{row}", kept[row].workplace, kept[row].title, row)
            for row in same_name[:MOST_COMPARED]
            if is_near(person.workplace, kept[row].workplace)
        ]
        chosen = next((one for one in near if one.key == decisions.get(person.row)), None)
        if chosen is not None and chosen.row is not None:
            kept[chosen.row] = joined(kept[chosen.row], person)
            pairs.append((person.row, chosen.row))
            continue
        kept[person.row] = person
        same_name.append(person.row)
        offered[person.row] = tuple(near)
    return list(kept.values()), pairs, offered


def _by_name(known: Sequence[Known]) -> dict[str, list[Known]]:
    entries: dict[str, list[Known]] = defaultdict(list)
    for entry in known:
        entries[person_key(entry.name, "")[0]].append(entry)
    return entries


def _near_entries(person: Person, by_name: Mapping[str, Sequence[Known]]) -> list[Near]:
    same_name = by_name.get(person_key(person.name, "")[0], ())
    return [
        Near(f"entry:{entry.id}", entry.workplace, entry.title)
        for entry in same_name[:MOST_COMPARED]
        if is_near(person.workplace, entry.workplace)
    ]


def _planned(person: Person, places: Places, entry: Known | None) -> PlannedRow:
    home = places.home_of(person)
    serves, missing = places.served(person.serves, home)
    row = PlannedRow(person, home, serves, missing, Outcome.ADDED)
    if entry is None:
        return row
    additions = _additions(person, serves, entry)
    outcome = Outcome.COMPLETED if additions else Outcome.UNCHANGED
    return replace(
        row, outcome=outcome, entry_id=entry.id, additions=additions, kept=_kept(person, entry)
    )


def _additions(person: Person, serves: tuple[str, ...], entry: Known) -> Additions:
    """What is empty or missing in the entry; nothing that it has is replaced."""
    return Additions(
        title="" if entry.title else person.title,
        gender="" if entry.gender else person.gender or "",
        birth_month="" if entry.birth_month else person.birth_month or "",
        topics=tuple(title for title in person.topics if title not in entry.topics),
        fields=tuple(
            {
                key: name
                for name in reversed(person.fields)
                if (key := names.normalise(name)) not in entry.fields
            }.values()
        )[::-1],
        serves=tuple(code for code in serves if code not in entry.serves),
        contacts=tuple(one for one in contacts_of(person) if one not in entry.contacts),
        reading="" if entry.reading else person.reading,
        introduction="" if entry.introduction else person.introduction,
        terms=tuple(
            term for term in person.terms if not any(overlap(term, one) for one in entry.terms)
        ),
    )


def contacts_of(person: Person) -> tuple[tuple[Channel, str], ...]:
    """The contacts of a person with their channels."""
    phones = ((Channel.PHONE, phone) for phone in person.phones)
    return (*phones, *((Channel.EMAIL, email) for email in person.emails))


def _kept(person: Person, entry: Known) -> tuple[Kept, ...]:
    pairs = (
        (ColumnRole.TITLE, entry.title, person.title),
        (ColumnRole.GENDER, entry.gender, person.gender),
        (ColumnRole.BIRTH_MONTH, entry.birth_month, person.birth_month),
        (ColumnRole.READING, entry.reading, person.reading),
        *(
            (ColumnRole.TERMS, written_term(one), written_term(term))
            for term in person.terms
            for one in entry.terms
            if overlap(term, one)
        ),
    )
    return tuple(
        Kept(role, stored, written)
        for role, stored, written in pairs
        if stored and written and stored != written
    )
