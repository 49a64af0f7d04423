"""Imports a parsed spreadsheet into the register: atomic and idempotent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit, json_values
from booking.accounts.engine.roles import Actor, lineage
from booking.accounts.models import Region
from booking.entries import imports
from booking.errors import DomainError
from booking.instructors import search_index
from booking.instructors import service as instructors
from booking.instructors.bulk import Texts
from booking.register import queries
from booking.register.batches import queries as batch_queries
from booking.register.batches.engine.before import Before
from booking.register.batches.writer import Fields, Writing
from booking.register.comparison.engine.plans import Plan, plan
from booking.register.comparison.queries import known_entries
from booking.register.engine.places import Places, keep_within, without_known
from booking.register.engine.reports import Outcome, Report, RowReport
from booking.register.engine.roster import Roster
from booking.register.models import BatchEntry


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


NO_DECISIONS: Mapping[int, str] = MappingProxyType({})


def import_roster(
    session: Session,
    *,
    roster: Roster,
    region_code: str,
    actor: Actor,
    now: datetime,
    skip_invalid: bool = False,
    decisions: Mapping[int, str] = NO_DECISIONS,
    texts: Texts = search_index.texts,
    by: audit.By | None = None,
    key: str | None = None,
) -> Imported:
    """Import a roster: adds new people, completes existing entries, overwrites nothing.

    People are identified by name and workplace, or by `decisions` (`comparison.engine.plans`).
    `region_code` is the region of people whose workplace names none. Only entries in regions that
    `actor` maintains are added or changed, by their present region. `texts` computes search texts.
    The history of each entry names the import by `key`. Raises `RosterHasErrors` (422).
    """
    places = places_of(session, region_code)
    roster = keep_within(roster, places, actor.coordinates)
    existing = queries.lock_known(session, roster.people, actor)
    roster = without_known(roster, existing.others)
    if roster.errors and not skip_invalid:
        raise RosterHasErrors(len({problem.row for problem in roster.errors}))
    known = known_entries(session, [entry.instructor for entry in existing.own])
    planned = plan(roster, places, known, decisions)
    writing = Writing(session, Fields(session), actor, now)
    entries = {entry.id: entry for entry in existing.own}
    source = imports.Source(actor, now, key)
    added, terms = writing.add([row for row in planned.rows if row.entry_id is None], texts)
    imports.record_added(session, list(added.values()), source)
    completed = [row for row in planned.rows if row.additions]
    ids = sorted({row.entry_id for row in completed if row.entry_id is not None})
    earlier = imports.snapshot(session, ids)
    before = writing.complete(completed, entries)
    imports.record_changed(session, earlier, imports.snapshot(session, ids), source)
    report = _report(planned, added, tuple(writing.fields.added))
    _record(session, report, region_code, by)
    new = {one: Before(now, terms=ids) for one, ids in terms.items()}
    fields = tuple(writing.fields.added_ids)
    return Imported(report, tuple(added.values()), before, fields, new)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the report, the ids of new entries, and how others were before."""

    report: Report
    added: tuple[int, ...]
    completed: Mapping[int, Before]
    field_ids: tuple[int, ...]
    terms: Mapping[int, Before] = field(default_factory=dict)
    """Of new entries that were appointed: their terms."""

    def entries(self, session: Session, batch_id: int) -> list[BatchEntry]:
        """The rows of the batch that remember it."""
        marks = batch_queries.fingerprints(session, [*self.added, *self.completed])
        new = [
            _entry(batch_id, one, Outcome.ADDED, marks, self.terms.get(one)) for one in self.added
        ]
        return new + [
            _entry(batch_id, one, Outcome.COMPLETED, marks, before)
            for one, before in self.completed.items()
        ]


def _entry(
    batch_id: int,
    instructor_id: int,
    outcome: Outcome,
    marks: Mapping[int, str],
    before: Before | None,
) -> BatchEntry:
    return BatchEntry(
        batch_id=batch_id,
        instructor_id=instructor_id,
        outcome=outcome,
        fingerprint=marks[instructor_id],
        before=json_values.write(before) if before else {},
    )


def _report(planned: Plan, added: Mapping[int, int], new_fields: tuple[str, ...]) -> Report:
    rows = (
        RowReport(
            row.person.row,
            row.person.name,
            added[row.person.row] if row.entry_id is None else row.entry_id,
            row.outcome,
            row.missing,
        )
        for row in planned.rows
    )
    return Report(tuple(rows), new_fields)


def _record(session: Session, report: Report, region_code: str, by: audit.By | None) -> None:
    """Write the counts of an import to the audit log; neither names nor the file's name."""
    counts = {outcome.value: report.count(outcome) for outcome in Outcome}
    audit.record(
        session,
        audit.Action.REGISTER_IMPORTED,
        by=by,
        region_code=region_code,
        detail={"rows": len(report.rows), **counts, "fields": len(report.new_fields)},
    )


def places_of(session: Session, region_code: str) -> Places:
    """The regions by name and code; `region_code` is that of people whose workplace names none."""
    known = session.scalars(select(Region.code)).all()
    return Places(instructors.regions_by_name(session), region_code, known)


def within_scope(session: Session, *, roster: Roster, region_code: str, actor: Actor) -> Roster:
    """The roster without the people outside the actor's regions at present.

    Their workplace is in another region, or they have an entry there. Each becomes an ERROR of
    the cell in question, which stops the import like any other error. Parameters as in
    `import_roster`.
    """
    places = places_of(session, region_code)
    roster = keep_within(roster, places, actor.coordinates)
    return without_known(roster, queries.kept_by_others(session, roster.people, actor))


def planned(
    session: Session,
    *,
    roster: Roster,
    region_code: str,
    actor: Actor,
    decisions: Mapping[int, str] = NO_DECISIONS,
) -> Plan:
    """What an import of a roster within scope would do at present; without locks."""
    own = queries.own_entries(session, roster.people, actor)
    return plan(roster, places_of(session, region_code), known_entries(session, own), decisions)


def default_region(session: Session, scopes: Sequence[str]) -> str | None:
    """The first of a coordinator's regions; without `scopes`, the province."""
    if scopes:
        return scopes[0]
    first = session.scalars(select(Region.code).order_by(Region.code).limit(1)).one_or_none()
    return lineage(first)[-1] if first else None
