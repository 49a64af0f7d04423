"""Writes the rows of a plan: new entries, what others are completed with, and missing fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.availability.service import add_terms
from booking.instructors import bulk
from booking.instructors import service as instructors
from booking.instructors.bulk import EntryAdditions, Texts
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import DEFAULT_MINUTES
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.register.batches.engine.before import EMPTIED, Before
from booking.register.comparison.engine.plans import PlannedRow, contacts_of
from booking.register.engine.roster import TermDays, TopicDetails


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes planned rows; fields that are missing are added."""

    session: Session
    fields: Fields
    actor: Actor
    now: datetime

    def add(
        self, rows: Sequence[PlannedRow], texts: Texts
    ) -> tuple[dict[int, int], dict[int, tuple[int, ...]]]:
        """Add new entries: (their ids by row, the ids of their terms by entry)."""
        facts = [self._facts(row) for row in rows]
        ids = bulk.add_many(self.session, facts, actor=self.actor, now=self.now, texts=texts)
        terms = self._add_terms(
            [(one, row.person.terms) for row, one in zip(rows, ids, strict=True)]
        )
        return {row.person.row: one for row, one in zip(rows, ids, strict=True)}, terms

    def _add_terms(
        self, owned: Sequence[tuple[int, tuple[TermDays, ...]]]
    ) -> dict[int, tuple[int, ...]]:
        """Appoint entries; the ids of the terms by entry."""
        days = [(owner, term.first, term.last) for owner, terms in owned for term in terms]
        found: dict[int, tuple[int, ...]] = {}
        for (owner, _first, _last), one in zip(days, add_terms(self.session, days), strict=True):
            found[owner] = (*found.get(owner, ()), one)
        return found

    def _facts(self, row: PlannedRow) -> InstructorFacts:
        person, field_ids = row.person, self._field_ids(row.person.fields)
        return InstructorFacts(
            name=person.name,
            workplace=person.workplace,
            region_code=row.home,
            title=person.title,
            gender=person.gender,
            birth_month=person.birth_month,
            field_ids=tuple(field_ids.values()),
            serves=row.serves,
            topics=_topics(person.topics, field_ids, person.details),
            contacts=contacts_of(person),
            name_pinyin=person.reading or None,
            introduction=person.introduction,
        )

    def _field_ids(self, fields: Sequence[str]) -> dict[str, int]:
        return {name: self.fields.id_of(name) for name in fields}

    def complete(
        self, rows: Sequence[PlannedRow], entries: Mapping[int, EditableEntry]
    ) -> dict[int, Before]:
        """Complete entries; how each was before, by its id."""
        additions: dict[int, EntryAdditions] = {}
        before: dict[int, Before] = {}
        for row in rows:
            assert row.entry_id is not None
            entry, one = entries[row.entry_id], self._additions(row, entries[row.entry_id])
            earlier = additions.get(entry.id)
            additions[entry.id] = _together(earlier, one) if earlier else one
            before[entry.id] = Before(entry.instructor.changed_at)
        done = bulk.complete_many(self.session, list(additions.values()), now=self.now)
        terms = self._add_terms(
            [(row.entry_id, row.additions.terms) for row in rows if row.entry_id is not None]
        )
        return {
            one.entry.id: Before(
                before[one.entry.id].changed_at,
                tuple(name for name in EMPTIED if getattr(one, name)),
                topics=rows_added.topics,
                fields=one.field_ids,
                serves=one.serves,
                contacts=rows_added.contacts,
                terms=terms.get(one.entry.id, ()),
            )
            for one, rows_added in zip(additions.values(), done, strict=True)
        }

    def _additions(self, row: PlannedRow, entry: EditableEntry) -> EntryAdditions:
        added = row.additions
        return EntryAdditions(
            entry,
            title=added.title,
            gender=added.gender,
            birth_month=added.birth_month,
            topics=_topics(added.topics, self._field_ids(row.person.fields), row.person.details),
            field_ids=tuple(self._field_ids(added.fields).values()),
            serves=added.serves,
            contacts=added.contacts,
            name_pinyin=added.reading,
            introduction=added.introduction,
        )


def _together(one: EntryAdditions, other: EntryAdditions) -> EntryAdditions:
    """What two rows add to one entry; the second was planned after the first."""
    return EntryAdditions(
        one.entry,
        one.title or other.title,
        one.gender or other.gender,
        one.birth_month or other.birth_month,
        one.topics + other.topics,
        one.field_ids + other.field_ids,
        one.serves + other.serves,
        one.contacts + other.contacts,
        one.name_pinyin or other.name_pinyin,
        one.introduction or other.introduction,
    )


def _topics(
    titles: Sequence[str], field_ids: Mapping[str, int], details: Sequence[TopicDetails]
) -> tuple[TopicFacts, ...]:
    known = {one.title: one for one in reversed(details)}
    return tuple(
        TopicFacts(
            title=title,
            minutes=one.minutes or DEFAULT_MINUTES,
            field_id=_field_of(title, field_ids),
            audiences=one.audiences,
            formats=one.formats,
        )
        for title in titles
        for one in [known.get(title) or TopicDetails(title)]
    )


def _field_of(title: str, field_ids: Mapping[str, int]) -> int | None:
    """The id of the field whose name occurs in the title, else the person's first field."""
    named = (field_id for name, field_id in field_ids.items() if name in title)
    return next(named, next(iter(field_ids.values()), None))


class Fields:
    """Ids of fields by name; missing fields are added, and listed in `added`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ids = instructors.field_ids_by_name(session)
        self.added: list[str] = []
        self.added_ids: list[int] = []

    def id_of(self, name: str) -> int:
        key = names.normalise(name)
        if key not in self._ids:
            code = names.phrase_tokens([name]).split()[0][:32]
            taken = len(self._ids) + 1
            field = instructors.add_field(self._session, code=f"{code}-{taken}", name=name)
            self._ids[key] = field.id
            self.added.append(name)
            self.added_ids.append(field.id)
        return self._ids[key]
