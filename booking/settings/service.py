"""Changes of settings: validated, recorded in the audit log, and in force at once here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.db import after_commit, refuse
from booking.errors import Conflict, Invalid
from booking.sentences import N_
from booking.settings import queries
from booking.settings.engine.declarations import ALL, SET_UP_AT
from booking.settings.engine.kinds import Secret, Setting
from booking.settings.engine.mail_declarations import MAIL_PASSWORD
from booking.settings.models import StoredSetting

SET_BY_MACHINE = N_("This is set by the machine that Yueke runs on, and cannot be changed here.")

refuse("pk_setting", Conflict)


def change(
    session: Session,
    setting: Setting[Any],
    raw: object,
    *,
    now: datetime,
    first: bool = False,
    by: audit.By | None = None,
) -> bool:
    """Set one value; returns whether it differs from before. Raises `Invalid`.

    `first` is the first start, which may set what cannot be changed later. A value equal to the
    default is stored as no row, so that a better default of a later release applies.
    """
    _check_changeable(setting, first=first)
    after = setting.read(raw)
    row = session.scalars(_row(setting)).one_or_none()
    before = setting.default if row is None else row.value
    if _json(after) == _json(before):
        return False
    if after == setting.default:
        session.delete(row)
    else:
        row = row or StoredSetting(key=setting.name)
        row.value, row.changed_at = _json(after), now
        row.changed_by = (by or audit.acting()).label[:120]
        session.add(row)
    session.flush()
    _record(session, setting, before, after, by)
    after_commit(session, "settings", queries.forget)
    return True


def put_back(session: Session, setting: Setting[Any], *, now: datetime) -> bool:
    """Return one setting to its default; returns whether it differed."""
    return change(session, setting, setting.default, now=now)


def change_several(
    session: Session,
    values: Mapping[str, object],
    *,
    now: datetime,
    first: bool = False,
    by: audit.By | None = None,
) -> int:
    """Set several values by name; returns how many differ. Raises the first `Invalid`."""
    return sum(
        change(session, ALL[name], raw, now=now, first=first, by=by) for name, raw in values.items()
    )


def note_set_up(session: Session, *, now: datetime) -> None:
    """Remember for good that there is, or was, an administrator."""
    if session.get(StoredSetting, SET_UP_AT.name) is None:
        session.add(
            StoredSetting(
                key=SET_UP_AT.name, value=now.isoformat(), changed_at=now, changed_by="system"
            )
        )
        session.flush()
        after_commit(session, "settings", queries.forget)


def _row(setting: Setting[Any]) -> Any:
    return select(StoredSetting).where(StoredSetting.key == setting.name).with_for_update()


def _check_changeable(setting: Setting[Any], *, first: bool) -> None:
    if queries.set_by_machine(setting):
        raise Invalid(SET_BY_MACHINE, field=setting.name)
    if setting.fixed_later and not first:
        raise Invalid(setting.about, field=setting.name)


def _json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _record(
    session: Session, setting: Setting[Any], before: Any, after: Any, by: audit.By | None
) -> None:
    """Write the audit entry; of a secret only whether there is one."""
    told = [_json(before), _json(after)]
    if isinstance(setting.kind, Secret) or setting is MAIL_PASSWORD:
        told = ["***" if value else "" for value in told]
    audit.record(
        session,
        audit.Action.SETTING_CHANGED,
        by=by,
        detail={"setting": setting.name, "values": told},
    )
