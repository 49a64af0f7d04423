"""Undoes an import as a whole, as long as nothing depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking import audit, json_values
from booking.accounts.engine.roles import Actor
from booking.availability import service as availability
from booking.availability.defaults import queries as default_hours
from booking.entries import imports
from booking.errors import Conflict
from booking.instructors import bulk_removal
from booking.instructors import editable_entry as editable
from booking.instructors.models import Field, Topic
from booking.register.batches import queries
from booking.register.batches.engine.before import EMPTIED, Before
from booking.register.batches.engine.dependents import CHANGED, HOURS, TERM
from booking.register.batches.queries import Dependent
from booking.register.engine.reports import Outcome, Report
from booking.register.models import BatchEntry, ImportBatch
from booking.sentences import N_

_GO_ALONG = frozenset({"weekly_block", "default_hours", TERM})


class BatchUndone(Conflict):
    """Raised when the batch was undone before."""

    sentence = N_("This import has been undone already.")


class BatchInUse(Conflict):
    """Raised when something depends on the batch; `dependents` say what."""

    sentence = N_(
        "This import cannot be undone as a whole any more: something depends on what it added. "
        "It is listed below. Nothing was changed."
    )

    def __init__(self, dependents: Sequence[Dependent]) -> None:
        super().__init__()
        self.dependents = dependents


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a batch added, by kind."""

    added: dict[int, str] = field(default_factory=dict)
    """Fingerprints of new entries by id."""
    terms: set[int] = field(default_factory=set)
    """Terms that it added."""
    completed: dict[int, tuple[str, Before]] = field(default_factory=dict)


def _parts(entries: Sequence[BatchEntry]) -> _Parts:
    parts = _Parts()
    for one in entries:
        before = json_values.read(one.before, Before) if one.before else None
        parts.terms.update(before.terms if before else ())
        if one.outcome is Outcome.ADDED:
            parts.added[one.instructor_id] = one.fingerprint
        elif before is not None:
            parts.completed[one.instructor_id] = one.fingerprint, before
    return parts


def dependents_of(session: Session, batch: ImportBatch) -> list[Dependent]:
    """What keeps the batch from being undone: changes since, lectures, accounts and others."""
    return _dependents(session, _parts(queries.entries_of(session, batch.id)))


def _dependents(session: Session, parts: _Parts) -> list[Dependent]:
    new_topics = select(Topic.id).where(Topic.instructor_id.in_(list(parts.added)))
    topics = [*session.scalars(new_topics)] if parts.added else []
    topics += [one for _mark, before in parts.completed.values() for one in before.topics]
    expected = parts.added | {one: mark for one, (mark, _before) in parts.completed.items()}
    present = queries.fingerprints(session, list(expected))
    changed = [one for one, mark in expected.items() if present.get(one) != mark]
    own_hours = default_hours.with_hours_of_their_own(session, list(parts.added))
    return [
        *queries.named(session, CHANGED, changed),
        *queries.named(session, HOURS, own_hours),
        *queries.named(session, TERM, queries.appointed(session, parts.added, parts.terms)),
        *queries.dependents(
            session, instructors=list(parts.added), topics=topics, ignored=_GO_ALONG
        ),
    ]


def undo(session: Session, *, batch: ImportBatch, actor: Actor, now: datetime) -> None:
    """Delete what a batch added, and empty what it completed.

    Raises `BatchUndone` or `BatchInUse` (409), and `Forbidden` (403) if the actor may no longer
    change one of the entries.
    """
    session.refresh(batch, with_for_update=True)
    if batch.undone_at is not None:
        raise BatchUndone()
    parts = _parts(queries.entries_of(session, batch.id))
    ids = [*parts.added, *parts.completed]
    entries = {
        entry.id: entry
        for entry in editable.editable_many(
            session, ids=ids, actor=actor, permission="register.import"
        )
    }
    dependents = _dependents(session, parts)
    if dependents:
        raise BatchInUse(dependents)
    source = imports.Source(actor, now, batch.key)
    history = imports.made_by(session, batch.key)
    earlier = imports.snapshot(session, list(parts.completed))
    imports.record_removed(session, list(parts.added), source, history)
    session.execute(delete(BatchEntry).where(BatchEntry.batch_id == batch.id))
    availability.remove_terms(session, parts.terms)
    bulk_removal.remove_many(session, [entries[one] for one in parts.added])
    bulk_removal.take_back_many(
        session,
        [
            bulk_removal.Taken(entries[one], before.changed_at, _emptied(before), *_rows(before))
            for one, (_mark, before) in parts.completed.items()
        ],
    )
    later = imports.snapshot(session, list(parts.completed))
    imports.record_changed(session, earlier, later, source, history)
    _remove_fields(session, batch.field_ids)
    batch.undone_at, batch.field_ids = now, []
    batch.report = json_values.write(Report((), ()))
    audit.record(
        session,
        audit.Action.IMPORT_UNDONE,
        region_code=batch.region_code,
        detail={"rows": len(ids), "added": batch.added, "completed": batch.completed},
    )


def _emptied(before: Before) -> dict[str, str | None]:
    return {name: EMPTIED[name] for name in before.columns}


def _rows(
    before: Before,
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[str, ...], tuple[int, ...]]:
    return before.topics, before.fields, before.serves, before.contacts


def _remove_fields(session: Session, ids: Sequence[int]) -> None:
    """Delete those of the fields that nothing refers to any more."""
    used = queries.used_fields(session, ids)
    session.execute(delete(Field).where(Field.id.in_([one for one in ids if one not in used])))
