"""Bring a read spreadsheet into the register: all or nothing, and twice is once."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.accounts.models import Region
from booking.accounts.roles import lineage
from booking.errors import DomainError, Forbidden, NotFound
from booking.instructors import names
from booking.instructors import service as instructors
from booking.instructors.models import Instructor, Topic
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.instructors.vocabulary import Channel
from booking.register import drafts
from booking.register.duplicates import person_key
from booking.register.models import ImportDraft
from booking.register.places import Places
from booking.register.roster import Person, Roster

PersonKey = tuple[str, str]
"""By what two entries are the same person; see `person_key`."""


class Outcome(enum.StrEnum):
    """What the import did with a row."""

    ADDED = "added"
    COMPLETED = "completed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row. `missing_regions` could not be found in the tree."""

    row: int
    name: str
    instructor_id: int
    outcome: Outcome
    missing_regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did."""

    rows: tuple[RowReport, ...]
    new_fields: tuple[str, ...]

    def count(self, outcome: Outcome) -> int:
        """How many rows had this outcome."""
        return sum(row.outcome is outcome for row in self.rows)


class RosterHasErrors(DomainError):
    """All or nothing: a row that cannot be imported stops the whole import."""

    status = 422

    def __init__(self, count: int) -> None:
        super().__init__(
            _(
                "Nothing was imported: %(count)s rows cannot be read. Correct them in the "
                "spreadsheet and choose it again, or leave these rows out.",
                count=count,
            )
        )


def import_roster(
    session: Session,
    *,
    roster: Roster,
    region_code: str,
    may_keep: Callable[[str], bool],
    now: datetime,
    skip_invalid: bool = False,
    progress: Callable[[], object] = lambda: None,
) -> Report:
    """Import a roster: new people are added, known ones completed, nothing is overwritten.

    A person is known by name and workplace. `region_code` is where people belong whose
    workplace names no region; `may_keep` says whether the importer keeps a region's
    register. `progress` is called after each person. Raises `RosterHasErrors` (422)
    and `Forbidden` (403).
    """
    if roster.errors and not skip_invalid:
        raise RosterHasErrors(len({problem.row for problem in roster.errors}))
    places = Places(instructors.regions_by_name(session), region_code)
    fields = _Fields(session)
    known = _known_people(session, roster.people)
    rows = []
    for person in roster.people:
        home = places.home(person.workplace)
        if not may_keep(home):
            raise Forbidden(
                _(
                    "Row %(row)s belongs to a region that you do not keep. Nothing was imported.",
                    row=person.row,
                )
            )
        rows.append(_import_person(session, person, home, places, fields, known, now))
        progress()
    return Report(tuple(rows), tuple(fields.added))


def _import_person(
    session: Session,
    person: Person,
    home: str,
    places: Places,
    fields: _Fields,
    known: dict[PersonKey, Instructor],
    now: datetime,
) -> RowReport:
    facts, missing = _facts(person, home, places, fields)
    key = person_key(facts.name, facts.workplace)
    found = known.get(key)
    if found is None:
        found = instructors.add_instructor(session, facts=facts, now=now)
        known[key] = found
        return RowReport(person.row, person.name, found.id, Outcome.ADDED, missing)
    changed = _complete(session, found, facts, now)
    outcome = Outcome.COMPLETED if changed else Outcome.UNCHANGED
    return RowReport(person.row, person.name, found.id, outcome, missing)


def _facts(
    person: Person, home: str, places: Places, fields: _Fields
) -> tuple[InstructorFacts, tuple[str, ...]]:
    serves, missing = places.served(person.serves, home)
    field_ids = {name: fields.id_of(name) for name in person.fields}
    facts = InstructorFacts(
        name=person.name,
        workplace=person.workplace,
        region_code=home,
        title=person.title,
        gender=person.gender,
        birth_month=person.birth_month,
        field_ids=tuple(field_ids.values()),
        serves=serves,
        topics=tuple(
            TopicFacts(title=title, field_id=_field_of(title, field_ids)) for title in person.topics
        ),
        contacts=(
            *((Channel.PHONE, phone) for phone in person.phones),
            *((Channel.EMAIL, email) for email in person.emails),
        ),
    )
    return facts, missing


def _field_of(title: str, field_ids: dict[str, int]) -> int | None:
    """The field whose name stands in the title, else the person's first."""
    named = (field_id for name, field_id in field_ids.items() if name in title)
    return next(named, next(iter(field_ids.values()), None))


def _complete(session: Session, found: Instructor, facts: InstructorFacts, now: datetime) -> bool:
    """Fill what is empty and add what is missing; what stands there already stays."""
    changed = False
    for name in ("title", "gender", "birth_month"):
        if not getattr(found, name) and getattr(facts, name):
            setattr(found, name, getattr(facts, name))
            changed = True
    titles = set(session.scalars(select(Topic.title).where(Topic.instructor_id == found.id)))
    new_topics = [topic for topic in facts.topics if topic.title not in titles]
    for topic in new_topics:
        instructors.add_topic(session, instructor=found, facts=topic)
    added = (
        len(new_topics),
        instructors.add_fields(session, instructor=found, field_ids=facts.field_ids),
        instructors.add_served_regions(session, instructor=found, codes=facts.serves),
        instructors.add_contacts(session, instructor=found, contacts=facts.contacts, now=now),
    )
    changed = changed or any(added)
    if changed:
        found.changed_at = now
        instructors.refresh_search_text(session, [found])
    return changed


def _known_people(session: Session, people: Sequence[Person]) -> dict[PersonKey, Instructor]:
    """The entries that already exist for these people, in one query."""
    query = select(Instructor).where(Instructor.name.in_({person.name for person in people}))
    return {person_key(one.name, one.workplace): one for one in session.scalars(query)}


class _Fields:
    """The controlled list during an import; unknown names are added and reported."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ids = instructors.field_ids_by_name(session)
        self.added: list[str] = []

    def id_of(self, name: str) -> int:
        key = names.normalise(name)
        if key not in self._ids:
            code = names.phrase_tokens([name]).split()[0][:32]
            taken = len(self._ids) + 1
            field = instructors.add_field(self._session, code=f"{code}-{taken}", name=name)
            self._ids[key] = field.id
            self.added.append(name)
        return self._ids[key]


def keep_draft(
    session: Session,
    *,
    roster: Roster,
    filename: str,
    region_code: str,
    user_id: int,
    now: datetime,
) -> ImportDraft:
    """Keep what was understood until it is imported; older drafts of this person go."""
    session.execute(delete(ImportDraft).where(ImportDraft.user_id == user_id))
    draft = ImportDraft(
        user_id=user_id,
        filename=filename[:255],
        roster=drafts.write(roster),
        region_code=region_code,
        created_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def draft_of(session: Session, draft_id: int, user_id: int) -> ImportDraft:
    """A person's own draft; raises `NotFound` (404)."""
    draft = session.get(ImportDraft, draft_id)
    if draft is None or draft.user_id != user_id:
        raise NotFound(_("This preview is no longer there. Choose the spreadsheet again."))
    return draft


def drop_drafts(session: Session, *, before: datetime) -> None:
    """Forget drafts that nobody imported."""
    session.execute(delete(ImportDraft).where(ImportDraft.created_at < before))


def default_region(session: Session, scopes: Sequence[str]) -> str | None:
    """The region of a coordinator, or the province for whoever keeps everything."""
    if scopes:
        return scopes[0]
    first = session.scalars(select(Region.code).order_by(Region.code).limit(1)).one_or_none()
    return lineage(first)[-1] if first else None
