"""Bring a read spreadsheet into the register: all or nothing, and twice is once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from flask_babel import ngettext
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor, lineage
from booking.accounts.models import Region
from booking.errors import Conflict, DomainError, NotFound
from booking.instructors import service as instructors
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.register import queries
from booking.register.engine import drafts, reports
from booking.register.engine.duplicates import PersonKey, person_key
from booking.register.engine.places import Places, keep_within, without_known
from booking.register.engine.reports import Outcome, Report, RowReport
from booking.register.engine.roster import Person, Roster
from booking.register.models import ImportDraft, ImportReport
from booking.sentences import N_


class RosterHasErrors(DomainError):
    """All or nothing: a row that cannot be imported stops the whole import."""

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
    """Import a roster: new people are added, known ones completed, nothing is overwritten.

    A person is known by name and workplace. `region_code` is where people belong whose
    workplace names no region. Only what `actor` keeps is added or changed, by the region that
    each entry has now. `progress` is called after each person. Raises `RosterHasErrors` (422).
    """
    places = Places(instructors.regions_by_name(session), region_code)
    roster = keep_within(roster, places, actor.coordinates)
    known = queries.lock_known(session, roster.people, actor)
    roster = without_known(roster, known.others)
    if roster.errors and not skip_invalid:
        raise RosterHasErrors(len({problem.row for problem in roster.errors}))
    importing = _Importing(session, places, known.own, actor, now)
    rows = []
    for person in roster.people:
        rows.append(importing.bring(person))
        progress()
    report = Report(tuple(rows), tuple(importing.fields.added))
    _record(session, report, region_code)
    return report


def _record(session: Session, report: Report, region_code: str) -> None:
    """Who imported how much, in the audit log; neither names nor the file's name."""
    counts = {outcome.value: report.count(outcome) for outcome in Outcome}
    audit.record(
        session,
        audit.Action.REGISTER_IMPORTED,
        region_code=region_code,
        detail={"rows": len(report.rows), **counts, "fields": len(report.new_fields)},
    )


class _Importing:
    """One import on its way through the people."""

    def __init__(
        self,
        session: Session,
        places: Places,
        known: dict[PersonKey, EditableEntry],
        actor: Actor,
        now: datetime,
    ) -> None:
        self._session = session
        self._places = places
        self._known = known
        self._actor = actor
        self._now = now
        self.fields = _Fields(session)

    def bring(self, person: Person) -> RowReport:
        """Add or complete one person."""
        home = self._places.home(person.workplace)
        facts, missing = _facts(person, home, self._places, self.fields)
        entry = self._known.get(person_key(facts.name, facts.workplace))
        if entry is None:
            made = instructors.add_instructor(
                self._session, facts=facts, actor=self._actor, now=self._now
            )
            return RowReport(person.row, person.name, made.id, Outcome.ADDED, missing)
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
    """The field whose name stands in the title, else the person's first."""
    named = (field_id for name, field_id in field_ids.items() if name in title)
    return next(named, next(iter(field_ids.values()), None))


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


def within_scope(session: Session, *, roster: Roster, region_code: str, actor: Actor) -> Roster:
    """The roster without the people whom the importer does not keep, as things are now.

    They belong to other regions by their workplace, or have entries there. Each becomes a
    problem of the cell that says so, which stops the import as any other row does that cannot
    be imported. Parameters as in `import_roster`.
    """
    places = Places(instructors.regions_by_name(session), region_code)
    roster = keep_within(roster, places, actor.coordinates)
    return without_known(roster, queries.kept_by_others(session, roster.people, actor))


class PreviewGone(NotFound):
    """Nobody can say what this preview showed, so nothing is imported from it."""

    sentence = N_(
        "This preview is no longer there: you have previewed another spreadsheet since, or a day "
        "has passed. Nothing was imported from it. Choose the spreadsheet again."
    )


class AlreadyImported(Conflict):
    """The preview was imported before: its report says what was done."""

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
    """Keep what was understood until it is imported; older drafts of this person go."""
    session.execute(delete(ImportDraft).where(ImportDraft.user_id == user_id))
    draft = ImportDraft(
        key=secrets.token_urlsafe(32),
        user_id=user_id,
        filename=filename[:255],
        roster=drafts.write(roster),
        region_code=region_code,
        created_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def draft_of(session: Session, key: str, user_id: int, *, lock: bool = False) -> ImportDraft:
    """A person's own draft; raises `AlreadyImported` (409) or `PreviewGone` (404).

    With `lock` somebody who presses twice at once waits, and then finds it imported.
    """
    if not key.isprintable():  # PostgreSQL takes no NUL, and no key has one.
        raise PreviewGone()
    query = select(ImportDraft).where(ImportDraft.key == key, ImportDraft.user_id == user_id)
    draft = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if draft is not None:
        return draft
    if _find_report(session, key, user_id) is not None:
        raise AlreadyImported()
    raise PreviewGone()


def close_draft(session: Session, *, draft: ImportDraft, report: Report, now: datetime) -> None:
    """Forget what was imported, and keep the report of it."""
    session.add(
        ImportReport(
            key=draft.key,
            user_id=draft.user_id,
            filename=draft.filename,
            report=reports.write(report),
            created_at=now,
        )
    )
    session.delete(draft)


def report_of(session: Session, key: str, user_id: int) -> ImportReport:
    """What a person's own import did; raises `PreviewGone` (404)."""
    found = _find_report(session, key, user_id) if key.isprintable() else None
    if found is None:
        raise PreviewGone()
    return found


def _find_report(session: Session, key: str, user_id: int) -> ImportReport | None:
    query = select(ImportReport).where(ImportReport.key == key, ImportReport.user_id == user_id)
    return session.scalars(query).one_or_none()


def drop_drafts(session: Session, *, before: datetime) -> None:
    """Forget drafts that nobody imported, and reports that were read long ago."""
    session.execute(delete(ImportDraft).where(ImportDraft.created_at < before))
    session.execute(delete(ImportReport).where(ImportReport.created_at < before))


def default_region(session: Session, scopes: Sequence[str]) -> str | None:
    """The region of a coordinator, or the province for whoever keeps everything."""
    if scopes:
        return scopes[0]
    first = session.scalars(select(Region.code).order_by(Region.code).limit(1)).one_or_none()
    return lineage(first)[-1] if first else None
