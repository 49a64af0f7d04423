"""Change the list of fields: add, rename, move. The caller owns the transaction.

Each change is in the audit log, and keeps what takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking import audit
from booking.errors import Conflict, Invalid, NotFound
from booking.instructors import search_index
from booking.instructors.fields.engine.codes import code_for
from booking.instructors.fields.models import ChangeKind, FieldChange
from booking.instructors.fields.queries import concerned, has_below
from booking.instructors.models import Field, Instructor
from booking.instructors.synonyms import former_names
from booking.sentences import N_
from booking.text import plain

LONGEST_NAME, LONGEST_ENGLISH = 60, 60
KEPT = 50
"""Changes that can be taken back, one after the other."""


class FieldMerged(Conflict):
    """The field was merged in the meantime."""

    sentence = N_("This field was merged into another in the meantime. Look at the list again.")


def add(
    session: Session,
    *,
    name: str,
    name_en: str,
    parent_id: int | None,
    user_id: int | None,
    now: datetime,
) -> Field:
    """Add a field on the first level, or below one of these; raises `Invalid`."""
    parent = _parent(session, parent_id)
    name, name_en = checked_names(session, name, name_en)
    code = code_for(name_en, set(session.scalars(select(Field.code))))
    field = Field(code=code, name=name, name_en=name_en or None, parent_id=parent)
    session.add(field)
    session.flush()
    keep(session, ChangeKind.ADDED, field, "", {"field": field.id}, user_id=user_id, now=now)
    record(session, {"change": "added", "name": name})
    return field


def edit(
    session: Session,
    *,
    field_id: int,
    name: str,
    name_en: str,
    parent_id: int | None,
    user_id: int | None,
    now: datetime,
) -> Field:
    """Rename a field, or put it below another; raises `Invalid`.

    What names it keeps it: topics, instructors and orders go along, and so do synonyms.
    """
    entries = concerned(session, [field_id])
    lock_entries(session, entries)
    (field,) = locked(session, [field_id])
    parent = _parent(session, parent_id, of=field)
    name, name_en = checked_names(session, name, name_en, besides=field)
    before = field.name, field.name_en or "", field.parent_id
    if before == (name, name_en, parent):
        return field
    reverse = {"field": field.id, "name": before[0], "name_en": before[1], "parent": before[2]}
    set_values(session, field, name, name_en, parent)
    reverse["synonyms"] = former_names.follow(session, before[0], name)
    search_index.renew(session, entries, now=now)
    keep(session, ChangeKind.EDITED, field, before[0], reverse, user_id=user_id, now=now)
    change = "renamed" if before[:2] != (name, name_en) else "moved"
    record(session, {"change": change, "name": [before[0], name]})
    return field


def set_values(
    session: Session, field: Field, name: str, name_en: str, parent_id: int | None
) -> None:
    """Set names and place. An alias of the field that has the new name gets the old one."""
    query = select(Field).where(Field.name == name, Field.merged_into_id == field.id)
    alias = session.scalars(query).one_or_none()
    former = field.name
    if alias is not None:
        field.name = f"#{field.id}"  # Free for a moment: names are unique.
        session.flush()
        alias.name = former
        session.flush()
    field.name, field.name_en, field.parent_id = name, name_en or None, parent_id
    session.flush()


def locked(session: Session, field_ids: Sequence[int]) -> list[Field]:
    """Lock fields, in the order of their ids; raises `NotFound`, or `FieldMerged` for an alias."""
    query = select(Field).where(Field.id.in_(field_ids)).order_by(Field.id).with_for_update()
    found = {
        field.id: field
        for field in session.scalars(query.execution_options(populate_existing=True))
    }
    if len(found) != len(set(field_ids)):
        raise NotFound()
    if any(field.merged_into_id is not None for field in found.values()):
        raise FieldMerged()
    return [found[field_id] for field_id in field_ids]


def lock_entries(session: Session, instructor_ids: Sequence[int]) -> None:
    """Lock the entries that are written anew at once, before the fields: as their changes do."""
    if len(instructor_ids) <= search_index.AT_ONCE:
        query = select(Instructor.id).where(Instructor.id.in_(instructor_ids))
        session.execute(query.order_by(Instructor.id).with_for_update()).all()


def checked_names(
    session: Session, name: str, name_en: str, *, besides: Field | None = None
) -> tuple[str, str]:
    """Both names, cleaned; raises `Invalid` for one that is empty, too long or another field's."""
    name, name_en = plain(name).strip(), plain(name_en).strip()
    if not name:
        raise Invalid(_("Give the field a name."), field="name")
    for key, text, most in (("name", name, LONGEST_NAME), ("name_en", name_en, LONGEST_ENGLISH)):
        if len(text) > most:
            raise Invalid(N_("The name is too long: at most %(max)s characters.", max=most), key)
    own = besides.id if besides is not None else 0
    for other in session.scalars(select(Field).where(Field.name == name, Field.id != own)):
        if other.merged_into_id is None:
            raise Invalid(_("There is a field of this name already."), field="name")
        if other.merged_into_id != own:
            raise Invalid(
                _("A field of this name was merged into another, and its name leads there."),
                field="name",
            )
    return name, name_en


def _parent(session: Session, parent_id: int | None, *, of: Field | None = None) -> int | None:
    """The id of the field above; raises `Invalid` where it would be a third level."""
    if parent_id is None:
        return None
    parent = session.get(Field, parent_id)
    if parent is None or parent.merged_into_id is not None or parent.parent_id is not None:
        raise Invalid(_("Choose a field of the first level."), field="parent")
    if of is not None and of.id == parent.id:
        raise Invalid(_("A field cannot lie below itself."), field="parent")
    if of is not None and has_below(session, of.id):
        raise Invalid(
            _(
                "Other fields lie below this one, so it must be on the first level. Move these "
                "first."
            ),
            field="parent",
        )
    return parent.id


def keep(
    session: Session,
    kind: ChangeKind,
    field: Field,
    other: str,
    reverse: dict[str, Any],
    *,
    user_id: int | None,
    now: datetime,
) -> None:
    """Keep what takes a change back; of older ones the last `KEPT`."""
    change = FieldChange(
        user_id=user_id,
        kind=kind,
        name=field.name,
        other=other,
        reverse=reverse,
        changed_at=now,
    )
    session.add(change)
    session.flush()
    newest = select(FieldChange.id).order_by(FieldChange.id.desc()).limit(1).offset(KEPT)
    oldest = session.scalar(newest)
    if oldest is not None:
        session.execute(delete(FieldChange).where(FieldChange.id <= oldest))


def record(session: Session, detail: Mapping[str, object]) -> None:
    """Write the audit entry of a change."""
    audit.record(session, audit.Action.FIELDS_CHANGED, detail=detail)
