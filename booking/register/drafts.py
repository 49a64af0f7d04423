"""Previews between upload and import: kept, chosen anew, decided about, and closed by a batch."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from booking import audit, json_values
from booking.accounts.engine.roles import Actor
from booking.errors import Conflict, NotFound
from booking.instructors import search_index
from booking.instructors.bulk import Texts
from booking.register import service
from booking.register.child_program import Parsed
from booking.register.engine.columns import header_key
from booking.register.engine.kept_sheets import Choice
from booking.register.engine.reports import Outcome, Report
from booking.register.engine.roster import ColumnRole, Roster, UnreadableReason
from booking.register.models import (
    DraftState,
    ImportBatch,
    ImportDraft,
    RememberedColumn,
)
from booking.register.service import Imported
from booking.sentences import N_
from booking.workbooks.engine import sheets
from booking.workbooks.engine.sheets import Sheet

MOST_REMEMBERED = 500
"""Headers that are remembered for one person; the oldest are forgotten."""


class PreviewGone(NotFound):
    """Raised when the draft of a preview was deleted, so nothing can be imported from it."""

    sentence = N_(
        "This preview is no longer there: you have previewed another spreadsheet since, or it "
        "has expired. Nothing was imported from it. Choose the spreadsheet again."
    )


class AlreadyImported(Conflict):
    """Raised when the draft was imported before; there is a batch with the same key."""

    sentence = N_("This spreadsheet has been imported already. Nothing was done a second time.")


class ImportRuns(Conflict):
    """Raised when a preview cannot be changed, because the worker imports it."""

    sentence = N_("This spreadsheet is being imported at this moment. Wait until it is done.")


@dataclass(frozen=True, slots=True)
class StoredChoice:
    """The choice of a draft: the header's row, and roles by letter, where they were chosen."""

    header_row: int | None = None
    roles: dict[str, ColumnRole] = field(default_factory=dict)


def keep_draft(
    session: Session,
    *,
    parsed: Parsed,
    filename: str,
    region_code: str,
    user_id: int,
    now: datetime,
) -> ImportDraft:
    """Store a parsed sheet until it is imported; deletes older drafts of this user.

    One that the worker imports stays.
    """
    session.execute(
        delete(ImportDraft).where(
            ImportDraft.user_id == user_id,
            ImportDraft.state.in_((DraftState.OPEN, DraftState.FAILED)),
        )
    )
    draft = ImportDraft(
        key=secrets.token_urlsafe(32),
        user_id=user_id,
        filename=filename[:255],
        sheet=sheets.write(parsed.sheet),
        choice=json_values.write(StoredChoice()),
        decisions={},
        region_code=region_code,
        created_at=now,
    )
    _set_roster(draft, parsed)
    session.add(draft)
    session.flush()
    return draft


def _set_roster(draft: ImportDraft, parsed: Parsed) -> None:
    draft.roster = json_values.write(parsed.roster)
    draft.refused = parsed.refused.value if parsed.refused else None


def draft_of(session: Session, key: str, user_id: int, *, lock: bool = False) -> ImportDraft:
    """The user's draft of this key; raises `AlreadyImported` (409) or `PreviewGone` (404).

    With `lock` the second of two concurrent submissions waits, then gets `AlreadyImported`.
    """
    query = select(ImportDraft).where(ImportDraft.key == key, ImportDraft.user_id == user_id)
    draft = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if draft is not None:
        return draft
    batch = select(ImportBatch.id).where(ImportBatch.key == key, ImportBatch.user_id == user_id)
    if session.scalars(batch).first() is not None:
        raise AlreadyImported()
    raise PreviewGone()


def open_draft(session: Session, key: str, user_id: int) -> ImportDraft:
    """The user's draft, locked to be changed. Raises `ImportRuns` (409) and as `draft_of`."""
    draft = draft_of(session, key, user_id, lock=True)
    if draft.state in (DraftState.WAITING, DraftState.RUNNING):
        raise ImportRuns()
    return draft


def roster_of(draft: ImportDraft) -> Roster:
    """The roster of a draft; raises `PreviewGone` (404) if another release stored it otherwise."""
    try:
        return json_values.read(draft.roster, Roster)
    except json_values.Unreadable:
        raise PreviewGone() from None


def refusal_of(draft: ImportDraft) -> UnreadableReason | None:
    """Why nobody can be read with the present choice of columns."""
    return UnreadableReason(draft.refused) if draft.refused else None


def sheet_of(session: Session, draft: ImportDraft) -> Sheet:
    """The kept cells of a draft; raises `PreviewGone` (404) as `roster_of` does."""
    query = select(ImportDraft).where(ImportDraft.id == draft.id)
    stored = session.scalars(query.options(undefer(ImportDraft.sheet))).one()
    try:
        return sheets.read(stored.sheet)
    except ValueError:
        raise PreviewGone() from None


def choice_of(draft: ImportDraft) -> StoredChoice:
    """What was chosen for a draft."""
    try:
        return json_values.read(draft.choice, StoredChoice)
    except json_values.Unreadable:
        raise PreviewGone() from None


def decisions_of(draft: ImportDraft) -> dict[int, str]:
    """By row: who somebody was decided to be."""
    return {int(row): key for row, key in draft.decisions.items()}


def choose(session: Session, *, draft: ImportDraft, choice: StoredChoice, parsed: Parsed) -> None:
    """Store another choice of header and columns with what it yields; remember the columns."""
    draft.choice = json_values.write(choice)
    _set_roster(draft, parsed)
    headers = {column.letter: column.header for column in parsed.roster.columns}
    for letter, role in choice.roles.items():
        if headers.get(letter):
            remember(session, draft.user_id, headers[letter], role)


def remember(session: Session, user_id: int, header: str, role: ColumnRole) -> None:
    """Remember what a header means for this person."""
    key = header_key(header)
    query = select(RememberedColumn).where(
        RememberedColumn.user_id == user_id, RememberedColumn.header == key
    )
    row = session.scalars(query).one_or_none() or RememberedColumn(user_id=user_id, header=key)
    row.role = role.value
    session.add(row)
    session.flush()


def remembered(session: Session, user_id: int) -> dict[str, ColumnRole]:
    """The roles of headers that this person has chosen, the latest `MOST_REMEMBERED`."""
    query = select(RememberedColumn).where(RememberedColumn.user_id == user_id)
    rows = session.scalars(query.order_by(RememberedColumn.id.desc()).limit(MOST_REMEMBERED))
    known = set(ColumnRole)
    return {row.header: ColumnRole(row.role) for row in rows if row.role in known}


def choice_for(session: Session, user_id: int, stored: StoredChoice) -> Choice:
    """A choice, with what the person chose in earlier imports."""
    return Choice(stored.header_row, stored.roles, remembered(session, user_id))


def decide(draft: ImportDraft, decisions: Mapping[int, str]) -> None:
    """Store who people of some rows are."""
    draft.decisions = draft.decisions | {str(row): key for row, key in decisions.items()}


def close_draft(
    session: Session, *, draft: ImportDraft, imported: Imported, now: datetime
) -> ImportBatch:
    """Delete an imported draft; its batch takes its key."""
    report = imported.report
    batch = ImportBatch(
        key=draft.key,
        user_id=draft.user_id,
        filename=draft.filename,
        region_code=draft.region_code,
        report=json_values.write(report),
        added=report.count(Outcome.ADDED),
        completed=report.count(Outcome.COMPLETED),
        unchanged=report.count(Outcome.UNCHANGED),
        field_ids=list(imported.field_ids),
        created_at=now,
    )
    session.add(batch)
    session.delete(draft)
    session.flush()
    session.add_all(imported.entries(session, batch.id))
    return batch


def import_draft(
    session: Session,
    *,
    draft: ImportDraft,
    actor: Actor,
    now: datetime,
    skip_invalid: bool,
    texts: Texts = search_index.texts,
    by: audit.By | None = None,
) -> ImportBatch:
    """Import a locked draft, which its batch replaces. Raises as `service.import_roster`."""
    imported = service.import_roster(
        session,
        roster=roster_of(draft),
        region_code=draft.region_code,
        actor=actor,
        now=now,
        skip_invalid=skip_invalid,
        decisions=decisions_of(draft),
        texts=texts,
        by=by,
        key=draft.key,
    )
    return close_draft(session, draft=draft, imported=imported, now=now)


def report_of(batch: ImportBatch) -> Report:
    """The report of a batch; raises `AlreadyImported` (409) if it cannot be read."""
    try:
        return json_values.read(batch.report, Report)
    except json_values.Unreadable:
        raise AlreadyImported() from None
