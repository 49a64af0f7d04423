"""Imports a parsed spreadsheet into the register: atomic and idempotent."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from flask_babel import ngettext
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking import audit, json_values
from booking.accounts.engine.roles import Actor, lineage
from booking.accounts.models import Region
from booking.errors import Conflict, DomainError, NotFound
from booking.instructors import service as instructors
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.register import queries
from booking.register.engine.duplicates import PersonKey, person_key
from booking.register.engine.places import Places, keep_within, without_known
from booking.register.engine.reports import Outcome, Report, RowReport
from booking.register.engine.roster import Person, Roster
from booking.register.models import ImportDraft, ImportReport
from booking.sentences import N_


class RosterHasErrors(DomainError):
    """Raised because the import is atomic: one invalid row stops the whole of it."""

    status = 422

    def __init__(self, count: int) -> None:
        super().__init__(
            ngettext(
                "Nothing was imported: %(num)s row cannot be imported. Correct it in the "
                "spreadsheet and choose it again, or leave this row out.",
                "Nothing was imported: %(num)s rows cannot be imported. Correct them in the "
                "spreadsheet and choose it again, or leave these rows out.",
                count,
            )
        )


def import_roster(
    session: Session,
    *,
    roster: Roster,
    region_code: str,
    actor: Actor,
    now: datetime,
    skip_invalid: bool = False,
    progress: Callable[[], object] = lambda: None,
) -> Report:
    """Import a roster: adds new people, completes existing entries, overwrites nothing.

    People are identified by name and workplace. `region_code` is the region of people whose
    workplace names none. Only entries in regions that `actor` maintains are added or changed, by
    their present region. `progress` is called after each person. Raises `RosterHasErrors` (422).
    """
    places = Places(instructors.regions_by_name(session), region_code)
    roster = keep_within(roster, places, actor.coordinates)
    existing = queries.lock_known(session, roster.people, actor)
    roster = without_known(roster, existing.others)
    if roster.errors and not skip_invalid:
        raise RosterHasErrors(len({problem.row for problem in roster.errors}))
    current_import = _Import(session, places, existing.own, actor, now)
    rows = []
    for person in roster.people:
        rows.append(current_import.add_or_complete(person))
        progress()
    report = Report(tuple(rows), tuple(current_import.fields.added))
    _record(session, report, region_code)
    return report


def _record(session: Session, report: Report, region_code: str) -> None:
    """Write the counts of an import to the audit log; neither names nor the file's name."""
    counts = {outcome.value: report.count(outcome) for outcome in Outcome}
    audit.record(
        session,
        audit.Action.REGISTER_IMPORTED,
        region_code=region_code,
        detail={"rows": len(report.rows), **counts, "fields": len(report.new_fields)},
    )


class _Import:
    """The state of one import: region lookup, existing entries, fields."""

    def __init__(
        self,
        session: Session,
        places: Places,
        existing: dict[PersonKey, EditableEntry],
        actor: Actor,
        now: datetime,
    ) -> None:
        self._session = session
        self._places = places
        self._existing = existing
        self._actor = actor
        self._now = now
        self.fields = _Fields(session)

    def add_or_complete(self, person: Person) -> RowReport:
        """Add or complete one person."""
        region_code = self._places.home(person.workplace)
        facts, missing = _facts(person, region_code, self._places, self.fields)
        entry = self._existing.get(person_key(facts.name, facts.workplace))
        if entry is None:
            instructor = instructors.add_instructor(
                self._session, facts=facts, actor=self._actor, now=self._now
            )
            return RowReport(person.row, person.name, instructor.id, Outcome.ADDED, missing)
        changed = instructors.complete(self._session, entry=entry, facts=facts, now=self._now)
        outcome = Outcome.COMPLETED if changed else Outcome.UNCHANGED
        return RowReport(person.row, person.name, entry.id, outcome, missing)


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
    """The id of the field whose name occurs in the title, else the person's first field."""
    named = (field_id for name, field_id in field_ids.items() if name in title)
    return next(named, next(iter(field_ids.values()), None))


class _Fields:
    """Ids of fields by name; missing fields are added, and listed in `added`."""

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


def within_scope(session: Session, *, roster: Roster, region_code: str, actor: Actor) -> Roster:
    """The roster without the people outside the actor's regions at present.

    Their workplace is in another region, or they have an entry there. Each becomes an ERROR of
    the cell in question, which stops the import like any other error. Parameters as in
    `import_roster`.
    """
    places = Places(instructors.regions_by_name(session), region_code)
    roster = keep_within(roster, places, actor.coordinates)
    return without_known(roster, queries.kept_by_others(session, roster.people, actor))


class PreviewGone(NotFound):
    """Raised when the draft of a preview was deleted, so nothing can be imported from it."""

    sentence = N_(
        "This preview is no longer there: you have previewed another spreadsheet since, or it "
        "has expired. Nothing was imported from it. Choose the spreadsheet again."
    )


class AlreadyImported(Conflict):
    """Raised when the draft was imported before; there is a report with the same key."""

    sentence = N_("This spreadsheet has been imported already. Nothing was done a second time.")


def keep_draft(
    session: Session,
    *,
    roster: Roster,
    filename: str,
    region_code: str,
    user_id: int,
    now: datetime,
) -> ImportDraft:
    """Store the parsed roster until it is imported; deletes older drafts of this user."""
    session.execute(delete(ImportDraft).where(ImportDraft.user_id == user_id))
    draft = ImportDraft(
        key=secrets.token_urlsafe(32),
        user_id=user_id,
        filename=filename[:255],
        roster=json_values.write(roster),
        region_code=region_code,
        created_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def draft_of(session: Session, key: str, user_id: int, *, lock: bool = False) -> ImportDraft:
    """The user's draft of this key; raises `AlreadyImported` (409) or `PreviewGone` (404).

    With `lock` the second of two concurrent submissions waits, then gets `AlreadyImported`.
    """
    query = select(ImportDraft).where(ImportDraft.key == key, ImportDraft.user_id == user_id)
    draft = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if draft is not None:
        return draft
    if _find_report(session, key, user_id) is not None:
        raise AlreadyImported()
    raise PreviewGone()


def roster_of(draft: ImportDraft) -> Roster:
    """The roster of a draft; raises `PreviewGone` (404) if another release stored it otherwise."""
    try:
        return json_values.read(draft.roster, Roster)
    except json_values.Unreadable:
        raise PreviewGone() from None


def close_draft(session: Session, *, draft: ImportDraft, report: Report, now: datetime) -> None:
    """Delete an imported draft and store its report under the same key."""
    session.add(
        ImportReport(
            key=draft.key,
            user_id=draft.user_id,
            filename=draft.filename,
            report=json_values.write(report),
            created_at=now,
        )
    )
    session.delete(draft)


def report_of(session: Session, key: str, user_id: int) -> tuple[str, Report]:
    """The file's name and the user's report of this key; raises `PreviewGone` (404).

    Raises `AlreadyImported` (409) if another release stored the report otherwise.
    """
    row = _find_report(session, key, user_id)
    if row is None:
        raise PreviewGone()
    try:
        return row.filename, json_values.read(row.report, Report)
    except json_values.Unreadable:
        raise AlreadyImported() from None


def _find_report(session: Session, key: str, user_id: int) -> ImportReport | None:
    query = select(ImportReport).where(ImportReport.key == key, ImportReport.user_id == user_id)
    return session.scalars(query).one_or_none()


def drop_drafts(session: Session, *, before: datetime) -> None:
    """Delete drafts and reports that were created before an instant."""
    session.execute(delete(ImportDraft).where(ImportDraft.created_at < before))
    session.execute(delete(ImportReport).where(ImportReport.created_at < before))


def default_region(session: Session, scopes: Sequence[str]) -> str | None:
    """The first of a coordinator's regions; without `scopes`, the province."""
    if scopes:
        return scopes[0]
    first = session.scalars(select(Region.code).order_by(Region.code).limit(1)).one_or_none()
    return lineage(first)[-1] if first else None
