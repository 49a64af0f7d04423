"""Keep an uploaded list until it is imported. The caller owns the transaction."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking import json_values
from booking.errors import NotFound
from booking.organisations.lists.engine.tables import Table
from booking.organisations.lists.models import ListDraft, ListKind
from booking.sentences import N_
from booking.text import one_line


class DraftGone(NotFound):
    """The list was imported, replaced by another upload, or is older than a day."""

    sentence = N_(
        "This preview is gone: the list was imported already, or is too old. Choose it again."
    )


def keep(
    session: Session, table: Table, *, kind: ListKind, filename: str, user_id: int, now: datetime
) -> str:
    """Store a table, in the place of the user's earlier one; returns its key."""
    earlier = (ListDraft.user_id == user_id) & (ListDraft.kind == kind)
    session.execute(delete(ListDraft).where(earlier))
    key = secrets.token_urlsafe(32)
    session.add(
        ListDraft(
            key=key,
            user_id=user_id,
            kind=kind,
            filename=one_line(filename)[:255],
            rows=json_values.write(table),
            created_at=now,
        )
    )
    session.flush()
    return key


def find(
    session: Session, key: str, *, kind: ListKind, user_id: int, lock: bool = False
) -> ListDraft:
    """The user's draft with a key; raises `DraftGone`."""
    query = select(ListDraft).where(
        ListDraft.key == key, ListDraft.kind == kind, ListDraft.user_id == user_id
    )
    if lock:
        query = query.with_for_update()
    draft = session.scalars(query).one_or_none()
    if draft is None:
        raise DraftGone()
    return draft


def table_of(draft: ListDraft) -> Table:
    """The table of a draft."""
    return json_values.read(draft.rows, Table)
